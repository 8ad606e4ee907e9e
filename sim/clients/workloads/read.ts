import type { OperationInput } from "../../checker/history.ts";

/** GET of the key: how most kinds are read. */
export function readOne(key: string): OperationInput {
  return { f: "get", key };
}
