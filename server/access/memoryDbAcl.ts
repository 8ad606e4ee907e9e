/**
 * An ACL as Amazon MemoryDB takes one: users in the syntax of Redis's ACL file, each by the service's rules for names, passwords and
 * access strings. A file is checked as a whole; every mistake is told with its line.
 * @see https://docs.aws.amazon.com/memorydb/latest/devguide/clusters.acls.html
 */
import { aclFileText, readAclFile } from "../../engine/access/aclFile.ts";
import { must } from "../../engine/assert.ts";
import type { User } from "../../engine/access/user.ts";
import type { RuleBook } from "../../engine/access/rules.ts";
import { refusedByMemoryDb } from "../../engine/commands/refused.ts";
import { commandTable } from "../../engine/commands/table.ts";
import { whyNoName } from "../options/names.ts";

const MOST_USERS = 100;
const MOST_PASSWORDS = 2;

export type AclReading =
  /** The same in normal form: passwords as digests only. */
  | { readonly text: string }
  /** A sentence each, with file and line. */
  | { readonly errors: readonly string[] };

const book: RuleBook = { commands: commandTable, allowsChannelsFirst: false };

export function readAcl(file: string, text: string): AclReading {
  const errors: string[] = [];
  let users = 0;
  for (const [index, line] of text.split("\n").entries()) {
    const words = line.trim().split(/\s+/);
    if (words[0] !== "user") continue;
    users += 1;
    const [, name = "", ...rules] = words;
    for (const why of mistakesOf(name, rules)) errors.push(`${file}:${index + 1}: ${why}`);
  }
  if (users > MOST_USERS)
    errors.push(`${file}: an ACL has at most ${MOST_USERS} users, not ${users}`);
  if (errors.length > 0) return { errors };
  const read = readAclFile({ name: file, read: () => ({ text }), write: () => false }, book);
  if ("errors" in read) return { errors: [read.errors] };
  return { text: aclFileText([...read.users.values()], book) };
}

/** What nodes are told: beside the users of an ACL nobody gets in, without one (null) everybody does. */
export function textForNodes(text: string | null): string {
  return text === null ? "" : `user default off\n${text}`;
}

/** Users by name, of a text that nodes are told. */
export function usersOf(text: string): ReadonlyMap<string, User> {
  const read = readAclFile({ name: "users", read: () => ({ text }), write: () => false }, book);
  return must("users" in read ? read.users : undefined, "checked users");
}

function mistakesOf(name: string, rules: readonly string[]): string[] {
  const mistakes: string[] = [];
  const whyNot = whyNoName(name);
  if (name === "default") {
    mistakes.push(
      'the user "default" lives in open-access only: an ACL of your own has users of other names',
    );
  } else if (whyNot !== undefined) {
    mistakes.push(`a user's name ${whyNot}, not "${name}"`);
  }
  let passwords = 0;
  for (const rule of rules) {
    if (rule.startsWith(">") || rule.startsWith("#")) passwords += 1;
    const why = whyNoRule(rule);
    if (why !== undefined) mistakes.push(`user ${name}: ${why}`);
  }
  if (passwords > MOST_PASSWORDS) {
    mistakes.push(`user ${name}: a user has at most ${MOST_PASSWORDS} passwords, not ${passwords}`);
  }
  return mistakes;
}

/** Why the service does not take a rule that Redis knows; undefined if it does, or if Redis will refuse it. A password is not repeated. */
function whyNoRule(rule: string): string | undefined {
  const lower = rule.toLowerCase();
  if (rule.startsWith(">")) return whyNoPassword(rule.slice(1));
  if (rule.startsWith("<") || rule.startsWith("!"))
    return "an ACL names passwords, it takes none away";
  if (lower === "reset" || lower === "resetpass")
    return `"${lower}" is not allowed in an access string`;
  if (lower === "nopass")
    return '"nopass" is not allowed: only "default" of open-access needs no password';
  const [, command = ""] = /^\(?[+-]([^\s)]+)/.exec(lower) ?? [];
  const isRefused =
    refusedByMemoryDb.has(command) || refusedByMemoryDb.has(command.split("|")[0] ?? "");
  return isRefused ? `"${rule}": MemoryDB has no such command for its users` : undefined;
}

function whyNoPassword(password: string): string | undefined {
  if (password.length < 16 || password.length > 128) return "a password has 16 to 128 characters";
  if (!/^[\x21-\x7e]*$/.test(password)) return "a password has printable characters only";
  return /[,"/@]/.test(password) ? 'a password may not hold , " / or @' : undefined;
}
