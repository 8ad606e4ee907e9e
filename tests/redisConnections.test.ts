/**
 * What a connection is in, by lot: transactions, subscriptions, CLIENT REPLY, both protocols, tracking, RESET, refusals among them; all of a
 * sequence is sent at once, by inline requests too, and what comes back is held to a real redis-server 7.0.
 */
import { connect } from "node:net";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { latin1Bytes } from "../engine/bytes/latin1.ts";
import { clientBytes } from "../engine/contract.ts";
import { TestShard } from "../engine/failover/testShard.ts";
import { encode, RealServer } from "../fuzz/realServer.ts";

const SEQUENCES = 400;

const commands = [
  "MULTI",
  "EXEC",
  "DISCARD",
  "WATCH {k}a",
  "UNWATCH",
  "SUBSCRIBE c",
  "UNSUBSCRIBE",
  "PSUBSCRIBE p*",
  "PUNSUBSCRIBE p*",
  "SSUBSCRIBE {k}s",
  "SUNSUBSCRIBE",
  "PUBLISH c m",
  "PUBLISH p1 m",
  "SPUBLISH {k}s m",
  "CLIENT REPLY OFF",
  "CLIENT REPLY SKIP",
  "CLIENT REPLY ON",
  "CLIENT REPLY",
  "RESET",
  "HELLO 3",
  "HELLO 2",
  "HELLO 4",
  "HELLO x",
  "HELLO 3 SETNAME bob",
  "HELLO 3 SETNAME",
  "HELLO 2 AUTH default x",
  "HELLO 3 AUTH default",
  "CLIENT GETNAME",
  "CLIENT SETNAME x",
  "CLIENT NO-EVICT ON",
  "CLIENT NO-EVICT x",
  "CLIENT CACHING YES",
  "CLIENT TRACKING ON",
  "CLIENT TRACKING ON OPTIN",
  "CLIENT TRACKING ON BCAST PREFIX {k}a",
  "CLIENT TRACKING OFF",
  "CLIENT TRACKINGINFO",
  "CLIENT GETREDIR",
  "AUTH x",
  "AUTH default x",
  "GET {k}a",
  "SET {k}a 1",
  "INCR {k}a",
  "HSET {k}h f v",
  "HGETALL {k}h",
  "LPUSH {k}h x",
  "SET",
  "NOSUCH x",
  "PING",
  "PING x",
  "PING x y",
  "ECHO hi",
  "READONLY",
  "ASKING",
  "OBJECT",
  "CONFIG SET maxmemory",
  "ACL WHOAMI",
  "PUBSUB CHANNELS",
  "PUBSUB NUMPAT",
];

const parts = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...commands).map((line) => encode(line.split(" "))) },
  { weight: 1, arbitrary: fc.constantFrom(...commands).map((line) => `${line}\n`) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('ECHO "a\\x41 \\n" \r\n', "ECHO 'it\\'s'\r\n", "  PING  \r\n"),
  },
);

const END = ["EXEC", "CLIENT REPLY ON", "RESET", "ECHO the-end"].map((line) =>
  encode(line.split(" ")),
);

let server: RealServer;
beforeAll(async () => {
  server = await RealServer.start();
});
afterAll(() => server.stop());

function answerOfRedis(stream: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(server.port, "127.0.0.1", () => socket.write(stream, "latin1"));
    let text = "";
    socket.setEncoding("latin1");
    socket.on("data", (piece: string) => {
      text += piece;
      if (text.endsWith("the-end\r\n")) socket.end();
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(text));
  });
}

/** Each server counts its own clients. */
function withoutIds(answer: string): string {
  return answer.replaceAll(/(\$2\r\nid\r\n):\d+/g, "$1:…");
}

it("connections of all kinds are answered byte for byte as by a real redis-server", async () => {
  const shard = new TestShard({ nodes: 1 }).start();
  const { id } = shard.elect();
  shard.run(50);
  const sequences = fc.sample(fc.array(parts, { minLength: 2, maxLength: 14 }), {
    numRuns: SEQUENCES,
    seed: 7311,
  });
  for (const sequence of sequences) {
    const stream = [encode(["FLUSHALL"]), ...sequence, ...END].join("");
    const client = shard.connect(id);
    shard.input(id, clientBytes(client.id, latin1Bytes(stream)));
    shard.run(20);
    const ours = client.take();
    client.close();
    shard.run(1);
    const answers = { stream, answer: withoutIds(ours) };
    expect(answers).toEqual({ stream, answer: withoutIds(await answerOfRedis(stream)) });
  }
});
