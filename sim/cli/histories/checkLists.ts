import { type Edn, printEdn, Word } from "../../checker/formats/edn.ts";
import { HistoryError } from "../../checker/formats/historyError.ts";
import type { Recorded } from "../../checker/formats/recorded.ts";
import { findAnomalies } from "../../checker/lists/listAppend.ts";
import {
  type Element,
  type ListStep,
  type ListTransaction,
  listTransactionOf,
} from "../../checker/lists/transaction.ts";
import type { Operation } from "../../checker/history.ts";
import { specificationOf } from "../../checker/models/ofKey.ts";
import type { HistoryFile } from "./historyFile.ts";
import type { HistoryReport } from "./historyReport.ts";

/** Transactions on lists. Throws HistoryError for an operation that is none. */
export function checkLists(file: HistoryFile): HistoryReport {
  const transactions =
    file.own?.operations.flatMap(ownTransactionOf) ?? file.recorded.map(transactionOf);
  const anomalies = findAnomalies(transactions);
  const keys = new Set(transactions.flatMap(({ steps }) => steps.map(({ key }) => key)));
  return {
    file: file.path,
    model: "list-append",
    verdict: anomalies.length > 0 ? "violation" : "ok",
    answers: transactions.filter(({ outcome }) => outcome === "ok").length,
    keys: keys.size,
    explored: 0,
    impossible: undefined,
    undecided: [],
    anomalies: anomalies.map(({ name, explanation }) => ({ name, explanation })),
  };
}

/** Of a run of ours only what its workload on lists did. */
function ownTransactionOf(operation: Operation): readonly ListTransaction[] {
  if (operation.readonlyReplica || specificationOf(operation.input.key) !== "lists") return [];
  const transaction = listTransactionOf(operation);
  return transaction === undefined ? [] : [transaction];
}

function transactionOf(recorded: Recorded): ListTransaction {
  const { f, line, outcome, output, input, invokedOrder, completedOrder } = recorded;
  if (f !== "txn") throw new HistoryError(line, `model list-append expects txn; got ${f}`);
  const told = outcome === "ok" ? output : input;
  if (!Array.isArray(told)) {
    throw new HistoryError(
      line,
      `txn expects steps such as [[:append 1 2] [:r 1 nil]]; got ${printEdn(told)}`,
    );
  }
  const steps = (told as readonly Edn[]).map((step) => stepOf(step, line, outcome === "ok"));
  return { process: Number(recorded.process), outcome, invokedOrder, completedOrder, steps };
}

function stepOf(step: Edn, line: number, isAnswered: boolean): ListStep {
  const [word, key = null, value = null] = Array.isArray(step) ? (step as readonly Edn[]) : [];
  const f = word instanceof Word ? word.text : word;
  const name = typeof key === "string" ? key : printEdn(key);
  if (f === ":append" || f === "append")
    return { f: "append", key: name, element: elementOf(value) };
  if (f === ":r" || f === "r") {
    const found = Array.isArray(value) ? (value as readonly Edn[]).map(elementOf) : [];
    return { f: "read", key: name, elements: isAnswered ? found : undefined };
  }
  throw new HistoryError(
    line,
    `a step is [:append KEY VALUE] or [:r KEY nil]; got ${printEdn(step)}`,
  );
}

function elementOf(value: Edn): Element {
  return typeof value === "number" || typeof value === "string" ? value : printEdn(value);
}
