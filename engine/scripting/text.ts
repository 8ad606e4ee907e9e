/**
 * Texts that scripts make. V8 joins strings lazily and lets a slice keep the whole text alive: both would hold memory that nobody counts.
 */
import { flattened } from "../structures/packedText.ts";
import type { LuaMachine } from "./lua/machine.ts";

/** Bytes that a text counts for beside its length. */
export const TEXT_BYTES = 32;
/** Pieces that are held before they are joined. */
const MOST_PIECES = 2048;

/** A part of a text that does not keep a far longer one alive. */
export function cut(text: string, start: number, end: number): string {
  const piece = text.slice(start, end);
  if (text.length <= 4 * (TEXT_BYTES + piece.length)) return piece;
  return flattened(`\0${piece}`).slice(1);
}

/** A text that is put together from pieces, and counted while it grows. */
export class TextBuilder {
  lengthBytes = 0;
  private readonly machine: LuaMachine;
  private readonly blocks: string[] = [];
  private pieces: string[] = [];

  constructor(machine: LuaMachine) {
    this.machine = machine;
  }

  /** @throws LuaError if the script may hold no more */
  add(piece: string): void {
    this.lengthBytes += piece.length;
    this.machine.charge(piece.length, this.lengthBytes);
    if (this.pieces.push(piece) < MOST_PIECES) return;
    this.blocks.push(this.pieces.join(""));
    this.pieces = [];
  }

  /** What has come together. */
  get text(): string {
    if (this.blocks.length === 0) return this.pieces.join("");
    return [...this.blocks, ...this.pieces].join("");
  }
}
