/** Redis's ACL file: a line "user <name> <rule> …" a user. */
import { describeUser } from "./describe.ts";
import {
  applyRule,
  hasSpaces,
  joinSelectors,
  newSelector,
  ruleErrors,
  type RuleBook,
} from "./rules.ts";
import { User } from "./user.ts";

/** The host's door to the file that the parameter aclfile names. Small, and read only when somebody asks for it. */
export interface AclFile {
  /** As the parameter names it: errors tell it. */
  readonly name: string;
  /** The file's bytes as latin1, or why it cannot be read, in the system's words. */
  read(): { readonly text: string } | { readonly why: string };
  /** Replaces the file as a whole; false if that failed, which the host's log tells. */
  write(text: string): boolean;
}

export type ReadUsers =
  | { readonly users: ReadonlyMap<string, User> }
  /** Everything that is wrong with the file, on one line. */
  | { readonly errors: string };

export function readAclFile(file: AclFile, book: RuleBook): ReadUsers {
  const read = file.read();
  if ("why" in read) {
    return { errors: `Error loading ACLs, opening file '${file.name}': ${read.why}` };
  }
  const users = new Map<string, User>();
  let errors = "";
  read.text.split("\n").forEach((line, index) => {
    const trimmed = line.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, "");
    if (trimmed !== "") errors += readLine(trimmed, `${file.name}:${index + 1}`, users, book);
  });
  if (errors === "") return { users };
  return {
    errors: `${errors}WARNING: ACL errors detected, no change to the previously active ACL rules was performed`,
  };
}

/** Adds the user of a line, or tells what is wrong with it. */
function readLine(line: string, place: string, users: Map<string, User>, book: RuleBook): string {
  const words = line.split(" ");
  const [keyword, name] = words;
  if (keyword !== "user" || name === undefined) {
    return `${place} should start with user keyword followed by the username. `;
  }
  if (hasSpaces(name)) return `'${place}: username '${name}' contains invalid characters. `;
  if (users.has(name)) {
    const number = place.slice(place.lastIndexOf(":") + 1);
    return `WARNING: Duplicate user '${name}' found on line ${number}. `;
  }
  const user = new User(name, newSelector(book));
  users.set(name, user);
  const joined = joinSelectors(words.slice(2));
  if ("openAt" in joined) return `${place}: Unmatched parenthesis in selector definition.`;
  let errors = "";
  let hasOther = false;
  for (const untrimmed of joined.rules) {
    const rule = untrimmed.replace(/^[\t\r\n]+|[\t\r\n]+$/g, "");
    const error = applyRule(user, rule, book);
    if (error === undefined) continue;
    if (error === "unknown") {
      errors += `${place}: Error in applying operation '${rule}': ${ruleErrors[error]}. `;
    } else if (!hasOther) {
      errors += `${place}: ${ruleErrors[error]}. `;
      hasOther = true;
    }
  }
  return errors;
}

/** All users as lines of the file. */
export function aclFileText(users: readonly User[], { commands }: RuleBook): string {
  return users.map((user) => `user ${user.name} ${describeUser(user, commands)}\n`).join("");
}
