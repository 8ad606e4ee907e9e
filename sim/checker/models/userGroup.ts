/**
 * A user, the connections that it has logged in on, and three keys, as one thing (PROTOCOL rule 25): each command of the user is judged by
 * the rights that are in force when it runs, a password when it is heard, and ACL DELUSER ends the user's connections.
 */
import { isListed, isOfUsers, listedRules, SHARED_USER } from "../../clients/logins.ts";
import type { CommandsInput, Operation } from "../history.ts";
import { type Account, changed, mayLogIn, mayRun } from "./accessRules.ts";
import type { Model } from "./model.ts";

interface State {
  readonly account: Account | undefined;
  /** Logged in on these connections, sorted. */
  readonly sessions: readonly string[];
  readonly strings: Readonly<Record<string, string>>;
  readonly list: readonly string[];
}

const empty: State = { account: undefined, sessions: [], strings: {}, list: [] };

/** The state as text: fields in one order, members sorted. */
function textOf({ account, sessions, strings, list }: State): string {
  const pairs = Object.entries(strings).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([account ?? null, sessions, pairs, list]);
}

function stateOf(text: string): State {
  const [account, sessions, pairs, list] = JSON.parse(text) as [
    Account | null,
    string[],
    [string, string][],
    string[],
  ];
  return { account: account ?? undefined, sessions, strings: Object.fromEntries(pairs), list };
}

export const userGroup: Model<string> = {
  name: "users",
  initial: textOf(empty),
  identify: (state) => state,
  step: (text, operation) => {
    const after = step(stateOf(text), operation);
    return after === undefined ? undefined : textOf(after);
  },
  isRead: ({ input }) => input.f === "commands" && input.isRead,
  isPure: ({ input, outcome }) => outcome === "ok" && input.f === "commands" && input.isRead,
  areTwins: () => false,
  describe: describe,
};

/** A state after a request, and its answer. */
interface Done {
  readonly state: State;
  readonly reply: string;
}

const OK = "+OK\r\n";
/** In place of an error's whole line. */
const NOPERM = "-NOPERM";
const DENIED_INSIDE = "-ERR The user executing the script can't";
const WRONGPASS = "-WRONGPASS";

function step(state: State, { input, node, output, outcome }: Operation): State | undefined {
  if (input.f !== "commands" || !isOfUsers(input.key))
    throw new Error("the model of users takes what its load asks");
  const replies = outcome === "ok" ? (output as readonly string[]) : undefined;
  const { session, requests } = input;
  if (requests[0]?.[0] === "AUTH") return logIn(state, input, node, replies?.[0]);
  const connection = connectionOf(session, node);
  const isGone = session !== undefined && !state.sessions.includes(connection);
  // Nobody is answered on a connection that was ended.
  if (isGone) return replies === undefined ? state : undefined;
  const others = state.sessions.filter((one) => one !== connection);
  const before = session === undefined ? state : { ...state, sessions: others };
  return runAll(before, input, node, replies);
}

/** Of a transaction what was queued, one after another; undefined if one was answered otherwise. */
function runAll(
  before: State,
  input: CommandsInput,
  node: string,
  replies: readonly string[] | undefined,
): State | undefined {
  let after = before;
  for (const [index, request] of (input.queued ?? input.requests).entries()) {
    const answered = replies?.[index];
    // That nothing came was so at one moment; when it is not known it is left out.
    if (request[0] === "BLPOP" && answered?.startsWith("*-1") === true) {
      if (after.list.length > 0 || !isAllowed(after, request)) return undefined;
      continue;
    }
    const done = runFor(after, request, input, node);
    if (answered !== undefined && !answered.startsWith(done.reply)) return undefined;
    after = done.state;
  }
  return after;
}

/** A login of which nobody knows is followed by nothing. */
function logIn(
  state: State,
  { requests, session = "" }: CommandsInput,
  node: string,
  answered: string | undefined,
): State | undefined {
  const password = requests[0]?.[2] ?? "";
  const isIn = mayLogIn(state.account, password);
  if (answered === undefined) return state;
  if (!answered.startsWith(isIn ? OK : WRONGPASS)) return undefined;
  if (!isIn) return state;
  return { ...state, sessions: [...state.sessions, connectionOf(session, node)].toSorted() };
}

/** ACL LOAD ends those of the node that runs it. */
function connectionOf(session: string | undefined, node: string): string {
  return `${session} at ${node}`;
}

function runFor(
  state: State,
  request: readonly string[],
  { key, session }: CommandsInput,
  node: string,
): Done {
  if (request[1] === "LOAD") return load(state, isListed(key), node);
  return run(state, request, session !== undefined);
}

/** The user is what the file says, be it that there is none, and every connection of its at this node ends. */
function load(state: State, isInFile: boolean, node: string): Done {
  if (!isInFile) return { state: { ...state, account: undefined, sessions: [] }, reply: OK };
  const sessions = state.sessions.filter((one) => !one.endsWith(` at ${node}`));
  return { state: { ...state, account: changed(undefined, listedRules), sessions }, reply: OK };
}

const integer = (value: number): string => `:${value}\r\n`;
const bulk = (text: string | undefined): string =>
  text === undefined ? "$-1\r\n" : `$${text.length}\r\n${text}\r\n`;

function keysIn(request: readonly string[]): readonly string[] {
  return [request[request[0] === "EVAL" ? 3 : 1] as string];
}

function isAllowed({ account }: State, request: readonly string[]): boolean {
  return account !== undefined && mayRun(account, request[0] as string, keysIn(request));
}

/** One request, by the user or by the default user, who may do everything. */
function run(state: State, request: readonly string[], isByUser: boolean): Done {
  const [name = "", second = "", third = ""] = request;
  if (name === "ACL") return administer(state, request);
  if (isByUser && !isAllowed(state, request)) return { state, reply: NOPERM };
  const { strings, list } = state;
  switch (name) {
    case "GET":
      return { state, reply: bulk(strings[second]) };
    case "SET":
      return { state: { ...state, strings: { ...strings, [second]: third } }, reply: OK };
    case "EVAL": {
      const [, , , key = "", value = ""] = request;
      if (isByUser && !isAllowed(state, ["SET", key])) return { state, reply: DENIED_INSIDE };
      return { state: { ...state, strings: { ...strings, [key]: value } }, reply: OK };
    }
    case "LPUSH":
      return { state: { ...state, list: [third, ...list] }, reply: integer(list.length + 1) };
    case "BLPOP": {
      const [first, ...rest] = list;
      if (first === undefined) return { state, reply: "*-1\r\n" };
      return { state: { ...state, list: rest }, reply: `*2\r\n${bulk(second)}${bulk(first)}` };
    }
    default:
      throw new Error(`the load sends no ${name}`);
  }
}

function administer(state: State, request: readonly string[]): Done {
  const [, what, named, ...rest] = request;
  const { account } = state;
  // Other shards change it too: their logs are compared in the end.
  if (named === SHARED_USER) return { state, reply: what === "SETUSER" ? OK : ":" };
  if (what === "SETUSER") {
    const made = changed(account, rest);
    return made === undefined
      ? { state, reply: "-ERR Error in ACL SETUSER" }
      : { state: { ...state, account: made }, reply: OK };
  }
  if (what === "DELUSER") {
    return account === undefined
      ? { state, reply: integer(0) }
      : { state: { ...state, account: undefined, sessions: [] }, reply: integer(1) };
  }
  if (account === undefined) return { state, reply: "-ERR User " };
  return { state, reply: isAllowed(state, rest) ? OK : "$" };
}

function describe(text: string): string {
  const { account, sessions, strings, list } = stateOf(text);
  const held = Object.entries(strings).map(([key, value]) => `${key} = ${value}`);
  const lists = list.length === 0 ? [] : [`the list ${list.join(" ")}`];
  const rights = account === undefined ? "no such user" : `the user ${sayAccount(account)}`;
  return [rights, `${sessions.length} logged in`, ...held, ...lists].join(", ");
}

function sayAccount(account: Account): string {
  const { isOn, needsNoPassword, passwords, allowsAll, except, allKeys, keys } = account;
  const words = [isOn ? "on" : "off", ...(needsNoPassword ? ["nopass"] : [])];
  words.push(...passwords.map((one) => `>${one}`), allowsAll ? "+@all" : "-@all");
  words.push(...except.map((one) => (allowsAll ? `-${one}` : `+${one}`)));
  words.push(...(allKeys ? ["~*"] : keys.map(({ key, access }) => `%${access}~${key}`)));
  return words.join(" ");
}
