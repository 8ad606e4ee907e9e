/**
 * `keyspaceChild.js SHAPE KEYS`: what so many keys take in a database node alone. Its requests come as bytes and are executed as in the server;
 * nothing is logged. Prints the memory before and after them as JSON.
 */
import { memoryUsage } from "node:process";
import { must } from "../../engine/assert.ts";
import { latin1Bytes, sliceLatin1By } from "../../engine/bytes/latin1.ts";
import { Executor } from "../../engine/commands/execute.ts";
import { Session } from "../../engine/commands/session.ts";
import { findCommand } from "../../engine/commands/table.ts";
import { Databases } from "../../engine/keyspace/databases.ts";
import { latin1Slice } from "../../server/host/latin1Slice.ts";
import { loneServer } from "../../sim/checker/models/engineExecutor.ts";
import { requestsFor, shapes } from "./memory.ts";
import { requestText } from "./requests.ts";
import type { Memory } from "./runningServer.ts";

const unixUs: number = Date.now() * 1000;

class Keys {
  readonly databases: Databases = new Databases();
  private readonly executor = new Executor(this.databases, loneServer(unixUs), Math.random);
  private readonly session = new Session(1, "127.0.0.1:1", unixUs);

  execute(request: readonly string[]): void {
    const { decoder } = this.session;
    decoder.push(latin1Bytes(requestText(request)));
    const argv = must(decoder.next(), "request");
    this.executor.execute(this.session, argv, findCommand(argv), unixUs, true);
  }
}

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
const warm = new Keys();
for (const request of requestsFor(shape, 1000)) warm.execute(request);
const keys = new Keys();
const before = settled();
for (const request of requestsFor(shape, Number(count))) keys.execute(request);
const after = settled();
if (keys.databases.size !== Number(count)) throw new Error(`${keys.databases.size} keys were made`);
process.stdout.write(JSON.stringify([before, after]));
