/** Bytes as strings of one char each, for what clients and checkers read; apart from the engine's own. */

/** A text's UTF-8 bytes as a string of one char each. */
export function latin1OfUtf8(text: string): string {
  return encodeURIComponent(text).replace(/%([0-9A-F]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

/** Calls with a list of this many chars: V8 takes them from the stack. */
const PIECE_CHARS = 4096;
/** V8 inlines String.fromCharCode of single chars and not of lists: pieces of four beat a list for short texts. */
const SHORT_CHARS = 64;

export function latin1Text(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  let at = start;
  if (end - start > SHORT_CHARS) {
    for (; at < end; at += PIECE_CHARS) {
      const piece = bytes.subarray(at, Math.min(end, at + PIECE_CHARS));
      text += String.fromCharCode.apply(null, piece as unknown as number[]);
    }
    return text;
  }
  for (; end - at >= 4; at += 4) {
    text += String.fromCharCode(
      bytes[at] as number,
      bytes[at + 1] as number,
      bytes[at + 2] as number,
      bytes[at + 3] as number,
    );
  }
  for (; at < end; at++) text += String.fromCharCode(bytes[at] as number);
  return text;
}
