/**
 * Commands that wait for a key when they find nothing (BLPOP, XREAD BLOCK …). Such a command calls `context.block` instead of
 * replying. When one of its keys changes it is run once more from its start, with `context.isRetry` and the key in
 * `context.readyKey`: then it replies, or calls `block` again, which changes nothing. The host of the commands
 * (failover/serveBlocked.ts) keeps the queues and the time.
 */
import type { ValueType } from "../keyspace/value.ts";

/** How CLIENT UNBLOCK ends the waiting: as if time had run out, or with an error. */
export type ForcedEnd = "timeout" | "error";

/** What a waiting command asks for. */
export interface BlockRequest {
  /** Keys of the session's database. */
  readonly keys: readonly string[];
  /** The command is run once more when one of the keys changes and holds this type then. */
  readonly type: ValueType;
  /** Also when the key is gone or holds another type. */
  readonly wakesOnLoss?: boolean;
  /** Milliseconds until a null array is answered; 0: for ever. */
  readonly timeoutMs: number;
  /** What is answered at once where nothing may wait: in a transaction. */
  readonly refusal: "null" | "nullArray";
  /** It waits for the log instead: the command is run once more when all that its client has written is committed (WAIT). */
  readonly isForLog?: boolean;
  /** The integer that is answered instead of a null array when time has run out. */
  readonly late?: number;
  /** What runs once more in the place of the request: XREAD's "$" is replaced by the id that it stood for. */
  readonly argv?: readonly string[];
}
