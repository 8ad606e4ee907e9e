/** How many clients the system lets this process have: each takes a file, and the nodes of a process share its files. */

/** For listeners, the log's files, peers and the runtime itself; Redis keeps 32 for a process of one node. */
const RESERVED_FILES = 128;

/** Files that this process may have open at once; Infinity where the system does not say. */
export function mostOpenFiles(): number {
  // Interfaces of the network would take their time; Node's types do not know the switch.
  Object.assign(process.report, { excludeNetwork: true });
  const report: unknown = process.report.getReport();
  const limits = (report as { userLimits?: { open_files?: { soft?: unknown } } }).userLimits;
  const soft = limits?.open_files?.soft;
  return typeof soft === "number" ? soft : Infinity;
}

/** Of `wanted` clients for each of so many nodes, as many as there are files for; at least one. */
export function affordableClients(wanted: number, nodes: number, openFiles: number): number {
  const each = Math.floor((openFiles - RESERVED_FILES) / nodes);
  return Math.max(1, Math.min(wanted, each));
}
