/**
 * Transactions that append to lists and read them, as the list-append check sees them, and how those of our own history
 * become such.
 */
import type { Operation, Outcome, StepOutput } from "../history.ts";

/** An element of a list. No two appends of a history to one key add the same. */
export type Element = string | number;

export type ListStep =
  | { readonly f: "append"; readonly key: string; readonly element: Element }
  /** The whole list, in order; undefined where nobody knows what was read. */
  | { readonly f: "read"; readonly key: string; readonly elements: readonly Element[] | undefined };

export interface ListTransaction {
  readonly process: number;
  /** fail: surely not executed. unknown and open: perhaps. */
  readonly outcome: Outcome;
  /** Orders of beginning and end among all events of the history; the end counts for "ok" only. */
  readonly invokedOrder: number;
  readonly completedOrder: number;
  readonly steps: readonly ListStep[];
}

/**
 * A transaction of GETs and APPENDs, whose values are tokens closed by ";". Undefined for operations of other kinds. One
 * that DISCARD ended, or EXEC refused, surely did nothing.
 */
export function listTransactionOf(operation: Operation): ListTransaction | undefined {
  const { input, output, process, invokedOrder, completedOrder } = operation;
  if (input.f !== "transaction") return undefined;
  const outputs = Array.isArray(output) ? (output as readonly StepOutput[]) : undefined;
  const steps: ListStep[] = [];
  for (let index = 0; index < input.steps.length; index++) {
    const step = input.steps[index];
    if (step?.f === "get") {
      const found = outputs?.[index];
      const elements = found === undefined ? undefined : elementsOf(found);
      steps.push({ f: "read", key: step.key, elements });
    } else if (step?.f === "append") {
      steps.push({ f: "append", key: step.key, element: step.value.slice(0, -1) });
    } else return undefined;
  }
  const didNothing = operation.outcome === "ok" && outputs === undefined;
  const outcome = didNothing ? "fail" : operation.outcome;
  return { process, outcome, invokedOrder, completedOrder, steps };
}

function elementsOf(found: StepOutput): readonly Element[] {
  return found === null || found === "" ? [] : String(found).slice(0, -1).split(";");
}

/** `append x 1, read y [1 2]` */
export function sayTransaction({ steps }: ListTransaction): string {
  return steps
    .map((step) =>
      step.f === "append"
        ? `append ${step.key} ${step.element}`
        : `read ${step.key} ${step.elements === undefined ? "?" : `[${step.elements.join(" ")}]`}`,
    )
    .join(", ");
}
