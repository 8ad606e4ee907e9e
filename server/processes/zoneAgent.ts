/** In the process of one zone: does what the process that started it asks for. */
import type { MachineFault } from "../chaos/hostFaults.ts";
import { HostFaults } from "../chaos/hostFaults.ts";
import { type MachineStatus, machineStatuses } from "../chaos/hostStatus.ts";
import type { ToldEvent } from "../chaos/moments.ts";
import { endedEvent, followHost } from "../chaos/zones.ts";
import type { FaultyFiles } from "../disk/faultyFiles.ts";
import type { Host } from "../host/host.ts";
import type { Log } from "../log.ts";

/** What a zone's process is asked. */
export type ZoneOrder =
  | { readonly order: "begin"; readonly id: number; readonly fault: MachineFault }
  | { readonly order: "end"; readonly id: number }
  | { readonly order: "status"; readonly ask: number }
  | { readonly order: "stop" };

/** What it says: that its machines run, that they serve, and what they are. */
export type ZoneAnswer =
  | { readonly answer: "started" | "ready" }
  | { readonly answer: "event"; readonly event: ToldEvent }
  | {
      readonly answer: "status";
      readonly ask: number;
      readonly machines: readonly MachineStatus[];
    };

/** Whether another process has started this one as a zone of its own. */
export function isSupervised(): boolean {
  return process.send !== undefined;
}

/** `files`: those of the log, if faults are taken; `stop` is called when the supervisor says so. */
export function obeySupervisor(
  host: Host,
  files: FaultyFiles | undefined,
  log: Log,
  stop: () => void,
): void {
  const takesFaults = files !== undefined;
  const hear = (event: ToldEvent): void => answer({ answer: "event", event });
  const faults = new HostFaults(host, files, log, (id, effects) => hear(endedEvent(id, effects)));
  if (takesFaults) followHost(host, hear);
  process.on("message", (order: ZoneOrder) => {
    switch (order.order) {
      case "begin":
        if (takesFaults) faults.begin(order.id, order.fault);
        return;
      case "end":
        return faults.end(order.id);
      case "status":
        return answer({
          answer: "status",
          ask: order.ask,
          machines: machineStatuses(host),
        });
      case "stop":
        return stop();
    }
  });
  answer({ answer: "started" });
}

export function sayReady(): void {
  answer({ answer: "ready" });
}

function answer(said: ZoneAnswer): void {
  process.send?.(said);
}
