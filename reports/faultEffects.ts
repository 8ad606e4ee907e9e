/** What a fault did, in words. */
import type { FaultRecord } from "../sim/run.ts";
import { countText, plural } from "./figures.ts";

const words: Readonly<Record<keyof FaultRecord["effects"], readonly [string, string]>> = {
  processesEnded: ["process ended", "processes ended"],
  connectionsBroken: ["connection broken", "connections broken"],
  messagesCut: ["message cut", "messages cut"],
  messagesDelayed: ["message delayed", "messages delayed"],
  messagesDoubled: ["message doubled", "messages doubled"],
  metInFlight: ["of them in flight", "of them in flight"],
  inputsChanged: ["input changed", "inputs changed"],
  diskResultsChanged: ["disk result changed", "disk results changed"],
  clockReadingsSkewed: ["clock reading skewed", "clock readings skewed"],
  ordersGiven: ["order given", "orders given"],
};

/** "3 messages cut, 1 disk result changed"; a fault that did not matter "changed nothing". */
export function effectsText(fault: FaultRecord): string {
  if (!fault.mattered) return "changed nothing";
  const parts: string[] = [];
  for (const [name, [one, many]] of Object.entries(words)) {
    const count = fault.effects[name as keyof FaultRecord["effects"]];
    if (count > 0) parts.push(`${countText(count)} ${count === 1 ? one : many}`);
  }
  return parts.join(", ");
}

/** One line about all faults of a run; "" without any. */
export function faultsText(faults: readonly FaultRecord[]): string {
  if (faults.length === 0) return "";
  const idle = faults.filter((fault) => !fault.mattered);
  const begin = `${plural(faults.length, "fault")}, ${countText(faults.length - idle.length)} mattered`;
  if (idle.length === 0) return begin;
  return `${begin}; changed nothing: ${idle.map((fault) => fault.text).join("; ")}`;
}
