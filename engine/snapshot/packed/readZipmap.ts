/**
 * Reads zipmaps, the small hashes that Redis wrote up to 2.4, and which may be damaged on purpose:
 *
 *     u8 count of pairs (254: count them), the pairs, 0xff
 *     pair: length and bytes of the field, length of the value, u8 unused bytes, the value, the unused bytes
 *
 * A length is one byte below 254, or 254 and a u32.
 */
import { latin1Of } from "../../bytes/latin1.ts";
import { u32At } from "../../bytes/reader.ts";

const END = 0xff;
const LONG = 254;

/** Fields, each followed by its value; undefined if the image is not whole and right in every byte, or holds nothing. */
export function readZipmap(image: Uint8Array): string[] | undefined {
  const end = image.length - 1;
  if (end < 1 || image[end] !== END) return undefined;
  const texts: string[] = [];
  let at = 1;
  while (image[at] !== END) {
    const fieldAt = behindLength(image, at, end);
    const valueLengthAt = fieldAt + lengthAt(image, at);
    if (fieldAt > end || valueLengthAt > end) return undefined;
    const unusedAt = behindLength(image, valueLengthAt, end);
    if (unusedAt >= end) return undefined;
    const valueAt = unusedAt + 1;
    const valueEnd = valueAt + lengthAt(image, valueLengthAt);
    const next = valueEnd + (image[unusedAt] as number);
    if (next > end) return undefined;
    texts.push(latin1Of(image, fieldAt, valueLengthAt), latin1Of(image, valueAt, valueEnd));
    at = next;
  }
  const count = texts.length / 2;
  const told = image[0] as number;
  return at === end && count > 0 && (told === LONG || told === count) ? texts : undefined;
}

/** Where what has this length begins; behind `end` if the length is cut off or longer than it need be. */
function behindLength(image: Uint8Array, at: number, end: number): number {
  if ((image[at] as number) < LONG) return at + 1;
  if (at + 5 > end || u32At(image, at + 1) < LONG) return end + 1;
  return at + 5;
}

function lengthAt(image: Uint8Array, at: number): number {
  const first = image[at] as number;
  return first < LONG ? first : u32At(image, at + 1);
}
