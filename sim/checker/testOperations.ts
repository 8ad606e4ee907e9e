import type { Operation, OperationInput, OperationOutput, Outcome } from "./history.ts";

/** An operation for tests: order numbers are its times, so times in one history should differ. */
// oxlint-disable-next-line max-params -- reads as a table in the tests
export function operationOf(
  input: OperationInput,
  output: OperationOutput,
  invokedUs: number,
  completedUs: number,
  outcome: Outcome = "ok",
): Operation {
  return {
    id: invokedUs,
    offered: invokedUs,
    process: invokedUs,
    shard: 0,
    input,
    output,
    outcome,
    dueUs: invokedUs,
    invokedUs,
    completedUs: outcome === "open" ? -1 : completedUs,
    repliedUs: outcome === "ok" ? completedUs : -1,
    invokedOrder: invokedUs,
    completedOrder: outcome === "open" ? -1 : completedUs,
    node: "db-0-a",
    readonlyReplica: false,
    error: "",
  };
}
