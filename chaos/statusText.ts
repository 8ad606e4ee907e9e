/** The cluster as a terminal shows it. */
import type { Status } from "../server/chaos/control.ts";
import { tableLines } from "../reports/textTable.ts";

export function statusText({ mode, zones, machines, faults }: Status): string {
  const rows: string[][] = [["zone", "machine", "state", "role", "epoch", "position", "lease"]];
  for (const { zone, pid, state } of zones) {
    const process = mode === "one process" ? "" : `process ${pid === 0 ? "ended" : pid}`;
    rows.push([zone, process, state, "", "", "", ""]);
    for (const one of machines) {
      if (one.zone !== zone) continue;
      const leads = one.leads.length > 0 ? ` of ${one.leads.join(", ")}` : "";
      const lease = one.role === "primary" ? `${one.leaseMs} ms` : "";
      const figures = [String(one.epoch), String(one.position), lease];
      const place = one.port === 0 ? "" : ` :${one.port}`;
      rows.push(["", `${one.node}${place}`, one.state, `${one.role}${leads}`, ...figures]);
    }
  }
  const left = faults.map(({ id, text, endsInMs }) => {
    const end = endsInMs < 0 ? "until it is healed" : `for ${endsInMs} ms more`;
    return `  ${id}  ${text}, ${end}\n`;
  });
  const told = left.length === 0 ? "No faults are active.\n" : `Faults\n${left.join("")}`;
  const align = ["left", "left", "left", "left", "right", "right", "right"] as const;
  return `${tableLines(rows, align).join("\n")}\n${told}`;
}
