/** Which events of the engine its operator should hear of, and in what words. All others are for loglevel=debug. */
import type { TraceKind } from "../../engine/trace.ts";

export interface Announcement {
  readonly level: "notice" | "warning";
  readonly text: string;
}

const notice = (text: string): Announcement => ({ level: "notice", text });
const warning = (text: string): Announcement => ({ level: "warning", text });

export const announcements: ReadonlyMap<TraceKind, Announcement> = new Map<TraceKind, Announcement>(
  [
    ["role.primary", notice("leads its shard from now on")],
    ["role.released", notice("has given up the leadership of its shard")],
    ["lease.lapsed", warning("executes nothing: the log does not answer, and the lease has ended")],
    ["reply.abandoned", warning("closed connections whose writes may or may not have happened")],
    ["payload.refused", warning("refuses to restore a value from its payload")],
    ["login.slowed", warning("hears passwords from an address slowly: too many were wrong")],
    ["record.refused", warning("cannot read what a newer version has written")],
    ["log.blank", notice("has a blank disk, and waits until both other zones have been heard")],
    ["log.formatted", notice("has a disk of its own now")],
    ["log.torn", notice("has cut off an unfinished batch at the end of its log")],
    ["log.damaged", warning("has found damage in its log, and repairs it from the other zones")],
    ["log.repairing", notice("copies the log from the other zones")],
    ["log.repaired", notice("has a complete copy of the log")],
    ["monitor.suspects", warning("has heard nothing of a machine for a while")],
  ],
);
