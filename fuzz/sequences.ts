/** Sequences of requests of several clients, about one group of commands or about all. */
import * as fc from "fast-check";
import type { CommandSpec } from "../engine/commands/spec.ts";
import { differsInScripts } from "./comparable.ts";
import { requestOf, type Request } from "./grammar.ts";
import type { Sequence, Step } from "./lab.ts";
import { asked, isComparable } from "./notAsked.ts";
import { bitmapStories, hyperLogLogStories } from "./requests/bytes.ts";
import { configStories } from "./requests/config.ts";
import { hashStories, setStories, sortStories } from "./requests/hashesAndSets.ts";
import { keyStories, listStories, streamStories, transactionStories } from "./requests/stories.ts";
import { messageStories } from "./requests/messages.ts";
import { functionStories, scriptStories } from "./requests/scripts.ts";
import { geoStories, zsetStories } from "./requests/sortedSets.ts";
import { userStories } from "./requests/users.ts";
import { keyOf } from "./requests/values.ts";

const CLIENTS = 4;
const MOST_STEPS = 150;

const any = requestOf(asked);

function requestsOf(isMeant: (spec: CommandSpec) => boolean): fc.Arbitrary<Request> {
  return requestOf(asked.filter(isMeant));
}

function group(...names: readonly string[]): fc.Arbitrary<Request> {
  return requestsOf(({ row }) => names.includes(row.group));
}

const introspection: fc.Arbitrary<Request> = fc.oneof(
  fc
    .tuple(fc.constantFrom("GETKEYS", "GETKEYSANDFLAGS"), any)
    .map(([name, argv]) => ["COMMAND", name, ...argv]),
  fc
    .constantFrom(...asked.map(({ name }) => name), "nosuch")
    .map((name) => ["COMMAND", "INFO", name]),
);

/** What scripts may do: it leaves the same on both servers, and tells the same. */
const scripted = any.filter((argv) => isComparable(argv) && !differsInScripts(argv));
/** What scripts are given beside keys; as a time it is long. */
const given = fc.constantFrom("v", "100000", "1.5", "", "\0\xff\r\n", "0", "-7", "{k}a");
const scripts = scriptStories(keyOf, given, scripted);
const functions = functionStories(keyOf, given, scripted);

/** What a sequence is about: its stories, which make it deep, and the grammar of its commands, which makes it wide. */
const subjects: Readonly<Record<string, readonly fc.Arbitrary<Request>[]>> = {
  all: [any],
  strings: [group("string"), keyStories(keyOf)],
  lists: [group("list"), listStories(keyOf)],
  sets: [group("set"), setStories(keyOf), setStories(keyOf)],
  hashes: [group("hash"), hashStories(keyOf)],
  sortedSets: [group("sorted-set"), zsetStories(keyOf)],
  places: [group("geo"), geoStories(keyOf)],
  streams: [group("stream"), group("stream"), streamStories(keyOf)],
  bits: [group("bitmap"), bitmapStories(keyOf)],
  counts: [group("hyperloglog"), hyperLogLogStories(keyOf)],
  keys: [group("generic"), keyStories(keyOf), any],
  sorting: [
    sortStories(keyOf),
    setStories(keyOf),
    requestsOf(({ name }) => name.startsWith("sort")),
  ],
  messages: [group("pubsub"), messageStories, keyStories(keyOf), any],
  transactions: [transactionStories(keyOf), transactionStories(keyOf), any],
  connections: [group("connection", "server", "cluster"), introspection],
  settings: [configStories, configStories, any],
  scripts: [scripts, scripts, scripts, keyStories(keyOf), any],
  functions: [functions, functions, functions, keyStories(keyOf), any],
  users: [userStories(any), userStories(any), any, any, keyStories(keyOf), scripts, functions],
};

/** Names of what sequences may be about. */
export const subjectNames: readonly string[] = Object.keys(subjects);

/** Sequences about one subject, or each about any of them. */
export function sequences(subject: string | undefined): fc.Arbitrary<Sequence> {
  const names = subject === undefined ? subjectNames : [subject];
  return fc.oneof(...names.map((name) => sequencesAbout(subjects[name] ?? [])));
}

function sequencesAbout(requests: readonly fc.Arbitrary<Request>[]): fc.Arbitrary<Sequence> {
  const argv = fc
    .oneof(
      { weight: 12, arbitrary: fc.oneof(...requests) },
      { weight: 2, arbitrary: any },
      { weight: 1, arbitrary: transactionStories(keyOf) },
      { weight: 1, arbitrary: messageStories },
      { weight: 1, arbitrary: scripts },
    )
    .filter(isComparable);
  const step: fc.Arbitrary<Step> = fc.record({
    client: fc.constantFrom(0, 0, 0, 1, 1, 2, 3),
    argv,
  });
  const version = fc.constantFrom<(2 | 3)[]>(2, 3);
  return fc.record({
    isCluster: fc.constantFrom(false, false, true),
    versions: fc.array(version, { minLength: CLIENTS, maxLength: CLIENTS }),
    steps: fc.array(step, { minLength: 1, maxLength: MOST_STEPS, size: "max" }),
  });
}
