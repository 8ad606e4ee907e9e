/** Broken frames on a real redis-server and on a node behind its door, each on a connection of its own: the same bytes come back. */
import { connect } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { latin1Bytes } from "../engine/bytes/latin1.ts";
import { clientBytes, clientEnded } from "../engine/contract.ts";
import { TestShard } from "../engine/failover/testShard.ts";
import { drawBy } from "../server/robustness/draw.ts";
import { makeFrame } from "../server/robustness/frames.ts";
import { RealServer } from "../fuzz/realServer.ts";

/** More frames and others: REDIS_RUNS=20000 REDIS_SEED=7 npm run test:redis. */
const RUNS = Number(process.env["REDIS_RUNS"] ?? 2000);
const SEED = process.env["REDIS_SEED"] ?? "0";
/** Longer ones are closed by Redis while bytes are unread, and then the system may drop its answer. */
const MOST_BYTES = 16_000;

let server: RealServer;

beforeAll(async () => {
  server = await RealServer.start();
});

afterAll(() => {
  server?.stop();
});

function answerOfRedis(latin1: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(server.port, "127.0.0.1", () =>
      socket.end(Buffer.from(latin1, "latin1")),
    );
    let text = "";
    socket.on("data", (bytes: Buffer) => (text += bytes.toString("latin1")));
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(text));
  });
}

it("broken frames are answered byte for byte as Redis answers them", async () => {
  const shard = new TestShard({ nodes: 1 }).start();
  const { id } = shard.elect();
  shard.run(50);
  const draw = drawBy(`redis-${SEED}`);
  const answers = new Set<string>();
  for (let run = 0; run < RUNS; run++) {
    const frame = makeFrame(draw);
    if (frame.length > MOST_BYTES) continue;
    const client = shard.connect(id);
    shard.input(id, clientBytes(client.id, latin1Bytes(frame)));
    shard.input(id, clientEnded(client.id));
    const ours = client.take();
    expect({ frame, answer: ours }).toEqual({ frame, answer: await answerOfRedis(frame) });
    answers.add(ours.slice(0, 40));
  }
  expect(answers.size).toBeGreaterThan(20);
});
