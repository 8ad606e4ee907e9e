/**
 * Sessions of the Lua debugger, typed to a real redis-server 7.0 and to a shard behind its door: every byte that the client is sent must be
 * the same. `npm run test:redis` runs it.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { latin1Bytes } from "../engine/bytes/latin1.ts";
import { clientBytes } from "../engine/contract.ts";
import { TestShard, type TestClient, type TestNode } from "../engine/failover/testShard.ts";
import { RealServer, type RealConnection } from "../fuzz/realServer.ts";
import { debuggerSessions, type DebuggerSession } from "./debuggerSessions.ts";

const MOST_STEPS = 100;

let server: RealServer;

beforeAll(async () => {
  server = await RealServer.start(false);
});

afterAll(() => {
  server?.stop();
});

/** A client of one of the two. */
interface Client {
  send(bytes: string): void;
  reply(): Promise<string>;
}

class OurClient implements Client {
  private readonly shard: TestShard;
  private readonly client: TestClient;

  constructor(shard: TestShard, primary: TestNode) {
    this.shard = shard;
    this.client = shard.connect(primary.id);
  }

  send(bytes: string): void {
    this.shard.input(this.client.node, clientBytes(this.client.id, latin1Bytes(bytes)));
    this.shard.run(20);
  }

  reply(): Promise<string> {
    return Promise.resolve(this.client.take());
  }
}

function request(words: readonly string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join("")}`;
}

/** What is said in a session from its beginning to its end, one text a request. */
async function play(client: Client, mode: string, session: DebuggerSession): Promise<string[]> {
  const { script, keys = [], args = [], before = [], typed } = session;
  for (const words of [...before, ["SCRIPT", "DEBUG", mode]]) {
    client.send(request(words));
    await client.reply();
  }
  client.send(request(["EVAL", script, String(keys.length), ...keys, ...args]));
  const said = [withoutAddresses(await client.reply())];
  const lines = typed === "steps" ? Array.from({ length: MOST_STEPS }, () => "s") : typed;
  for (const line of lines) {
    if (said.at(-1)?.includes("<endsession>") === true) break;
    client.send(typeof line === "string" ? request(line.split(" ")) : line.raw);
    said.push(withoutAddresses(await client.reply()));
  }
  return said;
}

/** What a function is called differs from run to run. */
function withoutAddresses(text: string): string {
  return text.replaceAll(/0x[\da-f]+/g, "0x…");
}

/** The real server's replies come one by one: that of EVAL stands behind the end of the session. */
class RealClient implements Client {
  private readonly connection: RealConnection;

  constructor(connection: RealConnection) {
    this.connection = connection;
  }

  send(bytes: string): void {
    this.connection.send(bytes);
  }

  async reply(): Promise<string> {
    const reply = await this.connection.reply();
    return reply.includes("+<endsession>\r\n") ? reply + (await this.connection.reply()) : reply;
  }
}

describe("the Lua debugger says what a real redis-server says", () => {
  for (const mode of ["YES", "SYNC"]) {
    for (const session of debuggerSessions) {
      it(`${session.name}, ${mode}`, async () => {
        const shard = new TestShard({ isClusterMode: false }).start();
        const primary = shard.elect();
        const connection = server.connect();
        connection.send(request(["FLUSHALL"]));
        await connection.reply();
        const there = await play(new RealClient(connection), mode, session);
        connection.end();
        const here = await play(new OurClient(shard, primary), mode, session);
        expect(here).toEqual(there);
        expect(here.join("")).toMatch(/\* Stopped at|<endsession>/);
      });
    }
  }
});
