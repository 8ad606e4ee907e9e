/** What a key costs in memory: a server before and after it was loaded with many keys of one shape. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { Requests } from "./requests.ts";
import type { Memory, RunningServer } from "./runningServer.ts";

const keyspaceChild: string = fileURLToPath(new URL("keyspaceChild.js", import.meta.url));

export interface Shape {
  readonly name: string;
  /** The request that makes the key of this number. */
  readonly request: (index: number) => readonly string[];
}

export interface KeyCost {
  readonly server: string;
  readonly shape: string;
  readonly keys: number;
  readonly residentBytes: number;
  readonly usedBytes: number;
}

/** Keys of 16 chars. */
const key = (index: number): string => `key:${String(index).padStart(12, "0")}`;
const word = (index: number, place: number): string =>
  String((index * 7919 + place * 104_729) % 10_000_000).padStart(7, "0");
const five = [0, 1, 2, 3, 4];
const integer = (index: number, place: number): string => String((index + place * 1009) % 30_000);
const hundred = "x".repeat(92);

export const shapes: readonly Shape[] = [
  { name: "string, 3 bytes", request: (at) => ["SET", key(at), `v${10 + (at % 90)}`] },
  { name: "string, 8 bytes", request: (at) => ["SET", key(at), `v${word(at, 0)}`] },
  { name: "string, 100 bytes", request: (at) => ["SET", key(at), `v${word(at, 0)}${hundred}`] },
  { name: "integer", request: (at) => ["SET", key(at), String(at)] },
  {
    name: "string, 8 bytes, with a deadline",
    request: (at) => ["SET", key(at), `v${word(at, 0)}`, "EX", String(100_000 + at)],
  },
  {
    name: "hash of 5 fields",
    request: (at) => [
      "HSET",
      key(at),
      ...five.flatMap((place) => [`field${place}`, word(at, place)]),
    ],
  },
  {
    name: "set of 5 words",
    request: (at) => ["SADD", key(at), ...five.map((place) => `m${word(at, place)}`)],
  },
  {
    name: "set of 5 integers",
    request: (at) => ["SADD", key(at), ...five.map((place) => integer(at, place))],
  },
  {
    name: "sorted set of 5",
    request: (at) => [
      "ZADD",
      key(at),
      ...five.flatMap((place) => [integer(at, place), `m${word(at, place)}`]),
    ],
  },
  {
    name: "list of 5",
    request: (at) => ["RPUSH", key(at), ...five.map((place) => word(at, place))],
  },
];

/** `server` is empty at first. */
export async function keyCostOfRedis(
  server: RunningServer,
  shape: Shape,
  keys: number,
): Promise<KeyCost> {
  const requests = await Requests.open(server.port);
  const before = await server.memory();
  await requests.load(requestsFor(shape, keys));
  const held = Number((await requests.ask("DBSIZE")).slice(1));
  const after = await server.memory();
  requests.close();
  if (held !== keys) throw new Error(`${server.name} holds ${held} keys instead of ${keys}`);
  return costOf(server.name, shape, keys, before, after);
}

/** Ours without a log, in a process of its own: the log keeps what was written until it is trimmed, which is no cost of a key. */
export function keyCostOfOurs(shape: Shape, keys: number): KeyCost {
  const done = spawnSync(
    process.execPath,
    ["--expose-gc", keyspaceChild, shape.name, String(keys)],
    { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] },
  );
  if (done.status !== 0) throw new Error(`the keyspace with ${shape.name} failed`);
  const [before, after] = JSON.parse(done.stdout) as readonly [Memory, Memory];
  return costOf("azimuth", shape, keys, before, after);
}

// oxlint-disable-next-line max-params -- two readings and what they are of
function costOf(
  server: string,
  shape: Shape,
  keys: number,
  before: Memory,
  after: Memory,
): KeyCost {
  const residentBytes = (after.residentBytes - before.residentBytes) / keys;
  const usedBytes = (after.usedBytes - before.usedBytes) / keys;
  return { server, shape: shape.name, keys, residentBytes, usedBytes };
}

export function* requestsFor(shape: Shape, count: number): Iterable<readonly string[]> {
  for (let index = 0; index < count; index++) yield shape.request(index);
}
