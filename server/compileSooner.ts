/**
 * V8 makes machine code of a function once so many bytes of its bytecode have run. What runs once a request gets there soon with any
 * bound. What runs once for all requests of a turn of the event loop, such as a step's beginning and end or the log's machines, takes
 * a million requests with V8's own one, made for pages that shall start fast (docs/PERFORMANCE.md has the figures).
 */
import { setFlagsFromString } from "node:v8";

/** V8's own is 67,584 in Node 20. With far less it optimizes what it has not seen enough of, and has to begin again. */
const COMPILED_AFTER_BYTES = 10_000;

export function compileSooner(): void {
  setFlagsFromString(`--interrupt-budget=${COMPILED_AFTER_BYTES}`);
}
