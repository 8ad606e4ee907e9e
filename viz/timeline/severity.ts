/** How bad a mark is, and so its colour and its shape. Data: a kind of event that stands in no list is plain. */
import { messageFates, outcomeNames } from "../../sim/film/film.ts";

/** plain: a dot; notable: a square; warning: a triangle; bad: a diamond. The number is what columns compare. */
export const severities = ["plain", "notable", "warning", "bad"] as const;

export type Severity = (typeof severities)[number];

const eventsOf: Readonly<Record<Exclude<Severity, "plain">, readonly string[]>> = {
  notable: [
    "role.primary",
    "role.released",
    "node.recovered",
    "log.leader",
    "log.repaired",
    "log.installed",
    "run.loaded",
    "run.healed",
    "zone.up",
    "machine.resumed",
    "probe.acknowledged",
    "request.answered",
    "client.failover",
  ],
  warning: [
    "role.handover",
    "role.handoverGivenUp",
    "lease.lapsed",
    "election.stood",
    "election.lost",
    "append.conflict",
    "append.retried",
    "write.stalled",
    "reply.abandoned",
    "record.voided",
    "log.blank",
    "log.torn",
    "log.repairing",
    "message.dropped",
    "login.slowed",
    "monitor.suspects",
    "machine.paused",
    "fault.started",
    "link.broken",
    "disk.crashed",
  ],
  bad: [
    "record.refused",
    "log.damaged",
    "zone.down",
    "machine.crashed",
    "disk.lost",
    "disk.rotted",
    "disk.failed",
    "check.violated",
  ],
};

/** The severity of each kind of event, by its number. */
export function eventSeverities(eventKinds: readonly string[]): Uint8Array {
  return Uint8Array.from(eventKinds, (kind) => {
    const found = severities.findIndex((name) => name !== "plain" && eventsOf[name].includes(kind));
    return Math.max(0, found);
  });
}

export const fateSeverities: Uint8Array = Uint8Array.from(messageFates, (fate) =>
  severities.indexOf(fate === "cut" ? "bad" : fate === "refused" ? "warning" : "plain"),
);

export const outcomeSeverities: Uint8Array = Uint8Array.from(outcomeNames, (outcome) =>
  severities.indexOf(outcome === "ok" ? "plain" : outcome === "fail" ? "warning" : "bad"),
);

export const SYNC_FAILED: number = severities.indexOf("bad");
