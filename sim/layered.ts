/** A number that several faults may change at once, such as how many times slower a disk is. */
import type { FaultCounter } from "./place.ts";

export interface Layer {
  readonly value: number;
  readonly counter: FaultCounter;
}

/** The newest change that still lasts is in force; when the last one ends, the base is. */
export class Layered {
  /** The value in force, and whose it is; undefined: the base's. */
  value: number;
  counter: FaultCounter | undefined = undefined;
  private readonly base: number;
  private layers: readonly Layer[] = [];

  constructor(base: number) {
    this.base = base;
    this.value = base;
  }

  add(value: number, counter: FaultCounter): Layer {
    const layer = { value, counter };
    this.layers = [...this.layers, layer];
    this.settle();
    return layer;
  }

  /** Taking back a layer that is gone already changes nothing. */
  remove(layer: Layer): void {
    this.layers = this.layers.filter((other) => other !== layer);
    this.settle();
  }

  private settle(): void {
    const newest = this.layers.at(-1);
    this.value = newest?.value ?? this.base;
    this.counter = newest?.counter;
  }
}
