/**
 * A user: who may connect, by which passwords, and what the connection may do then. What it may do is a list of selectors, of which
 * one must allow a request whole; the first is the user's own ("root"), the others stand in parentheses in its rules.
 */

/** Keys whose names match a pattern, to be read, written or both. */
export interface KeyPattern {
  readonly pattern: string;
  readonly mayRead: boolean;
  readonly mayWrite: boolean;
}

export class Selector {
  allowsAllKeys = false;
  allowsAllChannels = false;
  /** No command was taken away since +@all: not even bits are looked at. */
  allowsAllCommands = false;
  /** Began with +@all: commands of later versions are allowed too. */
  allowsFuture = false;
  /** By a command's id: 1 if it may run. */
  readonly commands: Uint8Array;
  /** By a command's id: first arguments with which it may run nevertheless. */
  readonly firstArguments: Map<number, readonly string[]> = new Map();
  keys: readonly KeyPattern[] = [];
  channels: readonly string[] = [];

  constructor(commandCount: number) {
    this.commands = new Uint8Array(commandCount);
  }

  /** It hinders nothing. */
  get isUnrestricted(): boolean {
    return this.allowsAllKeys && this.allowsAllChannels && this.allowsAllCommands;
  }

  copy(): Selector {
    const made = new Selector(this.commands.length);
    made.allowsAllKeys = this.allowsAllKeys;
    made.allowsAllChannels = this.allowsAllChannels;
    made.allowsAllCommands = this.allowsAllCommands;
    made.allowsFuture = this.allowsFuture;
    made.commands.set(this.commands);
    for (const [id, words] of this.firstArguments) made.firstArguments.set(id, words);
    made.keys = this.keys;
    made.channels = this.channels;
    return made;
  }
}

export class User {
  readonly name: string;
  isOn = false;
  /** Any password is right. */
  needsNoPassword = false;
  /** What the user said of RESTORE's payloads, which are always checked here. */
  sanitizing: "" | "skip-sanitize-payload" | "sanitize-payload" = "";
  /** SHA-256 in hexadecimal digits. */
  passwords: readonly string[] = [];
  /** The root first; at least one. */
  selectors: readonly Selector[];
  /** Grows with every change: who has judged a request by this user knows whether that still holds. */
  revision = 0;
  /** Some selector hinders nothing. Of a user that is a directory's; a draft does not keep it. */
  isUnrestricted = false;

  constructor(name: string, root: Selector) {
    this.name = name;
    this.selectors = [root];
  }

  get root(): Selector {
    return this.selectors[0] as Selector;
  }

  /** Takes over what another user may, and how it logs in. The other must not be changed any more. */
  become(other: User): void {
    this.isOn = other.isOn;
    this.needsNoPassword = other.needsNoPassword;
    this.sanitizing = other.sanitizing;
    this.passwords = other.passwords;
    this.selectors = other.selectors;
    this.isUnrestricted = other.selectors.some((selector) => selector.isUnrestricted);
    this.revision += 1;
  }

  /** A copy that may be changed. */
  draft(): User {
    const made = new User(this.name, this.root);
    made.isOn = this.isOn;
    made.needsNoPassword = this.needsNoPassword;
    made.sanitizing = this.sanitizing;
    made.passwords = this.passwords;
    made.selectors = this.selectors.map((selector) => selector.copy());
    return made;
  }
}
