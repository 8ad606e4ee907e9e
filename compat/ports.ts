/** Ports for a server and its suite: below the range that the system hands out, and free when looked at. */
import { createServer } from "node:net";

const LOWEST = 21_000;
const HIGHEST = 31_000;

const given = new Set<number>();

/** The first of `count` neighbouring ports that nobody listens on. */
export async function freePorts(count: number): Promise<number> {
  for (;;) {
    const blocks = Math.floor((HIGHEST - LOWEST) / count);
    const first = LOWEST + Math.floor(Math.random() * blocks) * count;
    if (given.has(first)) continue;
    given.add(first);
    if (await areFree(first, count)) return first;
  }
}

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
