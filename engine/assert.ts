/** A broken promise of our own code. Nobody catches it in the engine: the simulator stops the run, the server exits. */
export class AssertionError extends Error {
  override readonly name = "AssertionError";
}

/** Always on. `message` may be a function when building it costs. */
export function assert(condition: boolean, message: string | (() => string)): asserts condition {
  if (!condition) throw new AssertionError(typeof message === "string" ? message : message());
}

/** The value, which the caller knows to be there. */
export function must<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new AssertionError(`missing: ${what}`);
  return value;
}

/** The end of an exhaustive switch. */
export function unreachable(value: never): never {
  throw new AssertionError(`unreachable: ${String(value)}`);
}
