/**
 * Requests of the kind "users". A node judges AUTH, and what a user may do, before it says that another leads: a replica by users that may
 * be old. So each operation carries a GET of a key by the default user, who may do everything, and counts only if that was answered:
 *
 *     by the default user   request, GET; or MULTI, requests, EXEC, GET
 *     a login               GET, AUTH [MULTI, what is queued]
 *     by the user           request or EXEC, AUTH of the default user, GET
 */
import type { CommandsInput } from "../checker/history.ts";
import type { Answer, Request } from "./commands.ts";
import { kindOfKey } from "./keys.ts";
import { isError, type Reply } from "./resp.ts";

export function concernsUsers(input: CommandsInput): boolean {
  return isOfUsers(input.key);
}

/** Groups of this kind have users; of these two an ACL file lists the user, or another one and not the group's. */
export function isOfUsers(group: string): boolean {
  const kind = kindOfKey(group);
  return kind === "users" || kind === LISTED || kind === UNLISTED;
}

/** An ACL LOAD changes every user at one moment, so there is one group of these in a run, in one shard. */
export const LISTED = "listedUsers";
export const UNLISTED = "unlistedUsers";

export function isOfFile(group: string): boolean {
  return isOfUsers(group) && kindOfKey(group) !== "users";
}

export function isListed(group: string): boolean {
  return kindOfKey(group) === LISTED;
}

/** What the file says of a user whom it lists. */
export const listedRules: readonly string[] = ["on", ">sesame", "+@all", "-lpush", "~*"];

/** The file that ACL LOAD reads, on every node. */
export const aclFileText: string = `user ${userOf(`${LISTED}:0:{0}`)} ${listedRules.join(" ")}\n`;

/** Every group changes this user too, so that shards change it at the same time. Nobody logs in as it: which change holds they settle. */
export const SHARED_USER = "user-of-all";

/** The user of a group. */
export function userOf(group: string): string {
  return `user-of-${group}`;
}

export function requestsAsUser({
  key,
  requests,
  session,
  queued,
  isAtomic,
}: CommandsInput): Request[] {
  const probe = ["GET", `${key}:probe`];
  if (session === undefined)
    return isAtomic ? [["MULTI"], ...requests, ["EXEC"], probe] : [...requests, probe];
  if (isLogin(requests)) {
    const opened = queued === undefined ? [] : [["MULTI"], ...queued];
    return [probe, ...requests, ...opened];
  }
  const asked = queued === undefined ? requests : [["EXEC"]];
  return [...asked, ["AUTH", "default", "any"], probe];
}

/** `texts`: the bytes of each reply. */
export function answerAsUser(
  { requests, session, queued, isAtomic }: CommandsInput,
  replies: readonly Reply[],
  texts: readonly string[],
  itemsOf: (text: string) => readonly string[],
): Answer {
  const isFirst = session !== undefined && isLogin(requests);
  const probe = isFirst ? replies[0] : replies.at(-1);
  const isTransaction = session === undefined && isAtomic;
  const at = isTransaction ? requests.length + 1 : isFirst ? 1 : 0;
  const reply = replies[at];
  if (reply === undefined || probe === undefined) return failed("no reply");
  // What is no opinion on rights only a primary does.
  const isOpinion = isFirst || isError(reply) || requests[0]?.[1] === "DRYRUN";
  if (isError(probe) && isOpinion) return failed(probe.error);
  const isRun = isTransaction || (queued !== undefined && !isFirst);
  if (isRun && isError(reply)) return failed(reply.error);
  if (isError(reply) && !SAID.test(reply.error)) return failed(reply.error);
  const text = texts[at] as string;
  return { outcome: "ok", output: isRun ? itemsOf(text) : [text], error: "" };
}

/** Errors that are the answer; all others say that nothing was asked of the user's rights. */
const SAID = /^(?:NOPERM|WRONGPASS|ERR (?:The user executing|Error in ACL SETUSER|User ))/;

/** Somebody was not let in: there is nothing more to do on this connection. */
export function wasTurnedAway({ requests }: CommandsInput, output: unknown): boolean {
  return isLogin(requests) && Array.isArray(output) && String(output[0]).startsWith("-");
}

function isLogin(requests: readonly Request[]): boolean {
  return requests[0]?.[0] === "AUTH";
}

function failed(error: string): Answer {
  return { outcome: "fail", output: null, error };
}
