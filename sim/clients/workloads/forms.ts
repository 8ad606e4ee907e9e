/**
 * Commands made of forms: words in capitals stand for themselves, others are drawn. There is no model of such commands: the
 * engine's own executor is the specification.
 *
 * No deadline falls into a run: they are long past or days ahead, and those that are counted from now differ from absolute
 * ones by half a step, so that which of two is later does not depend on the moment of execution.
 */
import type { CommandsInput } from "../../checker/history.ts";
import { keysOfGroup } from "../keys.ts";
import type { Draw, Workload } from "./workload.ts";

const ATOMIC_EVERY = 4;
const MOST_INSIDE = 4;

/** Lists of words of which one is drawn, by the word that stands for them. */
export type Words = Readonly<Record<string, readonly string[]>>;

export interface Forms {
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  readonly words: Words;
  /** Keys of a group. */
  readonly keys: number;
}

const values: readonly string[] = [
  "",
  "a",
  "abcde",
  "ohmytext",
  "mynewtext",
  "10",
  "-3",
  "2.5",
  "9223372036854775807",
  "with blank",
  "\0\xff\r\n",
];
const integers: readonly string[] = ["1", "-1", "7", "0", "9223372036854775807", "text"];
const floats: readonly string[] = ["0.5", "-3", "1e2", "0", "text"];
const offsets: readonly string[] = ["0", "1", "4", "-1", "-3", "20"];

/** Steps between deadlines, far longer than a run: 10^9 ms are some eleven days. */
const STEP_MS = 1_000_000_000;
const STEPS = 3;

/** One of the forms, or several inside MULTI. `isAlone`: never inside MULTI. */
export function makeCommands(
  group: string,
  draw: Draw,
  forms: Forms,
  asks: { readonly isRead: boolean; readonly from: readonly string[]; readonly isAlone?: boolean },
): CommandsInput {
  const { isRead, from, isAlone } = asks;
  const isAtomic = isAlone !== true && draw.random() * ATOMIC_EVERY < 1;
  const requests: (readonly string[])[] = [];
  const count = isAtomic ? 1 + Math.floor(draw.random() * MOST_INSIDE) : 1;
  while (requests.length < count) {
    // A transaction that writes may read as well.
    const isMixed = !isRead && isAtomic && draw.random() < 0.4;
    requests.push(requestOf(pick(isMixed ? forms.reads : from, draw), group, draw, forms));
  }
  return { f: "commands", key: group, requests, isAtomic, isRead };
}

function requestOf(form: string, group: string, draw: Draw, forms: Forms): readonly string[] {
  return form.split(" ").map((word) => wordOf(word, group, draw, forms));
}

/**
 * Key, value, integer, float, offset, count, seconds and milliseconds from now, the same as absolute times, and the words
 * of the forms.
 */
function wordOf(word: string, group: string, draw: Draw, { keys, words }: Forms): string {
  const step = (): number => Math.floor(draw.random() * STEPS) + 1;
  // Whole multiples of the step from now; absolute times lie half a step beside them.
  const absolute = (): number =>
    draw.random() < 0.1 ? 1 : (Math.floor(draw.unixMs() / STEP_MS) + step() + 0.5) * STEP_MS;
  switch (word) {
    case "key":
      return pick(keysOfGroup(group, keys), draw);
    case "value":
      return draw.random() < 0.3 ? draw.uniqueValue() : pick(values, draw);
    case "unique":
      return draw.uniqueValue();
    case "integer":
      return pick(integers, draw);
    case "float":
      return pick(floats, draw);
    case "offset":
      return pick(offsets, draw);
    case "count":
      return String(1 + Math.floor(draw.random() * 3));
    case "seconds":
      return String((step() * STEP_MS) / 1000);
    case "milliseconds":
      return String(step() * STEP_MS);
    case "unixseconds":
      return String(Math.ceil(absolute() / 1000));
    case "unixmilliseconds":
      return String(absolute());
    default: {
      const list = words[word];
      return list === undefined ? word : pick(list, draw);
    }
  }
}

function pick(list: readonly string[], draw: Draw): string {
  return list[Math.floor(draw.random() * list.length)] as string;
}

/**
 * A kind of load on collections. Replicas are read by DUMP, one key at a time, which the log can judge whatever the type.
 * @param whole reads of everything that one key holds
 */
export function kindOfForms(kind: string, whole: readonly string[], forms: Forms): Workload {
  return {
    kind,
    specification: "executor",
    writesPerKey: 60,
    makeRead: (group, draw) =>
      makeCommands(group, draw, forms, { isRead: true, from: forms.reads }),
    makeReplicaRead: (group, draw) => ({
      f: "dump",
      key: pick(keysOfGroup(group, forms.keys), draw),
    }),
    makeScan: (group) => ({
      f: "commands",
      key: group,
      requests: keysOfGroup(group, forms.keys).flatMap((key) =>
        whole.map((form) => form.split(" ").map((word) => (word === "key" ? key : word))),
      ),
      isAtomic: true,
      isRead: true,
    }),
    makeWrite: (group, draw) =>
      makeCommands(group, draw, forms, { isRead: false, from: forms.writes }),
  };
}
