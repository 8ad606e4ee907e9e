/**
 * Clients that write and read several types of keys at once, and the history of what they asked and were told, in the form that the
 * simulator's checker judges. Times are the order of what happened.
 */
import { must } from "../../engine/assert.ts";
import type { Call } from "../../sim/checker/specification.ts";
import { TestClient } from "../../server/testClient.ts";
import type { Asked } from "./keyModel.ts";

type Draw = () => number;
type Requests = Asked["requests"];

interface Kind {
  readonly name: string;
  /** `value`: never drawn twice in a history. */
  write(key: string, value: string, draw: Draw): Requests;
  /** What shows everything of the key. */
  read(key: string): readonly string[];
}

/** Keys of each kind that a round uses: few, so that clients meet on them. */
const KEYS_OF_A_KIND = 2;
const WRITES = 0.75;
const fields = ["f0", "f1", "f2", "f3"];

function one(draw: Draw, words: readonly string[]): string {
  return words[Math.floor(draw() * words.length)] ?? "";
}

const kinds: readonly Kind[] = [
  {
    name: "string",
    write: (key, value, draw) => [
      draw() < 0.3 ? ["APPEND", key, value] : ["SET", key, value.repeat(1 + draw() * 200)],
    ],
    read: (key) => ["GET", key],
  },
  { name: "counter", write: (key) => [["INCR", key]], read: (key) => ["GET", key] },
  {
    name: "list",
    write: (key, value, draw) => [draw() < 0.2 ? ["LPOP", key] : ["RPUSH", key, value]],
    read: (key) => ["LRANGE", key, "0", "-1"],
  },
  {
    name: "set",
    write: (key, value) => [["SADD", key, value]],
    read: (key) => ["SORT", key, "ALPHA"],
  },
  {
    name: "hash",
    write: (key, value, draw) => [
      draw() < 0.2 ? ["HDEL", key, one(draw, fields)] : ["HSET", key, one(draw, fields), value],
    ],
    read: (key) => ["HMGET", key, ...fields],
  },
  {
    name: "zset",
    write: (key, value, draw) => [["ZADD", key, String(Math.floor(draw() * 100)), value]],
    read: (key) => ["ZRANGE", key, "0", "-1", "WITHSCORES"],
  },
  {
    name: "stream",
    write: (key, value) => [["XADD", key, `${Number.parseInt(value.slice(1), 36)}-1`, "f", value]],
    read: (key) => ["XRANGE", key, "-", "+"],
  },
  {
    name: "transaction",
    write: (key, value) => [
      ["SET", key, value],
      ["RPUSH", `${key}:log`, value],
      ["INCR", `${key}:count`],
    ],
    read: (key) => ["GET", key],
  },
];

export class Load {
  readonly history: Call<Asked, readonly string[]>[] = [];
  acknowledgedWrites = 0;
  private readonly port: number;
  private readonly draw: Draw;
  private order = 0;
  private processes = 0;
  private values = 0;
  private isStopping = false;
  private onAcknowledged: () => void = () => {};
  private readonly keys: Map<string, Kind> = new Map();

  constructor(port: number, draw: Draw) {
    this.port = port;
    this.draw = draw;
  }

  /** Lets so many clients work on the keys of a round until `stop` and the end of their connections. */
  async round(round: number, clients: number): Promise<void> {
    this.isStopping = false;
    await Promise.all(Array.from({ length: clients }, () => this.client(round)));
  }

  stop(): void {
    this.isStopping = true;
  }

  /** Resolves at the next write that is acknowledged. */
  firstAcknowledged(): Promise<void> {
    return new Promise((resolve) => {
      this.onAcknowledged = resolve;
    });
  }

  /** Reads the keys of the last rounds, or all there are. */
  async readBack(rounds: ReadonlySet<number> | "all"): Promise<void> {
    const client = await TestClient.open(this.port);
    for (const [key, kind] of this.keys) {
      const round = Number(key.slice(key.indexOf(":") + 1, key.lastIndexOf(":")));
      if (rounds !== "all" && !rounds.has(round)) continue;
      await this.perform(client, this.processes, this.readOf(kind, key));
    }
    this.processes += 1;
    client.close();
  }

  private async client(round: number): Promise<void> {
    let client: TestClient | undefined;
    const process = this.processes++;
    try {
      client = await TestClient.open(this.port);
      while (!this.isStopping && (await this.perform(client, process, this.drawn(round)))) {}
    } catch {
      // Nobody listens: the server is dead already.
    }
    client?.close();
  }

  private drawn(round: number): Asked {
    const kind = must(kinds[Math.floor(this.draw() * kinds.length)], "kind of key");
    const key = `${kind.name}:${round}:${Math.floor(this.draw() * KEYS_OF_A_KIND)}`;
    this.keys.set(key, kind);
    if (this.draw() >= WRITES) return this.readOf(kind, key);
    const requests = kind.write(
      key,
      `v${(this.values++).toString(36).padStart(6, "0")}`,
      this.draw,
    );
    return { key, requests, isRead: false };
  }

  private readOf(kind: Kind, key: string): Asked {
    const requests =
      kind.name === "transaction"
        ? [kind.read(key), ["LRANGE", `${key}:log`, "0", "-1"], ["GET", `${key}:count`]]
        : [kind.read(key)];
    return { key, requests, isRead: true };
  }

  /** Sends one operation and notes what came of it. False if the connection ended. */
  private async perform(client: TestClient, process: number, input: Asked): Promise<boolean> {
    const invoked = this.order++;
    const isAtomic = input.requests.length > 1;
    const argv = isAtomic ? [["MULTI"], ...input.requests, ["EXEC"]] : input.requests;
    const replies: string[] = [];
    let isAnswered = true;
    try {
      client.send(argv.map(encoded).join(""));
      while (replies.length < argv.length) replies.push(await client.reply());
    } catch {
      isAnswered = false;
    }
    const isRefused = replies.some((reply) => neverExecuted.test(reply));
    const outcome = !isAnswered ? "unknown" : isRefused ? "fail" : "ok";
    const answers = isAtomic ? elements(replies.at(-1)) : replies;
    if (outcome === "ok" && !input.isRead) {
      this.acknowledgedWrites += 1;
      this.onAcknowledged();
    }
    const output = outcome === "ok" ? answers : undefined;
    this.history.push({ process, input, output, outcome, invoked, completed: this.order++ });
    return isAnswered;
  }
}

/** Errors that the server gives instead of executing. */
const neverExecuted = /^-(LOADING|CLUSTERDOWN|MISCONF|READONLY|EXECABORT)/;

function encoded(argv: readonly string[]): string {
  return `*${argv.length}\r\n${argv.map((word) => `$${word.length}\r\n${word}\r\n`).join("")}`;
}

/** The replies within EXEC's: each a simple one, or an array of bulk strings. */
function elements(reply: string = ""): string[] {
  const parts: string[] = [];
  let at = reply.indexOf("\r\n") + 2;
  while (at < reply.length) {
    const end = elementEnd(reply, at);
    parts.push(reply.slice(at, end));
    at = end;
  }
  return parts;
}

function elementEnd(reply: string, start: number): number {
  const lineEnd = reply.indexOf("\r\n", start) + 2;
  const count = Number(reply.slice(start + 1, lineEnd - 2));
  if (reply[start] === "$") return count < 0 ? lineEnd : lineEnd + count + 2;
  if (reply[start] !== "*") return lineEnd;
  let end = lineEnd;
  for (let left = count; left > 0; left--) end = elementEnd(reply, end);
  return end;
}
