/**
 * Reads an effects record by the layout that engine/replication/record.ts and the files beside it document, with code of
 * its own.
 */
import { latin1Text } from "../../latin1.ts";
import { type Layout, layouts } from "./collectionLayouts.ts";

/**
 * One change. The key of a library's or user's change is its name. `text` is the value of a set, the source of a library, the bytes of a user, the suffix of an append, the bytes of a setRange, the target of rename, copy and
 * moveElement, and of any other change of a collection its fields in words.
 */
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
    | "flush"
    | "unshare"
    | "restore"
    | "moveElement"
    | "collection"
    | "library"
    | "dropLibrary"
    | "dropLibraries"
    | "user";
  readonly key: string;
  readonly text: string;
  /** Deadline in Unix ms, 0 for none, of set, restore and expire; offset of setRange; version of a user. */
  readonly number: number;
  /** The operation as it stands in the record. */
  readonly bytes: Uint8Array;
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
  undefined,
  "flush",
  "unshare",
  undefined,
  undefined,
  undefined,
  "restore",
  "user",
  "library",
  "dropLibrary",
  "dropLibraries",
];

/** Forms of a string that a set knows: they differ in what OBJECT ENCODING says, not in bytes. */
const LAST_FORM = 2;

/** Between two records of an entry. */
const END = 0;

const OF_NO_KEY: ReadonlySet<Change["operation"]> = new Set([
  "library",
  "dropLibrary",
  "dropLibraries",
  "user",
]);

/** The records of an entry, each with its changes. Throws Error if the bytes are none, or concern another database than the one that a cluster has. */
export function readRecords(payload: Uint8Array): readonly (readonly Change[])[] {
  const reader = new RecordReader(payload);
  let changes: Change[] = [];
  const records = [changes];
  while (!reader.isAtEnd) {
    const from = reader.at;
    const code = reader.u8();
    if (code === END) records.push((changes = []));
    else {
      const change = readChange(code, reader);
      changes.push({ ...change, bytes: payload.subarray(from, reader.at) });
    }
  }
  return records;
}

/** The keys that a change concerns; none of a flush, which concerns all, and of changes of libraries and users. */
export function keysOfChange({ operation, key, text }: Change): readonly string[] {
  if (operation === "flush" || OF_NO_KEY.has(operation)) return [];
  const isPair = operation === "rename" || operation === "copy" || operation === "moveElement";
  return isPair && text !== key ? [key, text] : [key];
}

type ReadChange = Omit<Change, "bytes">;

function readChange(code: number, reader: RecordReader): ReadChange {
  const layout = layouts.get(code);
  if (layout !== undefined) return readOfCollection(layout, reader);
  const operation = names[code];
  if (operation === undefined)
    throw new Error(`an effects record holds the unknown operation ${code}`);
  if (operation === "flush" || operation === "dropLibraries") {
    return { operation, key: "", text: "", number: 0 };
  }
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
    case "restore": {
      const number = reader.u53();
      return { operation, key, text: reader.text(), number };
    }
    case "expire":
      return { operation, key, text: "", number: reader.u53() };
    case "append":
    case "rename":
    case "copy":
    case "library":
      return { operation, key, text: reader.text(), number: 0 };
    case "user": {
      const from = reader.at;
      const number = reader.u53();
      reader.skipUser();
      return { operation, key, text: reader.textBetween(from, reader.at), number };
    }
    case "persist":
    case "delete":
    case "unshare":
    case "moveElement":
    case "collection":
    case "dropLibrary":
      return { operation, key, text: "", number: 0 };
  }
}

function readOfCollection({ name, fields }: Layout, reader: RecordReader): ReadChange {
  const key = reader.text();
  const words: string[] = [];
  for (const field of fields) reader.field(field, words);
  if (name === "LMOVE")
    return { operation: "moveElement", key, text: words[1] as string, number: 0 };
  return { operation: "collection", key, text: [name, ...words].join(" "), number: 0 };
}

class RecordReader {
  at = 0;
  private readonly bytes: Uint8Array;
  private readonly view: DataView;

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

  textBetween(from: number, to: number): string {
    return latin1Text(this.bytes, from, to);
  }

  /** What follows the version of a user: its shard, and unless it is deleted its flags, passwords and selectors. */
  skipUser(): void {
    this.u32();
    if (this.u8() === 0) return;
    this.u8();
    this.skipList(() => this.text());
    this.skipList(() => {
      this.u8();
      this.skipList(() => {
        this.u8();
        this.text();
      });
      this.skipList(() => this.text());
      this.skipList(() => this.text());
      this.skipList(() => {
        this.text();
        this.text();
      });
    });
  }

  private skipList(skip: () => void): void {
    for (let left = this.u32(); left > 0; left--) skip();
  }

  /** A field of a collection's change, told in words. */
  field(field: Layout["fields"][number], words: string[]): void {
    if (typeof field !== "string") {
      for (let left = this.u32(); left > 0; left--) {
        for (const inner of field) this.field(inner, words);
      }
      return;
    }
    switch (field) {
      case "text":
        words.push(this.text());
        break;
      case "u8":
        words.push(String(this.u8()));
        break;
      case "u16":
        this.at += 2;
        words.push(String(this.view.getUint16(this.at - 2, true)));
        break;
      case "u32":
        words.push(String(this.u32()));
        break;
      case "i64":
        this.at += 8;
        words.push(String(this.view.getBigInt64(this.at - 8, true)));
        break;
      case "f64":
        this.at += 8;
        words.push(String(this.view.getFloat64(this.at - 8, true)));
        break;
      case "id":
        words.push(`${this.idHalf()}-${this.idHalf()}`);
    }
  }

  /** Half of a stream's id: 64 bits, the high word first. */
  private idHalf(): bigint {
    return (BigInt(this.u32()) << 32n) + BigInt(this.u32());
  }
}
