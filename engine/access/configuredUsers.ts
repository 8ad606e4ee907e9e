/** Users of the configuration: its "user" lines, or the file that aclfile names. */
import { must } from "../assert.ts";
import { readAclFile, type AclFile, type ReadUsers } from "./aclFile.ts";
import {
  applyRule,
  hasSpaces,
  joinSelectors,
  newSelector,
  ruleErrors,
  type RuleBook,
} from "./rules.ts";
import { User } from "./user.ts";
import type { UserDirectory } from "./userDirectory.ts";

export interface UserSources {
  /** "user" lines: a name and rules each. */
  readonly users?: readonly (readonly string[])[] | undefined;
  readonly aclFile?: AclFile | undefined;
}

/** Users that the host has changed, from the text of an ACL file that it has checked. */
export function takeUsers(directory: UserDirectory, text: string): void {
  const file = { name: "users", read: () => ({ text }), write: () => false };
  const read = readAclFile(file, directory);
  directory.reconfigure(must("users" in read ? read.users : undefined, "checked users"));
}

export function readConfiguredUsers(
  { users: lines = [], aclFile }: UserSources,
  book: RuleBook,
): ReadUsers {
  if (aclFile !== undefined && lines.length > 0) return { errors: TWO_SOURCES };
  if (aclFile !== undefined) return readAclFile(aclFile, book);
  const users = new Map<string, User>();
  for (const [name = "", ...rules] of lines) {
    const error = readUser(name, rules, users, book);
    if (error !== undefined) return { errors: `Error in user declaration '${name}': ${error}` };
  }
  return { users };
}

const TWO_SOURCES =
  'Users are defined by "user" lines and by an ACL file at once: define them in one place, either in the file that aclfile names or directly in the configuration';

function readUser(
  name: string,
  rules: readonly string[],
  users: Map<string, User>,
  book: RuleBook,
): string | undefined {
  if (hasSpaces(name)) return "Spaces not allowed in ACL usernames";
  if (users.has(name)) {
    return "Duplicate user found. A user can only be defined once in config files";
  }
  const joined = joinSelectors(rules);
  if ("openAt" in joined) return "Unmatched parenthesis in selector definition";
  const user = new User(name, newSelector(book));
  for (const rule of joined.rules) {
    const error = applyRule(user, rule, book);
    if (error !== undefined) return ruleErrors[error];
  }
  users.set(name, user);
  return undefined;
}
