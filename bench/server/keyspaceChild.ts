/**
 * `keyspaceChild.js SHAPE KEYS`: what so many keys take in a database node alone. Its requests come as bytes and are executed as in the server;
 * nothing is logged. Prints the memory before and after them as JSON.
 */
import { memoryUsage } from "node:process";
import { must } from "../../engine/assert.ts";
import { sliceLatin1By } from "../../engine/bytes/latin1.ts";
import { latin1Slice } from "../../server/host/latin1Slice.ts";
import { FilledNode } from "./filledNode.ts";
import { requestsFor, shapes } from "./memory.ts";
import type { Memory } from "./runningServer.ts";

function settled(): Memory {
  globalThis.gc?.();
  globalThis.gc?.();
  const { rss, heapUsed, external } = memoryUsage();
  return { residentBytes: rss, usedBytes: heapUsed + external };
}

sliceLatin1By(latin1Slice);
const [, , name, count] = process.argv;
const shape = must(
  shapes.find((one) => one.name === name),
  "shape",
);
// What the first requests of a kind leave behind for good is none of the keys' cost.
const warm = new FilledNode();
for (const request of requestsFor(shape, 1000)) warm.execute(request);
const keys = new FilledNode();
const before = settled();
for (const request of requestsFor(shape, Number(count))) keys.execute(request);
const after = settled();
if (keys.databases.size !== Number(count)) throw new Error(`${keys.databases.size} keys were made`);
process.stdout.write(JSON.stringify([before, after]));
