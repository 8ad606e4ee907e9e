import { Buffer } from "node:buffer";

/** Node's own method, which its types do not tell and which works on any bytes. */
const methods = Buffer.prototype as unknown as {
  latin1Slice(this: Uint8Array, start: number, end: number): string;
};

/** bytes[start, end) as a string of one char a byte, made in one piece. */
export function latin1Slice(bytes: Uint8Array, start: number, end: number): string {
  return methods.latin1Slice.call(bytes, start, end);
}
