/**
 * Who watches a run beside the checks: is told what they need not know, single frames and syncs above all. A camera changes nothing of
 * a run, and has the calls that it wants. Places are machines by their index in the network; the clients' place is 0.
 */
import type { Input } from "../../engine/contract.ts";
import type { Operation } from "../checker/history.ts";
import type { DatabaseFacts } from "../checker/observer.ts";
import type { TraceEvent } from "../trace/vocabulary.ts";
import type { messageFates } from "./film.ts";

export type MessageFate = (typeof messageFates)[number];

export interface Camera {
  traced?(event: TraceEvent): void;
  /** A frame leaves its machine at `departUs`. The same bytes come back in `frameEnded`, unless they are never heard of again. */
  frameSent?(frame: Uint8Array, departUs: number): void;
  frameEnded?(nowUs: number, frame: Uint8Array, from: number, to: number, fate: MessageFate): void;
  syncBegan?(place: number, departUs: number): void;
  syncEnded?(nowUs: number, place: number, syncedBytes: number, ok: boolean): void;
  /** The object is used again for the next call. `trueUntilUs`: when the lease ends on a perfect clock. */
  databaseViewed?(nowUs: number, place: number, facts: DatabaseFacts, trueUntilUs: number): void;
  /** After each step of a log node, whether or not anything changed. */
  logLooked?(nowUs: number, place: number, shard: number, view: LogReplicaView): void;
  operationInvoked?(operation: Operation): void;
  operationCompleted?(operation: Operation): void;
  /** A client's bytes leave it, reach a machine, or the answer leaves the machine. */
  clientSent?(nowUs: number, connection: number): void;
  requestArrived?(nowUs: number, place: number, connection: number): void;
  replySent?(departUs: number, place: number, connection: number): void;
  /** After every step of a machine, with the input that it took. */
  stepped?(nowUs: number, place: number, input: Input): void;
}

/** One shard's replica on a log node. The object is used again for the next call. */
export interface LogReplicaView {
  readonly role: string;
  readonly term: number;
  readonly lastPosition: number;
  readonly commitPosition: number;
}
