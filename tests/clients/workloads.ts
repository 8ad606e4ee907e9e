/**
 * What is asked of each library while processes are killed. Every type's operations are told by their meaning, in the words
 * of the simulator's histories: a field of a hash and a member of a sorted set are registers or counters, a list and a
 * stream are lists that only grow.
 */
import type { KeyInput, OperationInput, OperationOutput } from "../../sim/checker/history.ts";
import type { Ending, Recorder } from "./history.ts";
import type { Library } from "./library.ts";
import { pause } from "./zoneProcesses.ts";

/** A list that is read whole must not grow for ever, nor what the checker has to order of one queue: each takes so many elements. */
const LIST_LENGTH = 60;
/** Who was refused tries again after so long: nobody leads for seconds. */
const REFUSED_PAUSE_MS = 100;

interface Turn {
  readonly input: OperationInput;
  readonly ask: () => Promise<unknown>;
  readonly outputOf: (reply: unknown) => OperationOutput;
}

interface Workload {
  readonly name: string;
  readonly pauseMs: number;
  /** The nth thing to do; `token` is unique. */
  turn(library: Library, key: string, n: number, token: string): Turn;
  /** Reads what was written: the keys are those of turns 0 to n. */
  scan(library: Library, key: string, n: number): readonly Turn[];
}

const plain = (reply: unknown): OperationOutput => reply as OperationOutput;
const nothing = (): null => null;
const asText = (reply: unknown): OperationOutput =>
  typeof reply === "number" ? String(reply) : (reply as string | null);
const asList = (reply: unknown): OperationOutput =>
  (reply as readonly string[]).map((token) => `${token};`).join("");

function register(
  name: string,
  write: (library: Library, key: string, token: string) => Promise<unknown>,
  read: (library: Library, key: string) => Promise<unknown>,
): Workload {
  const get = (library: Library, key: string): Turn => ({
    input: { f: "get", key: `registers:${key}` },
    ask: () => read(library, key),
    outputOf: asText,
  });
  return {
    name,
    pauseMs: 15,
    turn: (library, key, n, token) => {
      if (n % 2 === 1) return get(library, key);
      const input: KeyInput = { f: "set", key: `registers:${key}`, value: token };
      return { input, ask: () => write(library, key, token), outputOf: nothing };
    },
    scan: (library, key) => [get(library, key)],
  };
}

function counter(
  name: string,
  increment: (library: Library, key: string) => Promise<unknown>,
  read: (library: Library, key: string) => Promise<unknown>,
): Workload {
  const get = (library: Library, key: string): Turn => ({
    input: { f: "get", key: `counters:${key}` },
    ask: () => read(library, key),
    outputOf: asText,
  });
  return {
    name,
    pauseMs: 15,
    turn: (library, key, n) => {
      if (n % 4 === 3) return get(library, key);
      const input: KeyInput = { f: "increment", key: `counters:${key}` };
      return { input, ask: () => increment(library, key), outputOf: plain };
    },
    scan: (library, key) => [get(library, key)],
  };
}

function growing(
  name: string,
  append: (library: Library, key: string, token: string) => Promise<unknown>,
  read: (library: Library, key: string) => Promise<string[]>,
): Workload {
  const keyAt = (key: string, n: number): string => `${key}.${Math.floor(n / LIST_LENGTH)}`;
  const of = (step: KeyInput): OperationInput => ({
    f: "transaction",
    key: step.key,
    watched: [],
    steps: [step],
    way: "multi",
  });
  const get = (library: Library, own: string): Turn => ({
    input: of({ f: "get", key: `lists:${own}` }),
    ask: () => read(library, own),
    outputOf: (reply) => [asList(reply) as string],
  });
  return {
    name,
    pauseMs: 25,
    turn: (library, key, n, token) => {
      const own = keyAt(key, n);
      if (n % 3 === 2) return get(library, own);
      return {
        input: of({ f: "append", key: `lists:${own}`, value: `${token};` }),
        ask: () => append(library, own, token),
        outputOf: () => [null],
      };
    },
    scan: (library, key, n) => keysUpTo(key, n, keyAt).map((own) => get(library, own)),
  };
}

/** Two lists of one slot: each transaction appends to one and reads the other. */
const transactions: Workload = {
  name: "transactions",
  pauseMs: 40,
  turn: (library, key, n, token) => {
    const lists = pairAt(key, n);
    const [own, other] = n % 2 === 0 ? lists : [lists[1], lists[0]];
    return {
      input: {
        f: "transaction",
        key: `lists:${key}`,
        watched: [],
        way: "multi",
        steps: [
          { f: "append", key: `lists:${own}`, value: `${token};` },
          { f: "get", key: `lists:${other}` },
        ],
      },
      ask: () => library.exchange(own, token, other),
      outputOf: (reply) => [null, asList(reply) as string],
    };
  },
  scan: (library, key, n) =>
    keysUpTo(key, n, (stem, at) => pairAt(stem, at)[0])
      .flatMap((first) => [first, first.replace(/left$/, "right")])
      .map((own) => ({
        input: {
          f: "transaction",
          key: `lists:${key}`,
          watched: [],
          way: "multi",
          steps: [{ f: "get", key: `lists:${own}` }],
        },
        ask: () => library.list(own),
        outputOf: (reply) => [asList(reply) as string],
      })),
};

function pairAt(key: string, n: number): readonly [string, string] {
  const stem = `${key}.${Math.floor(n / LIST_LENGTH)}`;
  return [`${stem}.left`, `${stem}.right`];
}

function keysUpTo(key: string, n: number, keyAt: (key: string, n: number) => string): string[] {
  return [...new Set(Array.from({ length: n + 1 }, (_, at) => keyAt(key, at)))];
}

const FIELD = "field";

const workloads: readonly Workload[] = [
  register(
    "strings",
    (library, key, token) => library.set(key, token),
    (library, key) => library.get(key),
  ),
  counter(
    "counters",
    (library, key) => library.increment(key),
    (library, key) => library.get(key),
  ),
  register(
    "hashes",
    (library, key, token) => library.hashSet(key, FIELD, token),
    (library, key) => library.hashGet(key, FIELD),
  ),
  counter(
    "hash-counters",
    (library, key) => library.hashIncrement(key, FIELD),
    (library, key) => library.hashGet(key, FIELD),
  ),
  register(
    "scores",
    (library, key, token) => library.scoreSet(key, FIELD, Number(token)),
    (library, key) => library.score(key, FIELD),
  ),
  counter(
    "score-counters",
    (library, key) => library.scoreIncrement(key, FIELD),
    (library, key) => library.score(key, FIELD),
  ),
  growing(
    "lists",
    (library, key, token) => library.push(key, token),
    (library, key) => library.list(key),
  ),
  growing(
    "streams",
    (library, key, token) => library.add(key, token),
    (library, key) => library.entries(key),
  ),
  transactions,
];

/** Two processes a workload, on one key a shard: what the shards' primaries hold is written by both. */
export class Load {
  private readonly library: Library;
  private readonly recorder: Recorder;
  private readonly tags: readonly string[];
  /** Multiplies every pause: for a library of which each request costs a process. */
  private readonly slowness: number;
  private readonly turns: Map<string, number> = new Map();
  private readonly running: Promise<void>[] = [];
  private isStopping = false;
  private lastToken = 0;

  /** `tags`: a hash tag for each shard. */
  constructor(library: Library, recorder: Recorder, tags: readonly string[], slowness: number) {
    this.library = library;
    this.recorder = recorder;
    this.tags = tags;
    this.slowness = slowness;
  }

  start(name: string): void {
    for (const workload of workloads) {
      for (let worker = 0; worker < 2; worker++) {
        this.running.push(this.repeat(workload, name));
      }
    }
    for (const tag of this.tags) {
      const key = `${name}:queue:{${tag}}`;
      this.running.push(this.fill(key), this.empty(key));
    }
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    await Promise.all(this.running);
  }

  /** Reads all that was written until every answer is there. */
  async scan(name: string): Promise<void> {
    const process = this.recorder.newProcess();
    for (const workload of workloads) {
      for (const tag of this.tags) {
        const key = keyOf(name, workload, tag);
        for (const turn of workload.scan(this.library, key, this.turns.get(key) ?? 0)) {
          while ((await this.take(process, turn)) !== "ok") await pause(100);
        }
      }
    }
    for (const tag of this.tags) {
      const key = `${name}:queue:{${tag}}`;
      for (let at = 0; at <= this.lastQueue(key); at++) await this.drain(`${key}.${at}`);
    }
  }

  private async repeat(workload: Workload, name: string): Promise<void> {
    let process = this.recorder.newProcess();
    for (let index = 0; !this.isStopping; index++) {
      const tag = this.tags[index % this.tags.length] ?? "";
      const key = keyOf(name, workload, tag);
      const n = this.turns.get(key) ?? 0;
      this.turns.set(key, n + 1);
      const turn = workload.turn(this.library, key, n, String(++this.lastToken));
      const end = await this.take(process, turn);
      if (end === "unknown") process = this.recorder.newProcess();
      await this.rest(end, workload.pauseMs);
    }
  }

  private rest(end: Ending | "empty", pauseMs: number): Promise<void> {
    const leastMs = end === "fail" ? REFUSED_PAUSE_MS : 0;
    return pause(Math.max(leastMs, pauseMs * this.slowness));
  }

  private take(process: number, { input, ask, outputOf }: Turn): Promise<Ending> {
    return this.recorder.run(process, input, ask, outputOf);
  }

  /** The number of the queue that is being filled. */
  private lastQueue(key: string): number {
    return Math.floor((this.turns.get(key) ?? 0) / LIST_LENGTH);
  }

  private async fill(key: string): Promise<void> {
    let process = this.recorder.newProcess();
    while (!this.isStopping) {
      const value = String(++this.lastToken);
      const own = `${key}.${this.lastQueue(key)}`;
      this.turns.set(key, (this.turns.get(key) ?? 0) + 1);
      const end = await this.recorder.runOnQueue(process, own, value, async () => {
        await this.library.push(own, value);
        return null;
      });
      if (end === "unknown") process = this.recorder.newProcess();
      await this.rest(end, 40);
    }
  }

  /** One queue after the other, each until nothing is left and the next is being filled. */
  private async empty(key: string): Promise<void> {
    let process = this.recorder.newProcess();
    let at = 0;
    while (!this.isStopping) {
      const popped = await this.pop(process, `${key}.${at}`);
      if (popped === "empty" && at < this.lastQueue(key)) at++;
      if (popped === "unknown") process = this.recorder.newProcess();
      await this.rest(popped, 5);
    }
  }

  private async pop(process: number, key: string): Promise<Ending | "empty"> {
    let popped: string | null = null;
    const end = await this.recorder.runOnQueue(process, key, null, async () => {
      popped = await this.library.pop(key);
      return popped;
    });
    return end === "ok" && popped === null ? "empty" : end;
  }

  /** Until it answers twice that nothing is left. */
  private async drain(key: string): Promise<void> {
    for (let empty = 0; empty < 2;) {
      if ((await this.pop(this.recorder.newProcess(), key)) === "empty") empty++;
    }
  }
}

function keyOf(name: string, workload: Workload, tag: string): string {
  return `${name}:${workload.name}:{${tag}}`;
}
