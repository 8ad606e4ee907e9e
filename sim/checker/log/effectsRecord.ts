/**
 * Reads an effects record by the layout that engine/replication/record.ts documents, with code of its own.
 */
import { latin1Text } from "../../latin1.ts";

/** One change. `text` is the value of a set, the suffix of an append, the bytes of a setRange, the target of rename and copy. */
export interface Change {
  readonly operation:
    | "set"
    | "append"
    | "setRange"
    | "expire"
    | "persist"
    | "delete"
    | "rename"
    | "copy"
    | "flush";
  readonly key: string;
  readonly text: string;
  /** Deadline in Unix ms, 0 for none, of set and expire; offset of setRange. */
  readonly number: number;
}

const names: readonly (Change["operation"] | undefined)[] = [
  undefined,
  "set",
  "append",
  "setRange",
  "expire",
  "persist",
  "delete",
  "rename",
  "copy",
  "flush",
];

/** Forms of a string that a set knows: they differ in what OBJECT ENCODING says, not in bytes. */
const LAST_FORM = 2;

/** Removes every key of a database; simulated clusters have one. */
const flushDatabase = 11;

/** Between two records of an entry. */
const END = 0;

/** The records of an entry, each with its changes. Throws Error if the bytes are none. */
export function readRecords(payload: Uint8Array): readonly (readonly Change[])[] {
  const reader = new RecordReader(payload);
  let changes: Change[] = [];
  const records = [changes];
  while (!reader.isAtEnd) {
    const code = reader.u8();
    if (code !== END) changes.push(readChange(code, reader));
    else records.push((changes = []));
  }
  return records;
}

function readChange(code: number, reader: RecordReader): Change {
  const operation = code === flushDatabase ? "flush" : names[code];
  if (operation === undefined)
    throw new Error(`an effects record holds the unknown operation ${code}`);
  if (operation === "flush") return { operation, key: "", text: "", number: 0 };
  const key = reader.text();
  switch (operation) {
    case "set": {
      const number = reader.u53();
      const form = reader.u8();
      if (form > LAST_FORM) throw new Error(`an effects record sets a string of form ${form}`);
      return { operation, key, text: reader.text(), number };
    }
    case "setRange": {
      const number = reader.u32();
      return { operation, key, text: reader.text(), number };
    }
    case "expire":
      return { operation, key, text: "", number: reader.u53() };
    case "append":
    case "rename":
    case "copy":
      return { operation, key, text: reader.text(), number: 0 };
    case "persist":
    case "delete":
      return { operation, key, text: "", number: 0 };
  }
}

class RecordReader {
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get isAtEnd(): boolean {
    return this.at === this.bytes.length;
  }

  u8(): number {
    return this.view.getUint8(this.at++);
  }

  u32(): number {
    this.at += 4;
    return this.view.getUint32(this.at - 4, true);
  }

  u53(): number {
    const low = this.u32();
    return low + this.u32() * 4294967296;
  }

  text(): string {
    const length = this.u32();
    this.at += length;
    if (this.at > this.bytes.length) throw new RangeError("a text ends behind its record");
    return latin1Text(this.bytes, this.at - length, this.at);
  }
}
