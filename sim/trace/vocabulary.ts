/**
 * The one vocabulary of events: the engine's own (engine/trace.ts) and the world's, with the meaning of each field.
 * docs/trace.md explains every entry; a test compares the two.
 */
import { engineEvents, type TraceKind as EngineEventKind } from "../../engine/trace.ts";

export const worldEvents = {
  "run.started": "the cluster was built and the first nodes start; value = seed",
  "run.loaded": "clients begin to offer operations",
  "run.healed": "all faults have ended; liveness is judged from here",
  "run.ended": "the horizon was reached or the run was stopped; text = why",
  "zone.down": "a zone lost power or was cut off; node = zone",
  "zone.up": "a zone returned; node = zone",
  "machine.crashed": "a machine's process ended at once; text = why",
  "machine.started": "a machine's process was built anew from its disk; value = incarnation",
  "machine.paused": "a machine stands still; its inputs wait; value = microseconds, -1 if open",
  "machine.resumed": "a machine runs again; value = inputs that waited",
  "disk.lost": "a machine's disk is gone for good",
  "disk.crashed":
    "unsynced writes at a crash were kept, lost or torn; text = which, value = bytes at stake",
  "disk.rotted": "bits on a disk changed silently; value = offset, text = file",
  "disk.failed": "a sync was answered with an error",
  "fault.started": "a nemesis began; text = what it does to whom",
  "fault.ended": "a nemesis ended; value = how many effects it had, text = which",
  "link.broken": "a connection broke; text = the two ends",
  "client.failover": "a client learnt of a new primary; text = node",
  "probe.started": "the write probe begins; shard",
  "probe.acknowledged":
    "the first acknowledged write of the probe; value = microseconds since the probe began",
  "request.made": "an onlooker made a request of a node; text = the request",
  "request.answered": "the node answered an onlooker; text = the answer",
  "check.violated": "a check failed; text = the sentence",
  // Only in a full trace (`trace=full`):
  "message.sent": "a peer frame left; text = kind → receiver, value = bytes",
  "message.delivered": "a peer frame arrived; text = sender, value = bytes",
  "message.cut": "a peer frame was lost to a fault or to chance; text = receiver",
  "client.invoked": "an operation was sent; value = operation id, text = command",
  "client.completed": "an operation was answered; value = operation id, text = outcome",
  "disk.synced": "a sync completed; value = bytes made durable",
} as const;

export type WorldEventKind = keyof typeof worldEvents;
export type EventKind = EngineEventKind | WorldEventKind;

/** Every kind in a fixed order: its index is what enters the digest. */
export const eventKinds: readonly EventKind[] = [
  ...(Object.keys(engineEvents) as EngineEventKind[]),
  ...(Object.keys(worldEvents) as WorldEventKind[]),
];

export interface TraceEvent {
  /** True virtual time, integer microseconds since the run began. */
  readonly timeUs: number;
  /** Machine, zone or client; "" for the world itself. */
  readonly node: string;
  readonly kind: EventKind;
  /** -1 where no shard is meant. */
  readonly shard: number;
  readonly position: number;
  readonly value: number;
  readonly text: string;
}
