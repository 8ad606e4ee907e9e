/**
 * Bytes as strings of one char each (0..255): how the engine holds keys, values and arguments. Written out by hand because
 * TextDecoder("latin1") means windows-1252 in browsers and ISO-8859-1 in Node.
 */

/** Chars a call: String.fromCharCode takes its arguments on the stack. */
const PIECE_CHARS = 8192;

/** bytes[start, end) as a string; the bytes are not kept. */
export function latin1Of(bytes: Uint8Array, start: number = 0, end: number = bytes.length): string {
  const length = end - start;
  if (length <= 4) return shortLatin1Of(bytes, start, length);
  if (length <= PIECE_CHARS) return pieceOf(bytes, start, end);
  let text = "";
  for (let at = start; at < end; at += PIECE_CHARS) {
    text += pieceOf(bytes, at, Math.min(at + PIECE_CHARS, end));
  }
  return text;
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

function shortLatin1Of(bytes: Uint8Array, start: number, length: number): string {
  const first = bytes[start] as number;
  const second = bytes[start + 1] as number;
  const third = bytes[start + 2] as number;
  switch (length) {
    case 0:
      return "";
    case 1:
      return String.fromCharCode(first);
    case 2:
      return String.fromCharCode(first, second);
    case 3:
      return String.fromCharCode(first, second, third);
    default:
      return String.fromCharCode(first, second, third, bytes[start + 3] as number);
  }
}
