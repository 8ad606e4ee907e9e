/**
 * A user as the log and the bus carry it: whole, since what a change was made of is of no interest once it is made.
 *
 *     latin1 name, u53 version, u32 shard, u8 1 if there is such a user; if so
 *         u8 flags (1 on, 2 nopass, 4 skip-sanitize-payload, 8 sanitize-payload), u32 n, n × latin1 digest, u32 m, m × selector
 *
 *     selector   u8 flags (1 all keys, 2 all channels, 4 all commands, 8 also those of later versions),
 *                u32 n, n × (u8 1 read + 2 write, latin1 pattern), u32 n, n × latin1 channel,
 *                u32 n, n × latin1 command (those that are allowed; with flag 8 those that are not),
 *                u32 n, n × (latin1 command, latin1 first argument)
 */
import type { ByteReader } from "../bytes/reader.ts";
import type { ByteWriter } from "../bytes/writer.ts";
import type { CommandTable } from "../commands/spec.ts";
import { Selector, User } from "./user.ts";

/** When a user was changed: the higher version holds, of two alike that of the higher shard. */
export interface UserVersion {
  readonly version: number;
  readonly shard: number;
}

/** A user as it was made by one change; undefined if that deleted it. */
export interface UserChange extends UserVersion {
  readonly name: string;
  readonly user: User | undefined;
}

export function isNewer(one: UserVersion, other: UserVersion): boolean {
  return one.version > other.version || (one.version === other.version && one.shard > other.shard);
}

export function writeUserChange(
  writer: ByteWriter,
  { name, version, shard, user }: UserChange,
  commands: CommandTable,
): void {
  writer.latin1(name);
  writer.u53(version);
  writer.u32(shard);
  writer.u8(user === undefined ? 0 : 1);
  if (user === undefined) return;
  const { sanitizing } = user;
  writer.u8(
    (user.isOn ? 1 : 0) +
      (user.needsNoPassword ? 2 : 0) +
      (sanitizing === "skip-sanitize-payload" ? 4 : 0) +
      (sanitizing === "sanitize-payload" ? 8 : 0),
  );
  writeList(writer, user.passwords, (digest) => writer.latin1(digest));
  writeList(writer, user.selectors, (selector) => writeSelector(writer, selector, commands));
}

/** Undefined if the bytes are damaged. */
export function readUserChange(reader: ByteReader, commands: CommandTable): UserChange | undefined {
  const name = reader.latin1();
  const version = reader.u53();
  const shard = reader.u32();
  if (reader.u8() === 0)
    return reader.failed ? undefined : { name, version, shard, user: undefined };
  const flags = reader.u8();
  const passwords = readList(reader, () => reader.latin1());
  const selectors = readList(reader, () => readSelector(reader, commands));
  const [root] = selectors;
  if (reader.failed || root === undefined) return undefined;
  const user = new User(name, root);
  user.isOn = (flags & 1) !== 0;
  user.needsNoPassword = (flags & 2) !== 0;
  if ((flags & 4) !== 0) user.sanitizing = "skip-sanitize-payload";
  if ((flags & 8) !== 0) user.sanitizing = "sanitize-payload";
  user.passwords = passwords;
  user.selectors = selectors;
  return { name, version, shard, user };
}

function writeSelector(writer: ByteWriter, selector: Selector, commands: CommandTable): void {
  writer.u8(
    (selector.allowsAllKeys ? 1 : 0) +
      (selector.allowsAllChannels ? 2 : 0) +
      (selector.allowsAllCommands ? 4 : 0) +
      (selector.allowsFuture ? 8 : 0),
  );
  writeList(writer, selector.keys, ({ pattern, mayRead, mayWrite }) => {
    writer.u8((mayRead ? 1 : 0) + (mayWrite ? 2 : 0));
    writer.latin1(pattern);
  });
  writeList(writer, selector.channels, (channel) => writer.latin1(channel));
  const told = selector.allowsFuture ? 0 : 1;
  const named = commands.everyone.filter(({ id }) => selector.commands[id] === told);
  writeList(writer, named, ({ name }) => writer.latin1(name));
  const pairs = [...selector.firstArguments].flatMap(([id, words]) =>
    words.map((word) => [commands.everyone[id]?.name ?? "", word] as const),
  );
  writeList(writer, pairs, ([name, word]) => {
    writer.latin1(name);
    writer.latin1(word);
  });
}

/** Commands that this version does not know can be neither allowed nor run. */
function readSelector(reader: ByteReader, commands: CommandTable): Selector {
  const selector = new Selector(commands.everyone.length);
  const flags = reader.u8();
  selector.allowsAllKeys = (flags & 1) !== 0;
  selector.allowsAllChannels = (flags & 2) !== 0;
  selector.allowsAllCommands = (flags & 4) !== 0;
  selector.allowsFuture = (flags & 8) !== 0;
  selector.keys = readList(reader, () => {
    const access = reader.u8();
    const pattern = reader.latin1();
    return { pattern, mayRead: (access & 1) !== 0, mayWrite: (access & 2) !== 0 };
  });
  selector.channels = readList(reader, () => reader.latin1());
  selector.commands.fill(selector.allowsFuture ? 1 : 0);
  for (const name of readList(reader, () => reader.latin1())) {
    const spec = commands.find(name);
    if (spec !== undefined) selector.commands[spec.id] = selector.allowsFuture ? 0 : 1;
  }
  const pairs = readList(reader, () => [reader.latin1(), reader.latin1()] as const);
  for (const [name, word] of pairs) {
    const spec = commands.find(name);
    if (spec === undefined) continue;
    const words = selector.firstArguments.get(spec.id) ?? [];
    selector.firstArguments.set(spec.id, [...words, word]);
  }
  return selector;
}

function writeList<T>(writer: ByteWriter, items: readonly T[], write: (item: T) => void): void {
  writer.u32(items.length);
  for (const item of items) write(item);
}

function readList<T>(reader: ByteReader, read: () => T): T[] {
  const items: T[] = [];
  for (let left = reader.u32(); left > 0 && !reader.failed; left--) items.push(read());
  return items;
}
