/**
 * The rules of ACL SETUSER, of the ACL file and of "user" lines in a configuration: what each makes of a user.
 * @see https://redis.io/docs/latest/operate/oss_and_stack/management/security/acl/
 */
import type { CommandSpec, CommandTable } from "../commands/spec.ts";
import { splitInline } from "../resp/inline.ts";
import { accessCategories } from "./categories.ts";
import { digestOf, isDigest } from "./password.ts";
import { Selector, type KeyPattern, type User } from "./user.ts";

/** What rules are read by. */
export interface RuleBook {
  /** All commands, whatever the profile. */
  readonly commands: CommandTable;
  /** acl-pubsub-default: what a new selector begins with. */
  readonly allowsChannelsFirst: boolean;
}

/** Why a rule was refused, in Redis's words. */
export const ruleErrors = {
  unknown: "Unknown command or category name in ACL",
  syntax: "Syntax error",
  keysAfterAll:
    "Adding a pattern after the * pattern (or the 'allkeys' flag) is not valid and does not have any effect. Try 'resetkeys' to start with an empty list of patterns",
  channelsAfterAll:
    "Adding a pattern after the * pattern (or the 'allchannels' flag) is not valid and does not have any effect. Try 'resetchannels' to start with an empty list of channels",
  noSuchPassword: "The password you are trying to remove from the user does not exist",
  badDigest:
    "The password hash must be exactly 64 characters and contain only lowercase hexadecimal characters",
  firstArgumentOfSubcommand: "Allowing first-arg of a subcommand is not supported",
} as const;

export type RuleError = keyof typeof ruleErrors;

export function newSelector({ commands, allowsChannelsFirst }: RuleBook): Selector {
  const selector = new Selector(commands.everyone.length);
  selector.allowsAllChannels = allowsChannelsFirst;
  return selector;
}

/** Carries out one rule on a draft; what was changed before a refusal stays changed. */
export function applyRule(user: User, rule: string, book: RuleBook): RuleError | undefined {
  const word = untilZero(rule).toLowerCase();
  switch (word) {
    case "on":
    case "off":
      user.isOn = word === "on";
      return undefined;
    case "skip-sanitize-payload":
    case "sanitize-payload":
      user.sanitizing = word;
      return undefined;
    case "nopass":
    case "resetpass":
      user.needsNoPassword = word === "nopass";
      user.passwords = [];
      return undefined;
    case "clearselectors":
      user.selectors = [user.root];
      return undefined;
    case "reset":
      for (const one of RESET_RULES) applyRule(user, one, book);
      user.root.allowsAllChannels = book.allowsChannelsFirst;
      return undefined;
    default:
  }
  switch (rule.charAt(0)) {
    case "":
      return undefined;
    case ">":
      return addPassword(user, digestOf(rule.slice(1)));
    case "#":
      return isDigest(rule.slice(1)) ? addPassword(user, rule.slice(1)) : "badDigest";
    case "<":
      return removePassword(user, digestOf(rule.slice(1)));
    case "!":
      return isDigest(rule.slice(1)) ? removePassword(user, rule.slice(1)) : "badDigest";
    case "(":
      if (rule.endsWith(")")) return addSelector(user, rule, book);
      break;
    default:
  }
  return applySelectorRule(user.root, rule, book);
}

const RESET_RULES: readonly string[] = [
  "resetpass",
  "resetkeys",
  "resetchannels",
  "off",
  "sanitize-payload",
  "clearselectors",
  "-@all",
];

function addPassword(user: User, digest: string): undefined {
  if (!user.passwords.includes(digest)) user.passwords = [...user.passwords, digest];
  user.needsNoPassword = false;
}

function removePassword(user: User, digest: string): RuleError | undefined {
  if (!user.passwords.includes(digest)) return "noSuchPassword";
  user.passwords = user.passwords.filter((known) => known !== digest);
  return undefined;
}

/** Quotes that do not end make an empty selector, as in Redis. */
function addSelector(user: User, rule: string, book: RuleBook): RuleError | undefined {
  const selector = newSelector(book);
  for (const one of splitInline(rule.slice(1, -1)) ?? []) {
    const error = applySelectorRule(selector, one, book);
    if (error !== undefined) return error;
  }
  user.selectors = [...user.selectors, selector];
  return undefined;
}

function applySelectorRule(
  selector: Selector,
  rule: string,
  { commands }: RuleBook,
): RuleError | undefined {
  const text = untilZero(rule);
  switch (text.toLowerCase()) {
    case "allkeys":
    case "~*":
    case "resetkeys":
      selector.allowsAllKeys = text.toLowerCase() !== "resetkeys";
      selector.keys = [];
      return undefined;
    case "allchannels":
    case "&*":
    case "resetchannels":
      selector.allowsAllChannels = text.toLowerCase() !== "resetchannels";
      selector.channels = [];
      return undefined;
    case "allcommands":
    case "+@all":
      return allowEverything(selector, true);
    case "nocommands":
    case "-@all":
      return allowEverything(selector, false);
    default:
  }
  switch (text.charAt(0)) {
    case "~":
    case "%":
      return addKeys(selector, rule);
    case "&":
      return addChannels(selector, rule.slice(1));
    case "+":
    case "-": {
      const isAllowed = text.startsWith("+");
      if (text.charAt(1) === "@")
        return allowCategory(selector, text.slice(2), isAllowed, commands);
      const bar = isAllowed ? text.lastIndexOf("|") : -1;
      if (bar >= 0) return allowWithArgument(selector, text, bar, commands);
      const spec = commands.find(text.slice(1));
      if (spec === undefined) return "unknown";
      allowCommand(selector, spec, isAllowed);
      return undefined;
    }
    default:
      return "syntax";
  }
}

function allowEverything(selector: Selector, isAllowed: boolean): undefined {
  selector.commands.fill(isAllowed ? 1 : 0);
  selector.allowsFuture = isAllowed;
  selector.allowsAllCommands = isAllowed;
  selector.firstArguments.clear();
}

/** "~pattern", "%R~pattern", "%W~pattern" or "%RW~pattern". */
function addKeys(selector: Selector, rule: string): RuleError | undefined {
  if (selector.allowsAllKeys) return "keysAfterAll";
  const access = /^(?:~|%(R|W|RW|WR)(?:~|$))/i.exec(rule);
  if (access === null) return "syntax";
  const pattern = rule.slice(access[0].length);
  if (hasSpaces(pattern)) return "syntax";
  const letters = access[1]?.toUpperCase() ?? "RW";
  const added: KeyPattern = {
    pattern,
    mayRead: letters.includes("R"),
    mayWrite: letters.includes("W"),
  };
  const present = selector.keys.find((one) => one.pattern === pattern);
  if (present === undefined) {
    selector.keys = [...selector.keys, added];
    return undefined;
  }
  const merged = {
    pattern,
    mayRead: present.mayRead || added.mayRead,
    mayWrite: present.mayWrite || added.mayWrite,
  };
  selector.keys = selector.keys.map((one) => (one === present ? merged : one));
  return undefined;
}

function addChannels(selector: Selector, pattern: string): RuleError | undefined {
  if (selector.allowsAllChannels) return "channelsAfterAll";
  if (hasSpaces(pattern)) return "syntax";
  if (!selector.channels.includes(pattern)) selector.channels = [...selector.channels, pattern];
  return undefined;
}

export function allowCategory(
  selector: Selector,
  name: string,
  isAllowed: boolean,
  commands: CommandTable,
): RuleError | undefined {
  const category = name.toLowerCase();
  if (!accessCategories.includes(category)) return "unknown";
  for (const spec of commands.everyone) {
    if (spec.categories.includes(category)) allowCommand(selector, spec, isAllowed);
  }
  return undefined;
}

/** A container takes its subcommands with it. */
export function allowCommand(selector: Selector, spec: CommandSpec, isAllowed: boolean): void {
  allowOne(selector, spec, isAllowed);
  selector.firstArguments.delete(spec.id);
  for (const sub of spec.subcommands?.values() ?? []) allowOne(selector, sub, isAllowed);
}

function allowOne(selector: Selector, { id }: CommandSpec, isAllowed: boolean): void {
  selector.commands[id] = isAllowed ? 1 : 0;
  if (!isAllowed) selector.allowsAllCommands = false;
}

/** "+command|word": the subcommand, or else the first argument. */
function allowWithArgument(
  selector: Selector,
  rule: string,
  bar: number,
  commands: CommandTable,
): RuleError | undefined {
  const command = commands.find(rule.slice(1, bar));
  const word = rule.slice(bar + 1);
  if (command === undefined) return "unknown";
  if (command.name.includes("|")) return "firstArgumentOfSubcommand";
  if (word === "") return "syntax";
  if (command.subcommands !== undefined) {
    const sub = commands.find(rule.slice(1));
    if (sub === undefined) return "unknown";
    allowCommand(selector, sub, true);
    return undefined;
  }
  const present = selector.firstArguments.get(command.id) ?? [];
  if (!present.some((one) => one.toLowerCase() === word.toLowerCase())) {
    selector.firstArguments.set(command.id, [...present, word]);
  }
  return undefined;
}

/** The name of a user or a pattern that could not be written in a line of rules. */
export function hasSpaces(text: string): boolean {
  return /[ \t\n\v\f\r\0]/.test(text);
}

/**
 * Selectors are one rule each, also where their words came one by one. Undefined if a parenthesis stays open; then `openAt` holds
 * its place.
 */
export function joinSelectors(
  rules: readonly string[],
): { readonly rules: readonly string[] } | { readonly openAt: number } {
  const joined: string[] = [];
  let selector = "";
  let openAt = -1;
  rules.forEach((rule, index) => {
    if (rule.startsWith("(") && !rule.endsWith(")")) {
      selector = rule;
      openAt = index;
    } else if (openAt >= 0) {
      selector += ` ${untilZero(rule)}`;
      if (!rule.endsWith(")")) return;
      joined.push(selector);
      openAt = -1;
    } else {
      joined.push(rule);
    }
  });
  return openAt >= 0 ? { openAt } : { rules: joined };
}

/** Where C reads a string, it ends at a zero byte. */
function untilZero(text: string): string {
  const zero = text.indexOf("\0");
  return zero < 0 ? text : text.slice(0, zero);
}
