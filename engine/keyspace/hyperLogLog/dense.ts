/**
 * The dense representation: 16384 registers of six bits each, the first in the lowest bits of the first byte.
 *
 *     byte 0    byte 1    byte 2            (bits from the highest to the lowest; digits name the register)
 *     11000000  22221111  33333322
 */
import { REGISTERS } from "./registers.ts";

export const DENSE_BYTES: number = (REGISTERS * 6) / 8;
const MASK = 63;

/** The value of a register; `start` is where the registers begin. */
export function denseRegister(bytes: Uint8Array, start: number, register: number): number {
  const bit = register * 6;
  const at = start + (bit >> 3);
  const shift = bit & 7;
  const low = (bytes[at] as number) >> shift;
  return shift <= 2 ? low & MASK : (low | ((bytes[at + 1] as number) << (8 - shift))) & MASK;
}

export function setDenseRegister(
  bytes: Uint8Array,
  start: number,
  register: number,
  value: number,
): void {
  const bit = register * 6;
  const at = start + (bit >> 3);
  const shift = bit & 7;
  bytes[at] = ((bytes[at] as number) & ~(MASK << shift)) | (value << shift);
  if (shift <= 2) return;
  bytes[at + 1] = ((bytes[at + 1] as number) & ~(MASK >> (8 - shift))) | (value >> (8 - shift));
}

/** Adds to `histogram` how many registers have each value. */
export function countDense(bytes: Uint8Array, start: number, histogram: Int32Array): void {
  const end = start + DENSE_BYTES;
  for (let at = start; at < end; at += 3) {
    const four =
      (bytes[at] as number) | ((bytes[at + 1] as number) << 8) | ((bytes[at + 2] as number) << 16);
    increment(histogram, four & MASK);
    increment(histogram, (four >> 6) & MASK);
    increment(histogram, (four >> 12) & MASK);
    increment(histogram, four >> 18);
  }
}

/** Raises those of `registers`, one byte each, that are lower than here. */
export function mergeDense(bytes: Uint8Array, start: number, registers: Uint8Array): void {
  let at = start;
  for (let index = 0; index < REGISTERS; index += 4) {
    const four =
      (bytes[at] as number) | ((bytes[at + 1] as number) << 8) | ((bytes[at + 2] as number) << 16);
    at += 3;
    raise(registers, index, four & MASK);
    raise(registers, index + 1, (four >> 6) & MASK);
    raise(registers, index + 2, (four >> 12) & MASK);
    raise(registers, index + 3, four >> 18);
  }
}

function raise(registers: Uint8Array, index: number, value: number): void {
  if (value > (registers[index] as number)) registers[index] = value;
}

function increment(histogram: Int32Array, value: number): void {
  histogram[value] = (histogram[value] as number) + 1;
}
