/**
 * Values of parameters that a host gives a node while it runs: `u32 n, n × (latin1 name, u32 m, m × latin1 word)`. They were checked by
 * the host; those that a node has already change nothing.
 */
import { must } from "../assert.ts";
import { ByteReader } from "../bytes/reader.ts";
import { ByteWriter } from "../bytes/writer.ts";
import type { InitialValues, Settings } from "./settings.ts";
import { parameterNamed } from "./table.ts";

export function encodeValues(values: InitialValues): Uint8Array {
  const writer = new ByteWriter();
  writer.u32(values.size);
  for (const [name, words] of values) {
    writer.latin1(name);
    writer.u32(words.length);
    for (const word of words) writer.latin1(word);
  }
  return writer.take();
}

/** Gives the settings the values that `encodeValues` has written. */
export function takeValues(settings: Settings, bytes: Uint8Array): void {
  const reader = new ByteReader(bytes);
  for (let left = reader.u32(); left > 0; left--) {
    const name = reader.latin1();
    const words: string[] = [];
    for (let more = reader.u32(); more > 0; more--) words.push(reader.latin1());
    const parameter = must(parameterNamed(name), name);
    const reading = parameter.read(words, settings.value(parameter));
    settings.change(parameter, must("text" in reading ? reading.text : undefined, name));
  }
}
