/**
 * Bytes as strings of one char each (0..255): how the engine holds keys, values and arguments. Written out by hand because
 * TextDecoder("latin1") means windows-1252 in browsers and ISO-8859-1 in Node.
 */

/** A host's own way to the same strings. */
type Latin1Slice = (bytes: Uint8Array, start: number, end: number) => string;

let slice: Latin1Slice | undefined = undefined;
/**
 * V8 joins short strings of fewer chars than this by copying. Longer ones become a pair of them, which their first reader has to
 * copy after all, at more than the cost of making them: there the host is quicker.
 */
const LEAST_SLICED_CHARS = 13;

/** From now on longer strings are made by the host, as Node does in one call. It must give the same strings as `latin1Of` does without it. */
export function sliceLatin1By(hosts: Latin1Slice): void {
  slice = hosts;
}

/** Chars a call: String.fromCharCode takes its arguments on the stack. */
const PIECE_CHARS = 8192;
/** Up to this length groups of eight are several times as fast as a call with a list, which V8 does not inline. */
const SHORT_CHARS = 64;

/** bytes[start, end) as a string; the bytes are not kept. */
export function latin1Of(bytes: Uint8Array, start: number = 0, end: number = bytes.length): string {
  if (slice !== undefined && end - start >= LEAST_SLICED_CHARS) return slice(bytes, start, end);
  let text = "";
  let at = start;
  if (end - start > SHORT_CHARS) {
    for (; at < end; at += PIECE_CHARS) text += pieceOf(bytes, at, Math.min(at + PIECE_CHARS, end));
    return text;
  }
  for (; end - at >= 8; at += 8) text += eightOf(bytes, at);
  return end === at ? text : text + fewerOf(bytes, at, end - at);
}

/** Writes a string of chars below 256 at `offset`, one byte a char; returns the offset behind it. */
export function writeLatin1(target: Uint8Array, offset: number, text: string): number {
  for (let index = 0; index < text.length; index++) target[offset + index] = text.charCodeAt(index);
  return offset + text.length;
}

/** A string of chars below 256 as fresh bytes. */
export function latin1Bytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  writeLatin1(bytes, 0, text);
  return bytes;
}

function pieceOf(bytes: Uint8Array, start: number, end: number): string {
  return String.fromCharCode.apply(null, bytes.subarray(start, end) as unknown as number[]);
}

function eightOf(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(
    bytes[at] as number,
    bytes[at + 1] as number,
    bytes[at + 2] as number,
    bytes[at + 3] as number,
    bytes[at + 4] as number,
    bytes[at + 5] as number,
    bytes[at + 6] as number,
    bytes[at + 7] as number,
  );
}

/** One to seven chars: four, two and one of them, as the length has them. */
function fewerOf(bytes: Uint8Array, start: number, length: number): string {
  let at = start;
  let text = "";
  if (length >= 4) {
    text = String.fromCharCode(
      bytes[at] as number,
      bytes[at + 1] as number,
      bytes[at + 2] as number,
      bytes[at + 3] as number,
    );
    at += 4;
  }
  if ((length & 2) !== 0) {
    text += String.fromCharCode(bytes[at] as number, bytes[at + 1] as number);
    at += 2;
  }
  return (length & 1) === 0 ? text : text + String.fromCharCode(bytes[at] as number);
}
