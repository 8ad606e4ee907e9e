/**
 * Checks transactions that append to lists and read them, in the manner of Elle (Kingsbury and Alvaro, VLDB 2020): reads show
 * the order of the appends, orders show which transaction must have come before which, and a cycle among those is
 * something that no serial execution does. Near-linear in the history, however many operations run at once, unlike a
 * search for a linearization; what it finds is real, but it need not find everything.
 */
import type { Anomaly } from "./anomaly.ts";
import { componentsOf } from "./components.ts";
import { worstCycle } from "./cycles.ts";
import { Dependencies } from "./dependencies.ts";
import type { ListTransaction } from "./transaction.ts";
import { versionsOf } from "./versions.ts";

/** Everything that contradicts strict serializability; empty if nothing does. Of each knot of cycles its worst is told. */
export function findAnomalies(history: readonly ListTransaction[]): readonly Anomaly[] {
  const { keys, anomalies } = versionsOf(history);
  const graph = new Dependencies(history, keys);
  const cycles = componentsOf(graph).map((component) => worstCycle(graph, component));
  return [...anomalies, ...cycles];
}
