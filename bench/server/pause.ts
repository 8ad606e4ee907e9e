/** What keeps a database node longest while it is filled with keys, by the size of V8's young generation. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const pauseChild: string = fileURLToPath(new URL("pauseChild.js", import.meta.url));

/** MiB of a semi-space, at most: V8's own choice on 64 bits, which the server has, and more. */
export const semiSpacesMiB: readonly number[] = [16, 32, 64];

/** Milliseconds of the longest step of 64 requests: on a processor, save `clockMs`. */
export interface Pauses {
  readonly keys: number;
  readonly seconds: number;
  /** By the clock: what other programs took is in it. */
  readonly clockMs: number;
  /** Whatever it was kept by. */
  readonly stepMs: number;
  /** In which nothing was collected: the tables' growth is the longest work of such a step. */
  readonly undisturbedMs: number;
  /** In which the young generation was collected. */
  readonly youngMs: number;
  readonly youngCount: number;
  /** In which a slice of the old generation was marked, or its collection ended. */
  readonly oldMs: number;
  readonly oldCount: number;
  readonly residentBytes: number;
}

export interface PausesBySize extends Pauses {
  readonly semiSpaceMiB: number;
}

/** In a process of its own. */
export function pausesOf(semiSpaceMiB: number, keys: number): PausesBySize {
  const options = [`--max-semi-space-size=${semiSpaceMiB}`, "--max-old-space-size=8192"];
  const done = spawnSync(process.execPath, [...options, pauseChild, String(keys)], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (done.status !== 0) throw new Error(`the node with ${keys} keys failed`);
  return { semiSpaceMiB, ...(JSON.parse(done.stdout) as Pauses) };
}
