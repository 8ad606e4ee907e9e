/**
 * Writes that are acknowledged once and must be there at the end, and how long none was. A library may send it twice
 * here: a key is written by one request alone, so that sending it twice does no harm.
 */
import type { Library } from "./library.ts";
import { askOnce, pause } from "./zoneProcesses.ts";

const PAUSE_MS = 20;
/** Keys that one request asks for. */
const BATCH = 100;

/** A SET; rejects if it was not acknowledged. */
export type Writer = Pick<Library, "set">;

export class Ledger {
  /** By hash tag. */
  private readonly acknowledged: Map<string, { readonly key: string; readonly atMs: number }[]>;
  private readonly name: string;
  private readonly writer: Writer;
  private running: Promise<void>[] = [];
  private isStopping = false;

  /** `tags`: a hash tag for each shard. */
  constructor(name: string, writer: Writer, tags: readonly string[]) {
    this.name = name;
    this.writer = writer;
    this.acknowledged = new Map(tags.map((tag) => [tag, []]));
  }

  start(): void {
    this.running = [...this.acknowledged.keys()].map((tag) => this.write(tag));
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    await Promise.all(this.running);
  }

  get count(): number {
    return [...this.acknowledged.values()].reduce((sum, { length }) => sum + length, 0);
  }

  /**
   * The longest time without an acknowledged write on any shard between two moments, in milliseconds: to a client the shard
   * was away for so long.
   */
  longestSilenceMs(fromMs: number, untilMs: number): number {
    let longest = 0;
    for (const written of this.acknowledged.values()) {
      let last = fromMs;
      for (const { atMs } of [...written, { atMs: untilMs }]) {
        if (atMs <= fromMs || atMs > untilMs) continue;
        longest = Math.max(longest, atMs - last);
        last = atMs;
      }
    }
    return longest;
  }

  /** Acknowledged writes that the shards' primaries do not have. `portOf`: of the primary that serves a hash tag. */
  async lost(portOf: (tag: string) => Promise<number>): Promise<number> {
    let lost = 0;
    for (const [tag, written] of this.acknowledged) {
      const port = await portOf(tag);
      for (let from = 0; from < written.length; from += BATCH) {
        const keys = written.slice(from, from + BATCH).map(({ key }) => key);
        const found = await askOnce(port, "EXISTS", ...keys);
        if (!found.startsWith(":")) throw new Error(`EXISTS was answered ${found}`);
        lost += keys.length - Number(found.slice(1));
      }
    }
    return lost;
  }

  private async write(tag: string): Promise<void> {
    for (let n = 1; !this.isStopping; n++) {
      const key = `${this.name}:ledger:{${tag}}:${n}`;
      try {
        await this.writer.set(key, String(n));
        this.acknowledged.get(tag)?.push({ key, atMs: performance.now() });
      } catch {
        // Not acknowledged, and so nothing is promised.
      }
      await pause(PAUSE_MS);
    }
  }
}

/**
 * Asks every node in turn, and whom these name, until one takes the write: what the cluster itself can do, apart from any library's
 * habits.
 */
export function bareWriter(ports: readonly number[]): Writer {
  const lastGood: Map<string, number> = new Map();
  return {
    async set(key, value) {
      const tag = /\{(.+)\}/.exec(key)?.[1] ?? "";
      const asked = new Set<number>();
      const next = [lastGood.get(tag) ?? 0, ...ports];
      for (let port = next.shift(); port !== undefined; port = next.shift()) {
        if (asked.has(port) || port === 0) continue;
        asked.add(port);
        const answer = await askOnce(port, "SET", key, value);
        if (answer === "+OK\r\n") return void lastGood.set(tag, port);
        const moved = /^-MOVED \d+ .*:(\d+)\r\n$/.exec(answer)?.[1];
        if (moved !== undefined) next.unshift(Number(moved));
      }
      throw new Error("no node takes writes");
    },
  };
}
