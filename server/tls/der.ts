/**
 * Writes ASN.1 values in DER, as far as a certificate needs them (X.690): each is a tag, a length and contents; constructed ones hold
 * others.
 */

/** A non-negative integer from its bytes, the highest first. */
export function integer(bytes: Uint8Array): Uint8Array {
  // A first bit that is set would make it negative.
  return value(0x02, ((bytes[0] ?? 0) & 0x80) === 0 ? bytes : concatenated([[0], bytes]));
}

export function boolean(isTrue: boolean): Uint8Array {
  return value(0x01, [isTrue ? 0xff : 0]);
}

/** Bits of one byte, the first named bit highest, without the zeros at the end. */
export function namedBits(bits: readonly number[]): Uint8Array {
  const last = Math.max(...bits);
  const byte = bits.reduce((sum, bit) => sum | (0x80 >> bit), 0);
  return value(0x03, [7 - last, byte]);
}

export function bitString(bytes: Uint8Array): Uint8Array {
  return value(0x03, concatenated([[0], bytes]));
}

export function octetString(bytes: Uint8Array): Uint8Array {
  return value(0x04, bytes);
}

/** "1.2.840.…": the first two numbers share a byte, the others are written in base 128. */
export function objectIdentifier(dotted: string): Uint8Array {
  const [first = 0, second = 0, ...others] = dotted.split(".").map(Number);
  const bytes = [40 * first + second];
  for (const number of others) {
    const digits = [number & 0x7f];
    for (let rest = number >>> 7; rest > 0; rest >>>= 7) digits.unshift((rest & 0x7f) | 0x80);
    bytes.push(...digits);
  }
  return value(0x06, bytes);
}

export function utf8String(text: string): Uint8Array {
  return value(0x0c, Buffer.from(text, "utf8"));
}

/** In the form that certificates use: UTCTime up to 2049, GeneralizedTime from then on (RFC 5280, 4.1.2.5). */
export function time(date: Date): Uint8Array {
  const digits = date.toISOString().replaceAll(/[-:T]|\.\d+/g, "");
  const isShort = date.getUTCFullYear() < 2050;
  return value(isShort ? 0x17 : 0x18, Buffer.from(isShort ? digits.slice(2) : digits, "latin1"));
}

export function sequence(...values: readonly Uint8Array[]): Uint8Array {
  return value(0x30, concatenated(values));
}

export function set(...values: readonly Uint8Array[]): Uint8Array {
  return value(0x31, concatenated(values));
}

/** [number] in the place of a value's own tag, or around it. */
export function tagged(
  number: number,
  contents: Uint8Array,
  form: "implicit" | "explicit",
): Uint8Array {
  return value((form === "explicit" ? 0xa0 : 0x80) | number, contents);
}

function value(tag: number, contents: ArrayLike<number>): Uint8Array {
  const { length } = contents;
  if (length < 0x80) return concatenated([[tag, length], contents]);
  const lengthBytes: number[] = [];
  for (let rest = length; rest > 0; rest >>>= 8) lengthBytes.unshift(rest & 0xff);
  return concatenated([[tag, 0x80 | lengthBytes.length, ...lengthBytes], contents]);
}

function concatenated(pieces: readonly ArrayLike<number>[]): Uint8Array {
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
