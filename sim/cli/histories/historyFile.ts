/** Histories in files, in every format that can be read or written. */
import { readFileSync } from "node:fs";
import { type OwnHistory, readOwnHistory, recordedOfOwn } from "../../checker/formats/azimuth.ts";
import { HistoryError } from "../../checker/formats/historyError.ts";
import { readJepsen, writeJepsen } from "../../checker/formats/jepsen.ts";
import {
  readEtcdLog,
  readKvLog,
  writeEtcdLog,
  writeKvLog,
} from "../../checker/formats/porcupine.ts";
import { type Recorded, type RecordedEvent, recordedOf } from "../../checker/formats/recorded.ts";
import { unknownName } from "../../input/nearest.ts";
import { reasonOf } from "../outputFiles.ts";
import { UsageError } from "../../input/usageError.ts";

interface EventFormat {
  readonly summary: string;
  readonly read: (text: string) => readonly RecordedEvent[];
  readonly write: (history: readonly Recorded[]) => string;
}

const eventFormats: Readonly<Record<string, EventFormat>> = {
  jepsen: {
    summary: "Jepsen's EDN: one map a line, or a vector of maps; [key value] for independent keys",
    read: readJepsen,
    write: writeJepsen,
  },
  "porcupine-etcd": {
    summary: "the etcd log of Jepsen that Porcupine's tests read: one register of numbers",
    read: readEtcdLog,
    write: writeEtcdLog,
  },
  "porcupine-kv": {
    summary: "the key-value log of Porcupine's tests: get, put and append of texts",
    read: readKvLog,
    write: writeKvLog,
  },
};

const OWN = "azimuth";

const formatNames: readonly string[] = [...Object.keys(eventFormats), OWN];

export const formatsHelp: string = [
  ...Object.entries(eventFormats).map(([name, { summary }]) => `  ${name.padEnd(16)}${summary}`),
  `  ${OWN.padEnd(16)}history.jsonl of a run (read only)`,
  "",
].join("\n");

export interface HistoryFile {
  readonly path: string;
  readonly format: string;
  readonly recorded: readonly Recorded[];
  /** Of a run of ours. */
  readonly own: OwnHistory | undefined;
}

/** Throws UsageError for a file that cannot be read, with the line that is wrong. */
export function readHistoryFile(path: string, asked: string | undefined): HistoryFile {
  if (asked !== undefined && !formatNames.includes(asked)) {
    throw new UsageError(unknownName("format", asked, formatNames));
  }
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new UsageError(`cannot read the history ${path}: ${reasonOf(error)}`);
  }
  return toldWithPath(path, () => {
    const format = asked ?? formatOf(text);
    if (format === OWN) {
      const own = readOwnHistory(text);
      return { path, format, recorded: recordedOfOwn(own), own };
    }
    const { read } = eventFormats[format] as EventFormat;
    const recorded = recordedOf(read(text));
    if (recorded.length === 0) throw new HistoryError(0, "it holds no operation");
    return { path, format, recorded, own: undefined };
  });
}

/** Throws UsageError for what the format cannot say. */
export function writeHistory(file: HistoryFile, format: string): string {
  const writer = eventFormats[format];
  if (writer === undefined) {
    throw new UsageError(unknownName("format to write", format, Object.keys(eventFormats)));
  }
  return toldWithPath(file.path, () => writer.write(file.recorded));
}

/** Turns what is wrong with a history into wrong usage of the command. */
export function toldWithPath<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof HistoryError) throw new UsageError(`${path}: ${error.message}`);
    throw error;
  }
}

function formatOf(text: string): string {
  const first = text.split("\n").find((line) => line.trim() !== "") ?? "";
  if (first.startsWith('{"')) return OWN;
  if (/^INFO\s+jepsen\.util/.test(first)) return "porcupine-etcd";
  if (/^\{:process \d+, :type :\w+, :f :\w+, :key "/.test(first)) return "porcupine-kv";
  if (/^[[{#;(]/.test(first.trimStart())) return "jepsen";
  if (first === "") throw new HistoryError(0, "it is empty");
  throw new HistoryError(
    1,
    `no format is known that begins like "${first.slice(0, 40)}"; formats: ${formatNames.join(", ")}`,
  );
}
