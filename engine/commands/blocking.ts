/** Commands that wait for a key when they find nothing (BLPOP, XREAD BLOCK …). */

/** What a waiting command asks for. */
export interface BlockRequest {
  /** Keys of the session's database; a change of any of them runs the command once more. */
  readonly keys: readonly string[];
  /** Milliseconds until `onTimeout` is answered; 0: for ever. */
  readonly timeoutMs: number;
  /** The reply when nothing came in time. */
  readonly onTimeout: "null" | "nullArray";
  /** What runs once more in the place of the request: XREAD's "$" is replaced by the id that it stood for. */
  readonly argv?: readonly string[];
}
