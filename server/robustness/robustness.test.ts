/**
 * A server among clients that do everything wrong: malformed, truncated and changed frames on many connections, with slow, half-closed and
 * flooding ones beside them. It must answer everybody else, say nothing but Redis's errors, and hold no more memory than before.
 *
 * ROBUSTNESS_FRAMES says how many frames (`npm run test:robustness`: a million), ROBUSTNESS_SEED which.
 */
import { connect, type Socket } from "node:net";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterEach, describe, expect, it } from "vitest";
import { clientBytes, clientEnded, clientOpened, type Effects } from "../../engine/contract.ts";
import { TestShard } from "../../engine/failover/testShard.ts";
import { step } from "../../engine/node.ts";
import { Log } from "../log.ts";
import { readSettings } from "../options/settings.ts";
import { Server } from "../server.ts";
import { freePorts, TestClient } from "../testClient.ts";
import { drawBy } from "./draw.ts";
import { makeFrame } from "./frames.ts";

const frames = Number(process.env["ROBUSTNESS_FRAMES"] ?? 20_000);
/** Over sockets there are fewer: behind a protocol error the rest of a connection is not read. */
const framesOnSockets = Math.ceil(frames / 20);
const seed = process.env["ROBUSTNESS_SEED"] ?? "1";
const CONNECTIONS = 32;
const MOST_FRAMES_A_CONNECTION = 8;
/** What a server holds for a client that does not read, before it executes nothing more for it. */
const HELD_BYTES: number = 64 << 20;

/** Noise of measurement, such as code that was compiled meanwhile. */
const ALLOWED_GROWTH_BYTES: number = 24 << 20;

/** What Redis says before it closes: texts of its networking.c. */
const protocolErrors =
  /^-ERR Protocol error: (too big inline request|unbalanced quotes in request|too big mbulk count string|invalid multibulk length|too big bulk count string|expected '\$', got '.'|invalid bulk length)\r\n$/s;

const ends: (() => void)[] = [];
const told: string[] = [];

afterEach(() => {
  for (const end of ends.splice(0).toReversed()) end();
});

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** Bytes of the heap and of buffers that are in use. */
async function usedBytes(): Promise<number> {
  // What sockets hold is given back a turn later.
  for (let turn = 0; turn < 3; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
    collectGarbage();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

async function serve(): Promise<number> {
  const port = await freePorts(1);
  const log = new Log("warning", (line) => told.push(line));
  const argv = ["profile=standalone", "log=memory", `port=${port}`];
  const server = await Server.start(
    readSettings(argv, () => ""),
    log,
  );
  ends.push(() => server.close());
  await server.ready();
  return port;
}

/** Sends bytes, ends its side, and gives what was answered until the server closed. */
function converse(port: number, latin1: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => socket.end(Buffer.from(latin1, "latin1")));
    let text = "";
    socket.on("data", (bytes: Buffer) => (text += bytes.toString("latin1")));
    socket.on("error", () => {});
    socket.on("close", () => resolve(text));
  });
}

/** One that floods and never reads, one that sends a byte now and then. */
function nuisances(port: number): void {
  const flood = connect(port, "127.0.0.1");
  const asked = "GET big\r\n".repeat(1000);
  const more = (): void => {
    while (flood.write(asked));
  };
  flood
    .on("drain", more)
    .on("error", () => {})
    .pause();
  more();
  const slow: Socket = connect(port, "127.0.0.1").on("error", () => {});
  let at = 0;
  const request = "*2\r\n$4\r\nECHO\r\n$1000000\r\n";
  const timer = setInterval(() => slow.write(request[at++] ?? "x"), 5);
  ends.push(
    () => flood.destroy(),
    () => slow.destroy(),
    () => clearInterval(timer),
  );
}

describe("a node", () => {
  it("answers each broken frame alone as Redis would, closes, and forgets the client", async () => {
    const shard = new TestShard().start();
    const primary = shard.elect();
    shard.run(50);
    const { node } = primary;
    const now = { monotonicUs: shard.nowUs, unixUs: node.shardUnixUs };
    let text = "";
    let isClosed = false;
    const nothing = (): void => {};
    const effects: Effects = {
      reply: (_clientId, bytes) => void (text += Buffer.from(bytes).toString("latin1")),
      closeClient: () => void (isClosed = true),
      send: nothing,
      read: nothing,
      write: nothing,
      remove: nothing,
      sync: nothing,
      wakeAt: nothing,
      provision: nothing,
      exit: nothing,
      configure: nothing,
      rewriteConfiguration: nothing,
      shutdown: nothing,
      trace: nothing,
      mark: nothing,
    };
    const draw = drawBy(seed);
    const errors = new Map<string, number>();
    const samples: number[] = [];
    for (let count = 1; count <= frames; count++) {
      const bytes = Buffer.from(makeFrame(draw), "latin1");
      const cut = draw.below(bytes.length + 1);
      text = "";
      isClosed = false;
      step(node, now, clientOpened(count, "127.0.0.1:1"), effects);
      step(node, now, clientBytes(count, new Uint8Array(bytes.subarray(0, cut))), effects);
      if (!isClosed)
        step(node, now, clientBytes(count, new Uint8Array(bytes.subarray(cut))), effects);
      if (!isClosed) step(node, now, clientEnded(count), effects);
      // An `expect` for each of a million frames would take longer than all the rest.
      if (!isClosed || node.connections.size > 0) {
        throw new Error(
          `a client is not forgotten after ${JSON.stringify(bytes.toString("latin1"))}`,
        );
      }
      countError(errors, text);
      if (count % Math.ceil(frames / 10) === 0) samples.push(await usedBytes());
    }
    tell(`One by one: ${frames} frames, seed ${seed}`, samples, errors);
    expect(errors.size).toBeGreaterThanOrEqual(5);
    expect(Math.max(...samples)).toBeLessThan((samples[0] ?? 0) + ALLOWED_GROWTH_BYTES);
  });
});

/** Counts the protocol error at the end of what was answered; there is none that Redis does not have. */
function countError(errors: Map<string, number>, answer: string): void {
  const at = answer.indexOf("-ERR Protocol error");
  if (at < 0) return;
  const error = answer.slice(at);
  if (!protocolErrors.test(error)) throw new Error(`not Redis's: ${JSON.stringify(error)}`);
  const kind = error.replace(/got '.'/s, "got …").trim();
  errors.set(kind, (errors.get(kind) ?? 0) + 1);
}

function tell(what: string, samples: readonly number[], errors: ReadonlyMap<string, number>): void {
  const mebibytes = samples.map((bytes) => (bytes / 2 ** 20).toFixed(1)).join(" ");
  const counts = [...errors].map(([error, count]) => `${count} ${error}\n`).join("");
  process.stdout.write(`${what}\nMiB in use after each tenth: ${mebibytes}\n${counts}`);
}

describe("a server among broken clients", () => {
  it("answers the others, says Redis's errors, and keeps its memory", { timeout: 0 }, async () => {
    const port = await serve();
    const draw = drawBy(seed);
    const errors = new Map<string, number>();
    let sent = 0;
    let connections = 0;
    const talk = async (limit: number): Promise<void> => {
      while (sent < limit) {
        let text = "";
        for (let left = 1 + draw.below(MOST_FRAMES_A_CONNECTION); left > 0; left--) {
          text += makeFrame(draw);
          sent += 1;
        }
        connections += 1;
        const answer = await converse(port, text);
        countError(errors, answer);
      }
    };
    const talkAll = (limit: number): Promise<unknown> =>
      Promise.all(Array.from({ length: CONNECTIONS }, () => talk(limit)));

    const probe = await TestClient.open(port);
    ends.push(() => probe.close());
    await probe.ask("SET", "big", "x".repeat(1 << 20));
    const unread = async (): Promise<number> =>
      Number(fieldOf(await probe.ask("INFO", "clients"), "client_recent_max_output_buffer"));
    // What is loaded once, and what the server holds for the one that does not read, is there before it is measured.
    nuisances(port);
    await talkAll(framesOnSockets / 10);
    while ((await unread()) < HELD_BYTES);
    const samples = [await usedBytes()];
    for (let part = 2; part <= 10; part++) {
      await talkAll((framesOnSockets / 10) * part);
      expect(await probe.ask("PING")).toBe("+PONG\r\n");
      samples.push(await usedBytes());
    }
    tell(`Sockets: ${sent} frames on ${connections} connections, seed ${seed}`, samples, errors);
    expect(sent).toBeGreaterThanOrEqual(framesOnSockets);
    expect(errors.size).toBeGreaterThanOrEqual(3);
    expect(fieldOf(await probe.ask("INFO", "clients"), "connected_clients")).toBe("3");
    expect(Math.max(...samples)).toBeLessThan((samples[0] ?? 0) + ALLOWED_GROWTH_BYTES);
    expect(told.filter((line) => line.includes("a machine ended"))).toEqual([]);
  });
});

function fieldOf(text: string, name: string): string {
  return new RegExp(`${name}:(\\S*)`).exec(text)?.[1] ?? "";
}
