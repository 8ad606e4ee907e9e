/** Random draws from a seed. */
import seedrandom from "seedrandom";

export interface Draw {
  /** A whole number from 0 up to, and without, this one. */
  below(count: number): number;
  from<Value>(values: readonly Value[]): Value;
}

export function drawBy(seed: string): Draw {
  const random = seedrandom(seed);
  const below = (count: number): number => Math.floor(random() * count);
  return { below, from: (values) => values[below(values.length)] as (typeof values)[number] };
}

/** Bytes as latin1 text. */
export function randomBytesOf(draw: Draw, count: number): string {
  let text = "";
  for (let left = count; left > 0; left--) text += String.fromCharCode(draw.below(256));
  return text;
}
