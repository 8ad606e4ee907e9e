/** Transactions on append-only lists, checked for anomalies when the run is over: see lists/listAppend.ts. */
import type { CheckResult } from "../run.ts";
import type { Operation } from "./history.ts";
import type { Anomaly, AnomalyName } from "./lists/anomaly.ts";
import { findAnomalies } from "./lists/listAppend.ts";
import { listTransactionOf, type ListTransaction } from "./lists/transaction.ts";

const NAME = "list transactions";

export class ListAppendCheck {
  private readonly toleratesStaleReads: boolean;
  private readonly operations: Operation[] = [];

  /** @param toleratesStaleReads budget "assumption-broken": what only stale reads can explain is counted and no violation */
  constructor(toleratesStaleReads: boolean) {
    this.toleratesStaleReads = toleratesStaleReads;
  }

  operationInvoked(operation: Operation): void {
    if (!operation.readonlyReplica) this.operations.push(operation);
  }

  finish(): CheckResult {
    const completedUs: Map<ListTransaction, number> = new Map();
    for (const operation of this.operations) {
      const transaction = listTransactionOf(operation);
      if (transaction !== undefined) completedUs.set(transaction, operation.completedUs);
    }
    const history = [...completedUs.keys()];
    const examined = history.filter(({ outcome }) => outcome === "ok").length;
    const base = { name: NAME, examined, unit: "transactions" };
    const anomalies = findAnomalies(history);
    const worst = anomalies.find(({ name }) => !this.tolerates(name)) ?? anomalies[0];
    if (worst !== undefined) {
      const more = anomalies.length > 1 ? ` (and ${anomalies.length - 1} more)` : "";
      const times = worst.transactions.map((one) => completedUs.get(one) ?? -1);
      const isTolerated = this.tolerates(worst.name);
      return {
        ...base,
        verdict: isTolerated ? "expected violation" : "violation",
        sentence: isTolerated
          ? `${anomalies.length} anomalies that stale reads explain, as this broken assumption allows; the first: ${sayAnomaly(worst)}`
          : `${sayAnomaly(worst)}${more}`,
        atUs: Math.max(...times),
        details: worst.explanation,
        signature: worst.name,
      };
    }
    if (examined === 0) {
      const sentence = "no transaction on lists was answered";
      return { ...base, verdict: "nothing examined", sentence };
    }
    const sentence = "some order of the transactions explains what every one of them saw";
    return { ...base, verdict: "ok", sentence };
  }

  /** A primary whose lease outlives its leadership shows old lists, but consistent ones. */
  private tolerates(name: AnomalyName): boolean {
    return this.toleratesStaleReads && (name.endsWith("-realtime") || name.endsWith("-process"));
  }
}

function sayAnomaly({ name, explanation, transactions }: Anomaly): string {
  const sentences = explanation.slice(transactions.length);
  return `${name}: ${sentences.join("; ")}`;
}
