/** Scripts against a real redis-server 7.0, in both protocols. `npm run test:redis` runs it. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { latin1Of } from "../engine/bytes/latin1.ts";
import { TestExecutor } from "../engine/commands/testExecutor.ts";
import { RealServer, type RealConnection } from "../fuzz/realServer.ts";
import { scriptCases, type ScriptCase } from "./scripts.ts";

let server: RealServer;
let real: RealConnection;

beforeAll(async () => {
  server = await RealServer.start();
});

afterAll(() => {
  real?.end();
  server?.stop();
});

async function ask(argv: readonly string[]): Promise<string> {
  real.send(`*${argv.length}\r\n${argv.map((word) => `$${word.length}\r\n${word}\r\n`).join("")}`);
  return real.reply();
}

function requestOf(one: ScriptCase): readonly string[] {
  const [script, keys, args] = typeof one === "string" ? [one, [], []] : one;
  return ["EVAL", script, String(keys.length), ...keys, ...args];
}

/** What a table, a function or a thread is called differs from run to run. */
function withoutAddresses(reply: string): string {
  return reply.replaceAll(/0x[\da-f]+/g, "0x…");
}

describe("scripts give what they give in a real redis-server", () => {
  for (const version of ["2", "3"]) {
    for (const [name, cases] of Object.entries(scriptCases)) {
      it(`${name}, RESP${version}`, async () => {
        real = server.connect();
        await ask(["FLUSHALL"]);
        await ask(["HELLO", version]);
        const ours = new TestExecutor();
        ours.execute(["HELLO", version]);
        for (const one of cases) {
          const argv = requestOf(one);
          const there = withoutAddresses(await ask(argv));
          const here = withoutAddresses(latin1Of(ours.execute(argv).reply));
          expect({ script: argv[1], reply: here }).toEqual({ script: argv[1], reply: there });
        }
        real.end();
      });
    }
  }
});
