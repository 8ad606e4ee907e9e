/** Reads listpacks (structures/listpack.ts draws them) that may be damaged on purpose. */
import { latin1Of } from "../../bytes/latin1.ts";
import { u32At } from "../../bytes/reader.ts";
import { integerText } from "./integers.ts";

const HEADER_BYTES = 6;
const COUNT_UNKNOWN = 65535;
const END = 0xff;
/** The length behind an element takes five bytes at most. */
const MOST_BACK_BYTES = 5;

/** The elements as text; undefined if the image is not whole and right in every byte. */
export function readListpack(image: Uint8Array): string[] | undefined {
  const end = image.length - 1;
  if (end < HEADER_BYTES || u32At(image, 0) !== image.length || image[end] !== END)
    return undefined;
  const elements: string[] = [];
  let at = HEADER_BYTES;
  while (at < end) {
    const headBytes = headBytesAt(image, at);
    if (headBytes === 0 || at + headBytes > end) return undefined;
    const dataBytes = dataBytesAt(image, at);
    const lengthBytes = headBytes + dataBytes;
    const next = at + lengthBytes + backBytes(lengthBytes);
    if (next > end || backLengthAt(image, next) !== lengthBytes) return undefined;
    elements.push(textAt(image, at, headBytes, dataBytes));
    at = next;
  }
  const count = (image[4] as number) | ((image[5] as number) << 8);
  return count === COUNT_UNKNOWN || count === elements.length ? elements : undefined;
}

/** Bytes of an element before its data, which for integers is part of them; 0: there is no such encoding. */
function headBytesAt(image: Uint8Array, at: number): number {
  const first = image[at] as number;
  if (first < 0xc0) return 1;
  if (first < 0xf0) return 2;
  if (first === 0xf0) return 5;
  if (first === 0xf4) return 9;
  return first < 0xf4 ? first - 0xee : 0;
}

function dataBytesAt(image: Uint8Array, at: number): number {
  const first = image[at] as number;
  if ((first & 0xc0) === 0x80) return first & 63;
  if ((first & 0xf0) === 0xe0) return ((first & 15) << 8) | (image[at + 1] as number);
  return first === 0xf0 ? u32At(image, at + 1) : 0;
}

function textAt(image: Uint8Array, at: number, headBytes: number, dataBytes: number): string {
  const first = image[at] as number;
  if (first < 0x80) return String(first);
  if (first < 0xc0 || (first & 0xf0) === 0xe0 || first === 0xf0) {
    return latin1Of(image, at + headBytes, at + headBytes + dataBytes);
  }
  if (first < 0xe0) {
    const value = ((first & 0x1f) << 8) | (image[at + 1] as number);
    return String(value < 4096 ? value : value - 8192);
  }
  return integerText(image, at + 1, headBytes - 1);
}

/** How many bytes tell this length, read backwards. */
function backBytes(lengthBytes: number): number {
  if (lengthBytes <= 127) return 1;
  if (lengthBytes < 16383) return 2;
  if (lengthBytes < 2097151) return 3;
  return lengthBytes < 268435455 ? 4 : MOST_BACK_BYTES;
}

/** The length that ends before `end`; -1 if it does not end. */
function backLengthAt(image: Uint8Array, end: number): number {
  let length = 0;
  let factor = 1;
  for (let index = 1; index <= MOST_BACK_BYTES; index++) {
    const byte = image[end - index] as number;
    length += (byte & 127) * factor;
    if (byte < 128) return length;
    factor *= 128;
  }
  return -1;
}
