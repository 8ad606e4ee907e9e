/** The image of a small set of integers: u32 bytes an integer (2, 4 or 8), u32 count, the integers in ascending order. */
import { u32At } from "../../bytes/reader.ts";
import { integerText } from "./integers.ts";

const HEADER_BYTES = 8;
const MOST_INT16 = 0x7fff;
const MOST_INT32 = 0x7fffffff;

/** The integers as text; undefined if the image is not whole, empty, or not in order. */
export function readIntset(image: Uint8Array): string[] | undefined {
  if (image.length < HEADER_BYTES) return undefined;
  const lengthBytes = u32At(image, 0);
  const count = u32At(image, 4);
  if (lengthBytes !== 2 && lengthBytes !== 4 && lengthBytes !== 8) return undefined;
  if (count === 0 || HEADER_BYTES + count * lengthBytes !== image.length) return undefined;
  const integers: string[] = [];
  for (let index = 0; index < count; index++) {
    const text = integerText(image, HEADER_BYTES + index * lengthBytes, lengthBytes);
    const before = integers.at(-1);
    if (before !== undefined && !isBelow(before, text)) return undefined;
    integers.push(text);
  }
  return integers;
}

/** The image of 64-bit integers in ascending order, in as few bytes each as the largest needs. */
export function intsetOf(integers: readonly string[]): Uint8Array {
  let lengthBytes: 2 | 4 | 8 = 2;
  for (const text of integers) {
    const magnitude = Number(text);
    if (magnitude > MOST_INT32 || magnitude < -MOST_INT32 - 1) lengthBytes = 8;
    else if (lengthBytes === 2 && (magnitude > MOST_INT16 || magnitude < -MOST_INT16 - 1))
      lengthBytes = 4;
  }
  const image = new Uint8Array(HEADER_BYTES + integers.length * lengthBytes);
  const view = new DataView(image.buffer);
  view.setUint32(0, lengthBytes, true);
  view.setUint32(4, integers.length, true);
  let at = HEADER_BYTES;
  for (const text of integers) {
    if (lengthBytes === 2) view.setInt16(at, Number(text), true);
    else if (lengthBytes === 4) view.setInt32(at, Number(text), true);
    else view.setBigInt64(at, BigInt(text), true);
    at += lengthBytes;
  }
  return image;
}

function isBelow(text: string, other: string): boolean {
  const value = Number(text);
  const otherValue = Number(other);
  return value === otherValue ? BigInt(text) < BigInt(other) : value < otherValue;
}
