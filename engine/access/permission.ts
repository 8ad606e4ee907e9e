/** May this user run this request? Asked before it runs, when it is queued, when EXEC or a script runs it, and when it is served at last. */
import { matchesGlob } from "../commands/glob.ts";
import { keyPlacesOf, type KeyPlace } from "../commands/commandKeys.ts";
import type { CommandSpec } from "../commands/spec.ts";
import type { Selector, User } from "./user.ts";

/** What is missing, and which argument shows it; of a command 0. */
export interface Denial {
  readonly kind: "command" | "key" | "channel";
  readonly index: number;
}

/** In rising order of what is told when each selector has a reason of its own. */
const ORDER: readonly Denial["kind"][] = ["command", "key", "channel"];

/** Undefined if it may. A request without a user is the node's own. `argv` has enough words. */
export function denialOf(
  user: User | undefined,
  spec: CommandSpec,
  argv: readonly string[],
): Denial | undefined {
  if (user === undefined || user.isUnrestricted) return undefined;
  let told: Denial = { kind: "command", index: 0 };
  const places = keyPlacesOf(spec, argv);
  for (const selector of user.selectors) {
    const denial = selectorDenial(selector, spec, argv, places);
    if (denial === undefined) return undefined;
    const rank = ORDER.indexOf(denial.kind) - ORDER.indexOf(told.kind);
    if (rank > 0 || (rank === 0 && denial.index > told.index)) told = denial;
  }
  return told;
}

function selectorDenial(
  selector: Selector,
  spec: CommandSpec,
  argv: readonly string[],
  places: readonly KeyPlace[],
): Denial | undefined {
  if (!allowsCommand(selector, spec, argv)) return { kind: "command", index: 0 };
  if (!selector.allowsAllKeys) {
    for (const place of places) {
      if (!allowsKey(selector, argv[place.index] ?? "", place))
        return { kind: "key", index: place.index };
    }
  }
  const { channels } = spec.row;
  if (channels !== undefined && !selector.allowsAllChannels) {
    const end = channels === "first" ? 2 : argv.length;
    for (let index = 1; index < end; index++) {
      if (!allowsChannel(selector.channels, argv[index] ?? "", channels === "patterns"))
        return { kind: "channel", index };
    }
  }
  return undefined;
}

function allowsCommand(selector: Selector, spec: CommandSpec, argv: readonly string[]): boolean {
  if (selector.allowsAllCommands || selector.commands[spec.id] === 1) return true;
  if (spec.flags.includes("no_auth")) return true;
  const word = argv[1]?.toLowerCase();
  if (word === undefined) return false;
  const words = selector.firstArguments.get(spec.id);
  return words !== undefined && words.some((one) => one.toLowerCase() === word);
}

/** A key that is only looked for (EXISTS, TYPE) needs any pattern. */
function allowsKey(selector: Selector, key: string, access: Access): boolean {
  return selector.keys.some(
    ({ pattern, mayRead, mayWrite }) =>
      (mayRead || !access.isRead) && (mayWrite || !access.isWritten) && matchesGlob(pattern, key),
  );
}

type Access = Pick<KeyPlace, "isRead" | "isWritten">;

const READING: Access = { isRead: true, isWritten: false };

/** Whatever the command: the name of a key that it may not read is not for a user to learn. */
export function mayReadKey(user: User | undefined, key: string): boolean {
  if (user === undefined || user.isUnrestricted) return true;
  return user.selectors.some(
    (selector) => selector.allowsAllKeys || allowsKey(selector, key, READING),
  );
}

/** A pattern to listen to must be one of the user's own, letter by letter. */
export function allowsChannel(
  allowed: readonly string[],
  channel: string,
  isPattern: boolean,
): boolean {
  return allowed.some((one) => (isPattern ? one === channel : matchesGlob(one, channel)));
}

/** The user may run the request, and read every key there is: SORT … BY and GET name keys that only the data tells. */
export function mayReadEveryKey(
  user: User | undefined,
  spec: CommandSpec,
  argv: readonly string[],
): boolean {
  if (user === undefined || user.isUnrestricted) return true;
  const places = keyPlacesOf(spec, argv);
  return user.selectors.some(
    (selector) =>
      selectorDenial(selector, spec, argv, places) === undefined &&
      (selector.allowsAllKeys ||
        selector.keys.some(({ pattern, mayRead }) => mayRead && pattern === "*")),
  );
}

/** Why a request does not run. */
export function noPermission(denial: Denial, spec: CommandSpec): string {
  switch (denial.kind) {
    case "command":
      return `NOPERM this user has no permissions to run the '${spec.name}' command`;
    case "key":
      return "NOPERM this user has no permissions to access one of the keys used as arguments";
    case "channel":
      return "NOPERM this user has no permissions to access one of the channels used as arguments";
  }
}
