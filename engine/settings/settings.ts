/**
 * The configuration of one node: a value for every parameter, as CONFIG GET prints it. What the node's hot paths ask for is kept
 * beside as numbers and truth values, and renewed at every change.
 */
import { must } from "../assert.ts";
import { parameterNamed, parameters } from "./table.ts";
import type { Parameter, Reading } from "./parameter.ts";

export class Settings {
  private readonly values: Map<Parameter, string> = new Map();
  private readonly watchers: Map<string, (text: string) => void> = new Map();

  constructor() {
    for (const parameter of parameters) this.values.set(parameter, parameter.initial);
  }

  /** A parameter's value by its first name; asking for an unknown one is a mistake of the caller. */
  get(name: string): string {
    return this.value(must(parameterNamed(name), name));
  }

  isOn(name: string): boolean {
    return this.get(name) === "yes";
  }

  /** Rounded beyond 2^53. */
  number(name: string): number {
    return Number(this.get(name));
  }

  value(parameter: Parameter): string {
    return must(this.values.get(parameter), parameter.name);
  }

  /** Reads the words of a value without keeping it. */
  read(parameter: Parameter, words: readonly string[]): Reading {
    return parameter.read(words, this.value(parameter));
  }

  /** Keeps a value that was read. */
  keep(parameter: Parameter, text: string): void {
    this.values.set(parameter, text);
    this.watchers.get(parameter.name)?.(text);
  }

  /** Calls `renew` now and at every change. */
  follow(name: string, renew: (text: string) => void): void {
    this.watchers.set(name, renew);
    renew(this.get(name));
  }
}
