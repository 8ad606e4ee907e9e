/**
 * Every command on strings and keys, in all its forms, with random small arguments over three keys of a group, alone or
 * inside MULTI; and what is asked of the server itself, as far as that neither changes the connection nor closes it. There is no model of them: the engine's own executor is the specification.
 *
 * No deadline falls into a run: they are long past or days ahead, and those that are counted from now differ from absolute
 * ones by half a step, so that which of two is later does not depend on the moment of execution.
 */
import type { OperationInput } from "../../checker/history.ts";
import { keysOfGroup } from "../keys.ts";
import { readAll, readSome } from "./groups.ts";
import type { Draw, Workload } from "./workload.ts";

const GROUP_KEYS = 3;
const ATOMIC_EVERY = 4;
const MOST_INSIDE = 4;
const SERVER_RATIO = 0.1;

/**
 * Words in capitals stand for themselves, others for what `wordOf` draws: key, value, integer, float, offset, count,
 * seconds and milliseconds from now, and the same as absolute times.
 */
const readForms: readonly string[] = [
  "GET key",
  "MGET key key key",
  "STRLEN key",
  "GETRANGE key offset offset",
  "SUBSTR key offset offset",
  "LCS key key",
  "LCS key key LEN",
  "LCS key key IDX MINMATCHLEN count WITHMATCHLEN",
  "EXISTS key key",
  "TOUCH key key",
  "TYPE key",
  "TTL key",
  "PTTL key",
  "EXPIRETIME key",
  "PEXPIRETIME key",
  "OBJECT ENCODING key",
  "OBJECT REFCOUNT key",
];

/** Of the server and the connection; some answers depend on the node, and only their kind is compared. */
const serverForms: readonly string[] = [
  "PING",
  "PING value",
  "ECHO value",
  "SELECT 0",
  "AUTH value",
  "HELLO 2",
  "UNWATCH",
  "READWRITE",
  "TIME",
  "ROLE",
  "INFO",
  "WAIT 0 0",
  "CLIENT ID",
  "CLIENT GETNAME",
  "CLIENT INFO",
  "CLIENT LIST",
  "CLIENT NO-EVICT ON",
  "CLIENT SETNAME simulated",
  "CLIENT HELP",
  "CLUSTER COUNTKEYSINSLOT 0",
  "CLUSTER GETKEYSINSLOT 0 1",
  "CLUSTER INFO",
  "CLUSTER KEYSLOT key",
  "CLUSTER MYID",
  "CLUSTER NODES",
  "CLUSTER SHARDS",
  "CLUSTER SLOTS",
  "CLUSTER HELP",
  "COMMAND COUNT",
  "COMMAND DOCS GETEX",
  "COMMAND GETKEYS MSET key value key value",
  "COMMAND GETKEYSANDFLAGS COPY key key",
  "COMMAND INFO GET",
  "COMMAND LIST",
  "COMMAND HELP",
  "OBJECT HELP",
];

const writeForms: readonly string[] = [
  "SET key value",
  "SET key value NX",
  "SET key value XX",
  "SET key value GET",
  "SET key value NX GET",
  "SET key value XX KEEPTTL",
  "SET key value EX seconds",
  "SET key value PX milliseconds",
  "SET key value EXAT unixseconds",
  "SET key value PXAT unixmilliseconds",
  "SETNX key value",
  "SETEX key seconds value",
  "PSETEX key milliseconds value",
  "GETSET key value",
  "GETDEL key",
  "GETEX key",
  "GETEX key PERSIST",
  "GETEX key EX seconds",
  "GETEX key PXAT unixmilliseconds",
  "MSET key value key value",
  "MSETNX key value key value",
  "APPEND key value",
  "SETRANGE key offset value",
  "INCR key",
  "DECR key",
  "INCRBY key integer",
  "DECRBY key integer",
  "INCRBYFLOAT key float",
  "DEL key",
  "DEL key key",
  "UNLINK key",
  "EXPIRE key seconds",
  "EXPIRE key seconds NX",
  "EXPIRE key seconds XX",
  "PEXPIRE key milliseconds",
  "EXPIREAT key unixseconds",
  "EXPIREAT key unixseconds GT",
  "EXPIREAT key unixseconds LT",
  "PEXPIREAT key unixmilliseconds",
  "PEXPIREAT key unixmilliseconds XX",
  "PERSIST key",
  "RENAME key key",
  "RENAMENX key key",
  "COPY key key",
  "COPY key key REPLACE",
];

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

export const commands: Workload = {
  kind: "commands",
  specification: "executor",
  writesPerKey: 80,
  makeRead: (group, draw) =>
    make(group, draw, draw.random() < SERVER_RATIO ? serverForms : readForms, true),
  makeReplicaRead: (group, draw) => readSome(group, GROUP_KEYS, draw),
  makeScan: (group) => readAll(group, GROUP_KEYS),
  makeWrite: (group, draw) => make(group, draw, writeForms, false),
};

function make(
  group: string,
  draw: Draw,
  forms: readonly string[],
  isRead: boolean,
): OperationInput {
  const isAtomic = forms !== serverForms && draw.random() * ATOMIC_EVERY < 1;
  const requests: (readonly string[])[] = [];
  const count = isAtomic ? 1 + Math.floor(draw.random() * MOST_INSIDE) : 1;
  while (requests.length < count) {
    // A transaction that writes may read as well.
    const isMixed = !isRead && isAtomic && draw.random() < 0.4;
    requests.push(requestOf(pick(isMixed ? readForms : forms, draw), group, draw));
  }
  return { f: "commands", key: group, requests, isAtomic, isRead };
}

function requestOf(form: string, group: string, draw: Draw): readonly string[] {
  return form.split(" ").map((word) => wordOf(word, group, draw));
}

function wordOf(word: string, group: string, draw: Draw): string {
  const step = (): number => Math.floor(draw.random() * STEPS) + 1;
  // Whole multiples of the step from now; absolute times lie half a step beside them.
  const absolute = (): number =>
    draw.random() < 0.1 ? 1 : (Math.floor(draw.unixMs() / STEP_MS) + step() + 0.5) * STEP_MS;
  switch (word) {
    case "key":
      return pick(keysOfGroup(group, GROUP_KEYS), draw);
    case "value":
      return draw.random() < 0.3 ? draw.uniqueValue() : pick(values, draw);
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
    default:
      return word;
  }
}

function pick(list: readonly string[], draw: Draw): string {
  return list[Math.floor(draw.random() * list.length)] as string;
}
