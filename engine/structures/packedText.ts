/**
 * Byte strings packed into one string, for collections that are small: an item costs its bytes and one more, where a string
 * of its own costs 16 to 24 more and a place in an array 8.
 *
 *     item    n bytes                     n below 254
 *             254 hi lo bytes             16 bits of length
 *             255 b3 b2 b1 b0 bytes       32 bits of length
 *
 * A text is changed by building another one. V8 joins strings lazily; `flattened` lets go of the pieces at once. A slice of
 * a text may keep the whole text alive: items read from one are to be copied, or written out, not kept for long.
 */

const mediumMark = 254;
const longMark = 255;

/** An item as it stands in a text. */
export function packed(item: string): string {
  const { length } = item;
  if (length < mediumMark) return String.fromCharCode(length) + item;
  if (length < 65536) return String.fromCharCode(mediumMark, length >> 8, length & 255) + item;
  return (
    String.fromCharCode(
      longMark,
      length >>> 24,
      (length >>> 16) & 255,
      (length >>> 8) & 255,
      length & 255,
    ) + item
  );
}

/** The item at an offset. */
export function packedAt(text: string, at: number): string {
  const length = lengthAt(text, at);
  const from = at + headBytes(length);
  return text.slice(from, from + length);
}

/** The offset behind the item at an offset. */
export function behindPacked(text: string, at: number): number {
  const length = lengthAt(text, at);
  return at + headBytes(length) + length;
}

/**
 * The offset of an item at or behind `start` that equals `item`, -1 if there is none. With `stride` 2 every second item is
 * looked at: the first, the third, …
 */
export function findPacked(text: string, item: string, stride: 1 | 2, start: number = 0): number {
  const { length } = item;
  const lastCode = length === 0 ? 0 : item.charCodeAt(length - 1);
  for (let at = start; at < text.length;) {
    const here = lengthAt(text, at);
    const from = at + headBytes(here);
    const end = from + here;
    // Fields of one hash tend to be of one length and to differ at their ends.
    if (here === length && (here === 0 || text.charCodeAt(end - 1) === lastCode)) {
      if (text.startsWith(item, from)) return at;
    }
    at = stride === 1 ? end : behindPacked(text, end);
  }
  return -1;
}

/** How many items a text holds from an offset on. */
export function countPacked(text: string, start: number = 0): number {
  let count = 0;
  for (let at = start; at < text.length; at = behindPacked(text, at)) count++;
  return count;
}

/** The offset of the item of an index, which is there, counted from an offset. */
export function seekPacked(text: string, index: number, start: number = 0): number {
  let at = start;
  for (let passed = 0; passed < index; passed++) at = behindPacked(text, at);
  return at;
}

/** The same text, held in one piece. */
export function flattened(text: string): string {
  // V8 joins the pieces of a string when one of its chars is read.
  return text.charCodeAt(0) >= 0 ? text : "";
}

function lengthAt(text: string, at: number): number {
  const mark = text.charCodeAt(at);
  if (mark < mediumMark) return mark;
  if (mark === mediumMark) return (text.charCodeAt(at + 1) << 8) | text.charCodeAt(at + 2);
  const high = (text.charCodeAt(at + 1) << 8) | text.charCodeAt(at + 2);
  return high * 65536 + ((text.charCodeAt(at + 3) << 8) | text.charCodeAt(at + 4));
}

function headBytes(length: number): number {
  if (length < mediumMark) return 1;
  return length < 65536 ? 3 : 5;
}
