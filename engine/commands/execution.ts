/** What a request came to, for those who log and answer it. */
import { Piece } from "../bytes/piece.ts";
import type { BlockRequest } from "./blocking.ts";
import type { Announcement, Push } from "./messages.ts";

/** What a request came to. The object and its pieces are reused by the executor's next call; its arrays and bytes are not. */
export interface Execution {
  /** RESP bytes; none when CLIENT REPLY suppressed them. */
  readonly replyPiece: Piece;
  /** A view of them. */
  readonly reply: Uint8Array;
  /** Payload to log as an "effects" entry; no bytes if nothing changed. */
  readonly recordPiece: Piece;
  /** A view of it; undefined if nothing changed. */
  readonly record: Uint8Array | undefined;
  /** Keys read or written, absent ones and watched ones of an EXEC among them: the reply waits for their undurable changes. */
  readonly touched: readonly string[];
  /** Keys that this request changed. */
  readonly changed: readonly string[];
  /** Every key changed (FLUSHALL, FLUSHDB). */
  readonly changedAll: boolean;
  /** Users were changed: what anybody may do from now on hangs on that. */
  readonly changedUsers: boolean;
  /** The node is to answer nobody for so long (DEBUG SLEEP), nor send this reply before. */
  readonly sleepUs: number;
  /** The reply depends on the whole keyspace, or speaks of every earlier write (WAIT). */
  readonly waitsForNewest: boolean;
  /** Close the connection after this reply. */
  readonly close: boolean;
  /** A script has paused: there is no reply yet, and nothing to log. `Executor.goOn` goes on with it. */
  readonly isSuspended: boolean;
  /** What the command waits for; there is no reply then. */
  readonly blocked: BlockRequest | undefined;
  /** What other clients of this node are sent, in order. */
  readonly pushes: readonly Push[];
  /** What other nodes tell their clients. */
  readonly announcements: readonly Announcement[];
}

export const NO_KEYS: readonly string[] = [];
const NO_PUSHES: readonly Push[] = [];
const NO_ANNOUNCEMENTS: readonly Announcement[] = [];

export interface MutableExecution {
  readonly replyPiece: Piece;
  readonly reply: Uint8Array;
  readonly recordPiece: Piece;
  readonly record: Uint8Array | undefined;
  touched: readonly string[];
  changed: readonly string[];
  changedAll: boolean;
  changedUsers: boolean;
  sleepUs: number;
  waitsForNewest: boolean;
  close: boolean;
  isSuspended: boolean;
  blocked: BlockRequest | undefined;
  pushes: readonly Push[];
  announcements: readonly Announcement[];
}

export function emptyExecution(): MutableExecution {
  return {
    replyPiece: new Piece(),
    get reply(): Uint8Array {
      return this.replyPiece.bytes;
    },
    recordPiece: new Piece(),
    get record(): Uint8Array | undefined {
      return this.recordPiece.length === 0 ? undefined : this.recordPiece.bytes;
    },
    touched: NO_KEYS,
    changed: NO_KEYS,
    changedAll: false,
    changedUsers: false,
    sleepUs: 0,
    waitsForNewest: false,
    close: false,
    isSuspended: false,
    blocked: undefined,
    pushes: NO_PUSHES,
    announcements: NO_ANNOUNCEMENTS,
  };
}
