import type { CommandsInput, OperationInput } from "../../checker/history.ts";
import { keysOfGroup } from "../keys.ts";
import { libraryOf, scripts as texts, withDigest } from "../scripts.ts";
import { transactionOf } from "./groups.ts";
import type { Draw, Workload } from "./workload.ts";

const KEYS = 5;
const MANY_LOOPS = 12_000;
const MOST_TIMES = 12;

const writers: readonly string[] = [
  texts.twins,
  texts.twins,
  texts.twins,
  texts.several,
  texts.several,
  texts.exchange,
  texts.fails,
  texts.catches,
  texts.refuses,
  texts.random,
  texts.clock,
  texts.anyKey,
  texts.sample,
  texts.pops,
];

/** Of the node alone: any answer is right. */
const ofNode: readonly (readonly string[])[] = [
  ["SCRIPT", "KILL"],
  ["SCRIPT", "KILL"],
  ["SCRIPT", "KILL"],
  ["FUNCTION", "KILL"],
  ["SCRIPT", "FLUSH"],
  ["SCRIPT", "EXISTS", "0".repeat(40)],
  ["FUNCTION", "STATS"],
];

/** Most take no time, some a slice, a few go on over many slices. */
function loops(draw: Draw): string {
  const kind = draw.random();
  if (kind < 0.75) return "0";
  if (kind < 0.9) return "1000";
  return String(MANY_LOOPS * (1 + Math.floor(draw.random() * MOST_TIMES)));
}

function libraryName(group: string): string {
  return `lib_${group.replaceAll(/[^a-z0-9]/g, "_")}`;
}

function alone(group: string, request: readonly string[], isRead: boolean): CommandsInput {
  return { f: "commands", key: group, requests: [request], isAtomic: false, isRead };
}

function oneOf<Item>(items: readonly Item[], draw: Draw): Item {
  return items[Math.floor(draw.random() * items.length)] as Item;
}

/** Of a function, by its library's. */
function call(group: string, draw: Draw, isRead: boolean): readonly string[] {
  const name = `${isRead ? "see" : "put"}_${libraryName(group)}`;
  const keys = keysOfGroup(group, 2);
  const word = isRead ? "FCALL_RO" : "FCALL";
  return [word, name, "2", ...keys, loops(draw), ...(isRead ? [] : [draw.uniqueValue()])];
}

/** A script that writes, by its text or its digest, sometimes between other commands of a transaction. */
function runScript(group: string, draw: Draw): CommandsInput {
  const keys = keysOfGroup(group, KEYS);
  const request = [
    "EVAL",
    oneOf(writers, draw),
    String(KEYS),
    ...keys,
    loops(draw),
    draw.uniqueValue(),
  ];
  const way = draw.random();
  if (way < 0.5) return alone(group, withDigest(request), false);
  if (way < 0.8) return alone(group, request, false);
  // A digest that is not known there would fail inside: half a transaction is no retry of the whole.
  const requests = [["GET", keys[0] as string], request, ["SMEMBERS", keys[2] as string]];
  return { f: "commands", key: group, requests, isAtomic: true, isRead: false };
}

function changeLibrary(group: string, draw: Draw): OperationInput {
  const kind = draw.random();
  const name = libraryName(group);
  if (kind < 0.1) return { f: "flush", key: group, command: "FUNCTION FLUSH" };
  if (kind < 0.25) return alone(group, ["FUNCTION", "DELETE", name], false);
  const code = libraryOf(name, draw.uniqueValue().replaceAll(".", "_"));
  const options = kind < 0.9 ? ["REPLACE"] : [];
  return alone(group, ["FUNCTION", "LOAD", ...options, code], false);
}

function list(group: string): readonly string[] {
  return ["FUNCTION", "LIST", "LIBRARYNAME", libraryName(group), "WITHCODE"];
}

/** Both twins at one moment, by a script that may take long: also on a replica, which goes on hearing its log meanwhile. */
function readTwins(group: string, draw: Draw): OperationInput {
  const steps = keysOfGroup(group, KEYS)
    .slice(3)
    .map((key) => ({ f: "get" as const, key }));
  const way = draw.random() < 0.6 ? "script" : "mget";
  const asked = transactionOf(group, steps, way);
  return way === "script" ? { ...asked, loops: Number(loops(draw)) } : asked;
}

/**
 * Scripts by EVAL and EVALSHA, functions by FCALL, over five keys of a group and a library of its own: atomic writes of several
 * keys, errors behind a write, what is drawn, reads; loops that take many slices, and clients that kill them.
 */
export const scripts: Workload = {
  kind: "scripts",
  specification: "executor",
  writesPerKey: 60,
  makeRead(group, draw) {
    const kind = draw.random();
    if (kind < 0.25) return alone(group, oneOf(ofNode, draw), true);
    if (kind < 0.35) {
      // Naming no key it would be answered by any node, a replica that is behind as well.
      const requests = [["GET", keysOfGroup(group, KEYS)[0] as string], list(group)];
      return { f: "commands", key: group, requests, isAtomic: true, isRead: true };
    }
    if (kind < 0.5) return alone(group, call(group, draw, true), true);
    if (kind < 0.75) return readTwins(group, draw);
    const keys = keysOfGroup(group, KEYS);
    const request = ["EVAL_RO", texts.watches, String(KEYS), ...keys, loops(draw)];
    return alone(group, draw.random() < 0.5 ? withDigest(request) : request, true);
  },
  makeReplicaRead: readTwins,
  makeScan(group) {
    const [a, b, c, d, e] = keysOfGroup(group, KEYS) as [string, string, string, string, string];
    const reads = [["MGET", a, b, d, e], ["SMEMBERS", c], list(group)];
    return { f: "commands", key: group, requests: reads, isAtomic: true, isRead: true };
  },
  makeWrite(group, draw) {
    const kind = draw.random();
    if (kind < 0.12) return changeLibrary(group, draw);
    if (kind < 0.3) return alone(group, call(group, draw, false), false);
    if (kind < 0.9) return runScript(group, draw);
    const [a, b, c] = keysOfGroup(group, KEYS) as [string, string, string];
    const plain = [
      ["SET", a, draw.uniqueValue()],
      ["SADD", c, draw.uniqueValue(), "m"],
      ["DEL", a, b, c],
      ["LPUSH", b, draw.uniqueValue()],
    ];
    return alone(group, oneOf(plain, draw), false);
  },
};
