/** Commands that wait for a key when they find nothing (BLPOP, XREAD BLOCK …). */

/** What a waiting command asks for. */
export interface BlockRequest {
  /** Keys of the session's database; a change of any of them runs the command once more. */
  readonly keys: readonly string[];
  /** Milliseconds until `onTimeout` is answered; 0: for ever. */
  readonly timeoutMs: number;
  /** The reply when nothing came in time. */
  readonly onTimeout: "null" | "nullArray";
}
