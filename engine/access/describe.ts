/** Users in the words of their rules: ACL LIST, GETUSER, SAVE. */
import type { CommandTable } from "../commands/spec.ts";
import { accessCategories } from "./categories.ts";
import { allowCategory, allowCommand } from "./rules.ts";
import { Selector, type KeyPattern, type User } from "./user.ts";

/** Everything behind "user <name> "; without the digests of passwords where nobody shall see them. */
export function describeUser(user: User, commands: CommandTable, hidesDigests = false): string {
  const digests = hidesDigests ? [] : user.passwords.map((digest) => `#${digest}`);
  const words = [...flagsOf(user), ...digests];
  user.selectors.forEach((selector, index) => {
    const text = describeSelector(selector, commands);
    words.push(index === 0 ? text : `(${text})`);
  });
  return words.join(" ");
}

export function flagsOf(user: User): readonly string[] {
  const flags = [user.isOn ? "on" : "off"];
  if (user.needsNoPassword) flags.push("nopass");
  if (user.sanitizing !== "") flags.push(user.sanitizing);
  return flags;
}

function describeSelector(selector: Selector, commands: CommandTable): string {
  const words: string[] = [];
  const keys = describeKeys(selector);
  if (keys !== "") words.push(keys);
  if (!selector.allowsAllChannels) words.push("resetchannels");
  const channels = describeChannels(selector);
  if (channels !== "") words.push(channels);
  words.push(describeCommands(selector, commands));
  return words.join(" ");
}

export function describeKeys(selector: Selector): string {
  return selector.allowsAllKeys ? "~*" : selector.keys.map(keysRule).join(" ");
}

function keysRule({ pattern, mayRead, mayWrite }: KeyPattern): string {
  if (mayRead && mayWrite) return `~${pattern}`;
  return `${mayRead ? "%R" : "%W"}~${pattern}`;
}

export function describeChannels(selector: Selector): string {
  if (selector.allowsAllChannels) return "&*";
  return selector.channels.map((pattern) => `&${pattern}`).join(" ");
}

/**
 * +@all or -@all, then the categories that come nearest, then single commands. The categories are chosen as in Redis: again and
 * again the one with the fewest commands that it would get wrong, of these the one that gets most right.
 */
export function describeCommands(selector: Selector, commands: CommandTable): string {
  const isAdditive = !selector.allowsFuture;
  const words = [isAdditive ? "-@all" : "+@all"];
  const told = new Selector(commands.everyone.length);
  told.commands.fill(isAdditive ? 0 : 1);
  const left = selector.copy();
  const applied = new Set<string>();
  for (;;) {
    const best = nearestCategory(left, isAdditive, applied, commands);
    if (best === undefined) break;
    allowCategory(told, best, isAdditive, commands);
    allowCategory(left, best, !isAdditive, commands);
    words.push(`${isAdditive ? "+" : "-"}@${best}`);
    applied.add(best);
  }
  for (const spec of commands.everyone) {
    const isAllowed = selector.commands[spec.id] === 1;
    if (isAllowed !== (told.commands[spec.id] === 1)) {
      words.push(`${isAllowed ? "+" : "-"}${spec.name}`);
      allowCommand(told, spec, isAllowed);
    }
    if (isAllowed) continue;
    for (const word of selector.firstArguments.get(spec.id) ?? []) {
      words.push(`+${spec.name}|${word}`);
    }
  }
  return words.join(" ");
}

function nearestCategory(
  left: Selector,
  isAdditive: boolean,
  applied: ReadonlySet<string>,
  commands: CommandTable,
): string | undefined {
  let best: string | undefined;
  let fewestWrong = Infinity;
  let mostRight = 0;
  for (const category of accessCategories) {
    if (applied.has(category)) continue;
    let on = 0;
    let off = 0;
    for (const spec of commands.everyone) {
      if (!spec.categories.includes(category)) continue;
      if (left.commands[spec.id] === 1) on += 1;
      else off += 1;
    }
    const wrong = isAdditive ? off : on;
    const right = isAdditive ? on : off;
    if (right <= wrong) continue;
    if (wrong < fewestWrong || (wrong === fewestWrong && right > mostRight)) {
      best = category;
      fewestWrong = wrong;
      mostRight = right;
    }
  }
  return best;
}
