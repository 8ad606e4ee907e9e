/** Ports for a server and its suite: below the range that the system hands out, and free when looked at. */
import { createServer } from "node:net";
import { CompatError } from "./options.ts";

export class Ports {
  private readonly lowest: number;
  private readonly highest: number;
  /** How many are taken here, by the first of them. */
  private readonly taken: Map<number, number> = new Map();

  constructor(lowest: number, highest: number) {
    this.lowest = lowest;
    this.highest = highest;
  }

  /** The first of `count` neighbouring ports that nobody listens on and nobody here has taken; `giveBack` ends that. */
  async take(count: number): Promise<number> {
    const blocks = Math.floor((this.highest - this.lowest + 1) / count);
    const begin = Math.floor(Math.random() * blocks);
    for (let block = 0; block < blocks; block++) {
      const first = this.lowest + ((begin + block) % blocks) * count;
      if (this.isTaken(first, count)) continue;
      this.taken.set(first, count);
      if (await areFree(first, count)) return first;
      this.taken.delete(first);
    }
    const range = `${this.lowest} to ${this.highest}`;
    throw new CompatError(`no ${count} neighbouring ports from ${range} are free`);
  }

  giveBack(first: number): void {
    this.taken.delete(first);
  }

  private isTaken(first: number, count: number): boolean {
    for (const [other, otherCount] of this.taken) {
      if (first < other + otherCount && other < first + count) return true;
    }
    return false;
  }
}

export const ports: Ports = new Ports(21_000, 30_999);

async function areFree(first: number, count: number): Promise<boolean> {
  for (let port = first; port < first + count; port++) if (!(await isFree(port))) return false;
  return true;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
}
