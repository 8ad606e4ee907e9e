import type { CommandsInput, OperationInput } from "../../checker/history.ts";
import { keysOfGroup } from "../keys.ts";
import { isOfFile, LISTED, SHARED_USER, UNLISTED, userOf } from "../logins.ts";
import type { Draw, Workload } from "./workload.ts";

const ADMIN_RATIO = 0.45;
const QUEUED_RATIO = 0.3;
/** Of changes by an administrator. */
const LOAD_RATIO = 0.25;
const SHARED_RATIO = 0.25;
/** Together with something for those who wait, who may have lost the right to it. */
const PUSHED_RATIO = 0.25;
const KEYS = 3;
/** By the user: a command of its own that needs a right of its own too. */
const SCRIPT = "return redis.call('SET', KEYS[1], ARGV[1])";
const passwords: readonly string[] = ["sesame", "sesame", "swordfish", "guess"];

function oneOf<Item>(items: readonly Item[], draw: Draw): Item {
  return items[Math.floor(draw.random() * items.length)] as Item;
}

/** Changes that a user's fate is made of: to be able at all, to lose all, to lose or gain a bit. */
function rules(group: string, draw: Draw): readonly string[] {
  const [a, b, l] = keysOfGroup(group, KEYS) as [string, string, string];
  const whole = ["on", ">sesame", "+@all", "~*"];
  // Who may run anything may open a transaction: else what is queued would run by itself.
  const some = ["+multi", "+exec", "+get", "+set"];
  const kind = draw.random();
  if (kind < 0.4) return whole;
  if (kind < 0.5) return ["reset", "on", "nopass", ...some, "+eval", `~${a}`, `%R~${b}`];
  return oneOf(
    [
      ["off"],
      ["on"],
      ["-@all"],
      ["+@all"],
      ["resetpass", ">swordfish"],
      ["<sesame"],
      ["-get"],
      ["-set"],
      ["-set", "-lpush"],
      ["-blpop"],
      ["-eval"],
      some,
      ["resetkeys"],
      ["resetkeys", `~${a}`, `~${l}`],
      ["resetkeys", `%W~${a}`, `%R~${b}`, `~${l}`],
      ["reset"],
    ],
    draw,
  );
}

function listOf(group: string): string {
  return keysOfGroup(group, KEYS)[2] as string;
}

function ask(group: string, request: readonly string[], isRead: boolean): CommandsInput {
  return { f: "commands", key: group, requests: [request], isAtomic: false, isRead };
}

function administer(group: string, draw: Draw): CommandsInput {
  const user = userOf(group);
  if (isOfFile(group) && draw.random() < LOAD_RATIO) return ask(group, ["ACL", "LOAD"], false);
  if (!isOfFile(group) && draw.random() < SHARED_RATIO) return administerShared(group, draw);
  if (draw.random() < 0.2) return ask(group, ["ACL", "DELUSER", user], false);
  if (draw.random() < PUSHED_RATIO) {
    const rule = oneOf(["-blpop", "-blpop", "resetkeys", "-@all", "on"], draw);
    const push = ["LPUSH", listOf(group), draw.uniqueValue()];
    const requests = [["ACL", "SETUSER", user, rule], push];
    return { f: "commands", key: group, requests, isAtomic: true, isRead: false };
  }
  return ask(group, ["ACL", "SETUSER", user, ...rules(group, draw)], false);
}

/** No rule can be refused, whatever the user is just then. */
function administerShared(group: string, draw: Draw): CommandsInput {
  if (draw.random() < 0.3) return ask(group, ["ACL", "DELUSER", SHARED_USER], false);
  const rule = oneOf(["on", "off", "+@all", "-@all", "+get", "~*", "resetkeys", "reset"], draw);
  return ask(group, ["ACL", "SETUSER", SHARED_USER, rule, `>${draw.uniqueValue()}`], false);
}

function command(group: string, draw: Draw): readonly string[] {
  const [a, b, l] = keysOfGroup(group, KEYS) as [string, string, string];
  const key = draw.random() < 0.6 ? a : b;
  const kind = draw.random();
  if (kind < 0.25) return ["GET", key];
  if (kind < 0.5) return ["SET", key, draw.uniqueValue()];
  if (kind < 0.65) return ["EVAL", SCRIPT, "1", key, draw.uniqueValue()];
  if (kind < 0.7) return ["LPUSH", l, draw.uniqueValue()];
  return ["BLPOP", l, oneOf(["0.2", "0.6"], draw)];
}

function logIn(group: string, draw: Draw): CommandsInput {
  const session = draw.uniqueValue();
  const request = ["AUTH", userOf(group), oneOf(passwords, draw)];
  const input = { ...ask(group, request, false), session };
  if (draw.random() >= QUEUED_RATIO) return input;
  const queued = [command(group, draw), command(group, draw)];
  return { ...input, queued: queued.filter(([name]) => name !== "BLPOP") };
}

/** What the user does on the connection, a while after it has logged in there: what it has queued before, or one command. */
function use(group: string, draw: Draw, login: OperationInput): CommandsInput {
  if (login.f !== "commands" || login.session === undefined)
    throw new Error("nobody has logged in");
  const { session, queued } = login;
  if (queued === undefined) return { ...ask(group, command(group, draw), false), session };
  return {
    f: "commands",
    key: group,
    requests: [],
    queued,
    session,
    isAtomic: true,
    isRead: false,
  };
}

/**
 * An administrator changes a user, deletes it and makes it anew, while others log in as that user and a while later run a command, or
 * what they queued by MULTI before, on the same connection: directly, in a script, waiting for a list. Some changes come in one transaction
 * with something for those who wait. One more user is changed by all
 * groups of all shards.
 */
export const users: Workload = {
  kind: "users",
  specification: "users",
  writesPerKey: 50,
  makeRead(group, draw) {
    if (draw.random() < 0.4) return ask(group, ["GET", oneOf(keysOfGroup(group, 2), draw)], true);
    const asked = ["ACL", "DRYRUN", userOf(group), ...command(group, draw)];
    return ask(group, asked, true);
  },
  makeReplicaRead: (group, draw) => ({ f: "dump", key: oneOf(keysOfGroup(group, KEYS), draw) }),
  makeScan: (group) => ask(group, ["GET", keysOfGroup(group, 1)[0] as string], true),
  makeWatchedRead(group, draw) {
    return draw.random() < ADMIN_RATIO ? undefined : { watch: [], input: logIn(group, draw) };
  },
  makeWrite: (group, draw, seen) =>
    seen === undefined ? administer(group, draw) : use(group, draw, seen.input),
};

/** The same with ACL LOAD: of a file that lists the group's user, and of one that does not. */
export const listedUsers: Workload = { ...users, kind: LISTED, writesPerKey: Infinity };
export const unlistedUsers: Workload = { ...users, kind: UNLISTED, writesPerKey: Infinity };
