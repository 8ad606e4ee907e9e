/** Loaded into our server under measurement: frees what can be freed when the bench asks, and answers what V8 then uses in bytes. */
import { memoryUsage } from "node:process";

process.on("message", () => {
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, external } = memoryUsage();
  process.send?.(heapUsed + external);
});
