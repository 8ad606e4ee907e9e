/** Scripts against a real redis-server 7.0, in both protocols. `npm run test:redis` runs it. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { latin1Of } from "../engine/bytes/latin1.ts";
import { DEPRECATED_API } from "../engine/commands/functions.ts";
import { TestExecutor } from "../engine/commands/testExecutor.ts";
import { RealServer, type RealConnection } from "../fuzz/realServer.ts";
import { deprecatedCases, scriptCases, type ScriptCase } from "./scripts.ts";

let server: RealServer;
/** With `lua-enable-deprecated-api yes`. */
let older: RealServer;
let real: RealConnection;

beforeAll(async () => {
  server = await RealServer.start();
  older = await RealServer.start(true, [`--${DEPRECATED_API}`, "yes"]);
});

afterAll(() => {
  real?.end();
  server?.stop();
  older?.stop();
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

/** What differs between the two. */
async function differences(ours: TestExecutor, cases: readonly ScriptCase[]): Promise<unknown[]> {
  const found: unknown[] = [];
  for (const one of cases) {
    const argv = requestOf(one);
    const there = withoutAddresses(await ask(argv));
    const here = withoutAddresses(latin1Of(ours.execute(argv).reply));
    if (here !== there) found.push({ script: argv[1], here, there });
  }
  real.end();
  return found;
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
        expect(await differences(ours, cases)).toEqual([]);
      });
    }
  }

  it("with the functions that lua-enable-deprecated-api brings", async () => {
    real = older.connect();
    const ours = new TestExecutor();
    ours.executor.settings.load(new Map([[DEPRECATED_API, ["yes"]]]));
    expect(await differences(ours, deprecatedCases)).toEqual([]);
  });
});
