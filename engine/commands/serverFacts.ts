/** What commands may ask of the node that they run on. node.ts implements it; every property is read at the time of use. */
import type { RewriteOrder } from "../settings/rewrite.ts";
import type { AclFile } from "../access/aclFile.ts";
import type { ForcedEnd } from "./blocking.ts";
import type { PauseOrder } from "./clientPause.ts";
import type { Session } from "./session.ts";

/** A database node as clients are told of it. */
export interface NodeFacts {
  readonly nodeId: string;
  readonly host: string;
  /** "" without one. */
  readonly hostname: string;
  /** 0 without one; likewise the others. */
  readonly port: number;
  readonly tlsPort: number;
  readonly busPort: number;
  readonly zone: string;
}

/** A run of slots with the nodes that serve it; `primary` is undefined while nobody is known to lead. */
export interface SlotRangeFacts {
  readonly firstSlot: number;
  readonly lastSlot: number;
  readonly shard: number;
  readonly epoch: number;
  readonly primary: NodeFacts | undefined;
  readonly replicas: readonly NodeFacts[];
}

export interface ServerFacts {
  readonly isClusterMode: boolean;
  /** How many databases SELECT knows: one in cluster mode. */
  readonly databaseCount: number;
  readonly self: NodeFacts;
  /** Never repeats in the cluster; run ids are made of it. */
  readonly incarnation: number;
  /** Wall clock at the machine's start, Unix microseconds. */
  readonly startedUnixUs: number;
  readonly role: "primary" | "replica";
  /** Epoch of the leadership that the node has or follows. */
  readonly epoch: number;
  /** The node applies the newest entries of its log; false while it recovers. */
  readonly isCaughtUp: boolean;
  /** Newest position executed (primary) or applied (replica), and newest one known committed. */
  readonly appliedPosition: number;
  readonly committedPosition: number;
  /** When the newest entry was written that this node has read from the log; 0 if none was. */
  readonly readUnixMs: number;
  /** Bytes of entries that this node has given to the log. */
  readonly loggedBytes: number;
  /** The log has committed everything that a client's requests have written. */
  hasCommitted(session: Session): boolean;
  /** Zones beside the primary's own in which the commit rule guarantees an acknowledged write. */
  readonly guaranteedOtherZones: number;
  /** Who leads this node's shard; undefined while unknown. */
  readonly primary: NodeFacts | undefined;
  /** The other replicas of this node's shard, or all of them if it is primary. */
  readonly replicas: readonly NodeFacts[];
  /** All shards, by slots ascending. */
  readonly slotRanges: readonly SlotRangeFacts[];
  /** Connected clients, oldest first. */
  readonly sessions: Iterable<Session>;
  /** The client with this id; undefined if it is gone, or about to be. */
  sessionOf(clientId: number): Session | undefined;
  /** Replies and pushes to a client that wait for the log, and the pushes among them. */
  parkedBytesOf(session: Session): number;
  parkedPushBytesOf(session: Session): number;
  /** Answers of earlier requests of this client have not left yet. */
  hasUnsentReplies(session: Session): boolean;
  /** Milliseconds since the script or function began that has paused; 0 if there is none. */
  readonly scriptMs: number;
  /** CLIENT PAUSE holds requests: what has expired is hidden and stays. */
  readonly isPaused: boolean;
  /** Begins or ends a pause, once the command or transaction has ended. */
  pause(order: PauseOrder): void;
  /** Ends the waiting of a client (CLIENT UNBLOCK); false if it does not wait for a key. */
  unblock(clientId: number, end: ForcedEnd): boolean;
  /** The file of the parameter aclfile; undefined if there is none. */
  readonly aclFile: AclFile | undefined;
  /** Asks the host to write the configuration into its file. */
  rewriteConfiguration(order: RewriteOrder): void;
  /** Asks the host to stop the node, at once or in good order; the client is answered if that is taken back. */
  shutdown(isNow: boolean, client: Session): void;
  /** Takes a stop in good order back; false if none is under way. */
  abortShutdown(): boolean;
  /** Lets this primary hand its leadership over to a replica, "" for any. */
  handOver(nodeId: string): void;
  /** Lets this shard's primary, wherever it is, hand over to this replica; false if it is not known. */
  askForHandover(): boolean;
  /** Closes another client's connection (CLIENT KILL). */
  closeSession(session: Session): void;
}

type Deeds = Pick<
  ServerFacts,
  | "pause"
  | "unblock"
  | "rewriteConfiguration"
  | "shutdown"
  | "abortShutdown"
  | "handOver"
  | "askForHandover"
  | "closeSession"
>;

/** Nothing of what commands ask of the node is done. */
export const noDeeds: Deeds = {
  pause: () => {},
  unblock: () => false,
  rewriteConfiguration: () => {},
  shutdown: () => {},
  abortShutdown: () => false,
  handOver: () => {},
  askForHandover: () => false,
  closeSession: () => {},
};

/** The same for commands that are to change nothing of the node; one that asks for a hand-over is answered as if it were under way. */
export function withoutDeeds(server: ServerFacts): ServerFacts {
  const facts = Object.create(server) as ServerFacts;
  return Object.assign(facts, noDeeds, { askForHandover: () => true });
}
