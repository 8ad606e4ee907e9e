/**
 * The configuration of one node: a value for every parameter, as CONFIG GET prints it. What commands ask for again and again is
 * kept beside as numbers and truth values, renewed at every change.
 */
import { must } from "../assert.ts";
import type { EncodingLimits } from "../keyspace/limits.ts";
import type { Parameter } from "./parameter.ts";
import { parameterNamed, parameters } from "./table.ts";

/** Strings that are changed in place end here, however large proto-max-bulk-len is made. */
const MOST_STRING_BYTES: number = 2 ** 29;

/** Values by a parameter's name, as words: what a host gives a node at its start. */
export type InitialValues = ReadonlyMap<string, readonly string[]>;

export class Settings {
  /** proto-max-bulk-len, up to its default. */
  longestStringBytes = 0;
  /** Names of parameters that CONFIG SET has changed and the host has not been told of. */
  untold: string[] = [];
  private readonly values: Map<Parameter, string> = new Map();
  private readonly changed: Set<Parameter> = new Set();
  private readonly followers: Map<string, ((text: string) => void)[]> = new Map();

  constructor() {
    for (const parameter of parameters) this.values.set(parameter, parameter.initial);
    this.follow("proto-max-bulk-len", (text) => {
      this.longestStringBytes = Math.min(Number(text), MOST_STRING_BYTES);
    });
  }

  /** A parameter's value by its first name. */
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

  /** Takes values that were checked before; one that is refused is a mistake of the host. */
  load(values: InitialValues): void {
    for (const [name, words] of values) {
      const parameter = must(parameterNamed(name), name);
      const reading = parameter.read(words, this.value(parameter));
      this.keep(parameter, must("text" in reading ? reading.text : undefined, name));
    }
  }

  /** Takes every value of another node's. */
  takeFrom(other: Settings): void {
    for (const [parameter, text] of other.values) {
      if (this.value(parameter) !== text) this.keep(parameter, text);
    }
  }

  /** A client has changed it since the start. */
  hasChanged(parameter: Parameter): boolean {
    return this.changed.has(parameter);
  }

  /** A client's change, of which the host is told at the end of the step. */
  change(parameter: Parameter, text: string): void {
    if (this.value(parameter) === text && !parameter.traits.includes("file")) return;
    this.changed.add(parameter);
    this.untold.push(parameter.name);
    this.keep(parameter, text);
  }

  /** Calls `renew` now and at every change. */
  follow(name: string, renew: (text: string) => void): void {
    const present = this.followers.get(name);
    if (present === undefined) this.followers.set(name, [renew]);
    else present.push(renew);
    renew(this.get(name));
  }

  /** Lets the limits of packed values follow their parameters. */
  drive(limits: EncodingLimits): void {
    const follow = (name: string, field: Exclude<keyof EncodingLimits, "hash">): void =>
      this.follow(name, (text) => {
        limits[field] = Number(text);
      });
    follow("hash-max-listpack-entries", "hashMaxListpackEntries");
    follow("hash-max-listpack-value", "hashMaxListpackValueBytes");
    follow("set-max-intset-entries", "setMaxIntsetEntries");
    follow("zset-max-listpack-entries", "zsetMaxListpackEntries");
    follow("zset-max-listpack-value", "zsetMaxListpackValueBytes");
    follow("list-max-listpack-size", "listMaxListpackSize");
    follow("hll-sparse-max-bytes", "hllSparseMaxBytes");
    follow("stream-node-max-bytes", "streamNodeMaxBytes");
    follow("stream-node-max-entries", "streamNodeMaxEntries");
  }

  private keep(parameter: Parameter, text: string): void {
    this.values.set(parameter, text);
    for (const renew of this.followers.get(parameter.name) ?? []) renew(text);
  }
}
