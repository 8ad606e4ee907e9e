/**
 * Reads ziplists, which Redis wrote up to 6.2, and which may be damaged on purpose:
 *
 *     u32 bytes in all, u32 offset of the last entry, u16 count of entries (65535: count them), the entries, 0xff
 *     entry: length of the entry in front (one byte, or 0xfe and a u32), encoding, data
 *
 *     00nnnnnn                      a string of n bytes
 *     01nnnnnn n8                   a string of n bytes, big-endian
 *     80 n32                        a string of n bytes, big-endian
 *     c0 / d0 / e0                  a signed integer of 2, 4 or 8 bytes
 *     f0 / fe                       a signed integer of 3 bytes, of one byte
 *     1111vvvv                      the integer v - 1, v from 1 to 13
 */
import { latin1Of } from "../../bytes/latin1.ts";
import { u32At } from "../../bytes/reader.ts";
import { integerText } from "./integers.ts";

const HEADER_BYTES = 10;
const COUNT_UNKNOWN = 65535;
const END = 0xff;
const LONG_LENGTH = 0xfe;

/** The entries as text; undefined if the image is not whole and right in every byte. */
export function readZiplist(image: Uint8Array): string[] | undefined {
  const end = image.length - 1;
  if (end < HEADER_BYTES || u32At(image, 0) !== image.length || image[end] !== END)
    return undefined;
  const entries: string[] = [];
  let at = HEADER_BYTES;
  let before = at;
  while (at < end && image[at] !== END) {
    const entry = entryAt(image, at, end);
    if (entry === undefined || entry.bytesInFront !== at - before) return undefined;
    entries.push(entry.text);
    before = at;
    at = entry.next;
  }
  if (at !== end || u32At(image, 4) > end) return undefined;
  if (entries.length > 0 && u32At(image, 4) !== before) return undefined;
  const count = (image[8] as number) | ((image[9] as number) << 8);
  return count === COUNT_UNKNOWN || count === entries.length ? entries : undefined;
}

interface Entry {
  readonly bytesInFront: number;
  readonly text: string;
  readonly next: number;
}

function entryAt(image: Uint8Array, at: number, end: number): Entry | undefined {
  const isLong = image[at] === LONG_LENGTH;
  const encodingAt = at + (isLong ? 5 : 1);
  if (encodingAt >= end) return undefined;
  const bytesInFront = isLong ? u32At(image, at + 1) : (image[at] as number);
  const encoding = image[encodingAt] as number;
  if (encoding < 0xc0) return stringAt(image, encodingAt, end, bytesInFront);
  const lengthBytes = integerBytes(encoding);
  const next = encodingAt + 1 + lengthBytes;
  if (lengthBytes < 0 || next > end) return undefined;
  const isImmediate = lengthBytes === 0;
  const text = isImmediate
    ? String((encoding & 15) - 1)
    : integerText(image, encodingAt + 1, lengthBytes);
  return { bytesInFront, text, next };
}

function stringAt(
  image: Uint8Array,
  at: number,
  end: number,
  bytesInFront: number,
): Entry | undefined {
  const encoding = image[at] as number;
  const kind = encoding >> 6;
  const headBytes = kind === 0 ? 1 : kind === 1 ? 2 : 5;
  if (at + headBytes > end) return undefined;
  let length = encoding & 63;
  if (kind === 1) length = (length << 8) | (image[at + 1] as number);
  if (kind === 2) length = bigEndian(image, at + 1);
  const next = at + headBytes + length;
  if (next > end) return undefined;
  return { bytesInFront, text: latin1Of(image, at + headBytes, next), next };
}

/** Bytes of the integer behind an encoding: 0, it is in the encoding itself; -1, there is no such encoding. */
function integerBytes(encoding: number): number {
  switch (encoding) {
    case 0xc0:
      return 2;
    case 0xd0:
      return 4;
    case 0xe0:
      return 8;
    case 0xf0:
      return 3;
    case 0xfe:
      return 1;
    default:
      return encoding >= 0xf1 && encoding <= 0xfd ? 0 : -1;
  }
}

function bigEndian(image: Uint8Array, at: number): number {
  return (
    (((image[at] as number) << 24) |
      ((image[at + 1] as number) << 16) |
      ((image[at + 2] as number) << 8) |
      (image[at + 3] as number)) >>>
    0
  );
}
