/**
 * The users of a node: those of its configuration, and over them what the shard's log says. What the log says of a user holds, be it
 * that there is none; of whom it says nothing the configuration decides (decision 12).
 *
 * A node that builds its memory anew goes on with the users that it had until it has read the log: nobody may slip in meanwhile.
 */
import { assert } from "../assert.ts";
import type { CommandTable } from "../commands/spec.ts";
import { describeUser } from "./describe.ts";
import { newSelector, applyRule, joinSelectors, ruleErrors, type RuleBook } from "./rules.ts";
import { User } from "./user.ts";
import { isNewer, type UserChange, type UserVersion } from "./userRecord.ts";

export const DEFAULT_USER = "default";

/** Who is told when users change: their connections may have to end. */
export interface UserWatcher {
  /** `before` is a copy of what the user was. */
  userChanged(user: User, before: User): void;
  userDeleted(user: User): void;
  /** The log was read for the first time: who came before it must be judged anew. */
  usersKnown(): void;
}

export class UserDirectory implements RuleBook {
  readonly commands: CommandTable;
  allowsChannelsFirst = false;
  /** The host alone says who there is (profile "memorydb"): the log is not heeded, and nobody is shown a password's digest. */
  isManaged = false;
  /** Whose log changes are written to. */
  shard = 0;
  private readonly watcher: UserWatcher;
  /** Users of the configuration. */
  private configured = new Map<string, User>();
  /** What the log says, by name. */
  private changes = new Map<string, UserChange>();
  /** The same while the log is read from its start. */
  private rebuilt: Map<string, UserChange> | undefined;
  /** Users whose deletion is news in the log that is read: there may be one of the same name again at its end. */
  private readonly deletedSince = new Set<string>();
  private isKnown = false;
  private readonly present = new Map<string, User>();
  readonly defaultUser: User;

  constructor(commands: CommandTable, watcher: UserWatcher) {
    this.commands = commands;
    this.watcher = watcher;
    this.defaultUser = new User(DEFAULT_USER, newSelector(this));
    this.present.set(DEFAULT_USER, this.defaultUser);
    this.configured.set(DEFAULT_USER, this.initialDefault());
    this.defaultUser.become(this.initialDefault());
  }

  /** Whoever connects is the default user from the start. */
  get isOpen(): boolean {
    return this.defaultUser.isOn && this.defaultUser.needsNoPassword;
  }

  /** False while a node that was just started reads the log: it does not know its users yet. */
  get areKnown(): boolean {
    return this.isKnown || this.rebuilt === undefined;
  }

  get size(): number {
    return this.present.size;
  }

  get(name: string): User | undefined {
    return this.present.get(name);
  }

  /** By name. */
  all(): readonly User[] {
    const names = [...this.present.keys()].toSorted();
    return names.map((name) => this.present.get(name) as User);
  }

  /** A new user, who may do nothing, not in the directory yet. */
  blank(name: string): User {
    return new User(name, newSelector(this));
  }

  /** What the log says of all users, by name. */
  allChanges(): readonly UserChange[] {
    return [...this.changes.values()].toSorted((one, other) => (one.name < other.name ? -1 : 1));
  }

  versionOf(name: string): UserVersion | undefined {
    return this.changes.get(name);
  }

  /** A change made here, which holds at once: to be logged. `user` undefined deletes. */
  change(name: string, user: User | undefined): UserChange {
    const version = (this.changes.get(name)?.version ?? 0) + 1;
    const change: UserChange = { name, version, shard: this.shard, user };
    this.learn(change);
    return change;
  }

  /** A change that the log tells, or that another shard made. False if it is older than what is known. */
  learn(change: UserChange): boolean {
    const changes = this.rebuilt ?? this.changes;
    const known = changes.get(change.name);
    if (known !== undefined && !isNewer(change, known)) return false;
    changes.set(change.name, change);
    if (this.rebuilt === undefined) this.settle(change.name);
    else if (change.user === undefined && this.isNews(change)) this.deletedSince.add(change.name);
    return true;
  }

  /** While the log is read from its start: this node did not know it when it began. */
  private isNews(change: UserChange): boolean {
    const known = this.changes.get(change.name);
    return known === undefined || isNewer(change, known);
  }

  /** The log will be read from its start. */
  beginAnew(): void {
    this.rebuilt = new Map();
    this.deletedSince.clear();
  }

  /** The log is read: what it says holds from now on. */
  endReading(): void {
    const { rebuilt } = this;
    if (rebuilt === undefined) return;
    this.rebuilt = undefined;
    this.changes = rebuilt;
    this.endDeleted();
    for (const name of new Set([
      ...this.present.keys(),
      ...rebuilt.keys(),
      ...this.configured.keys(),
    ])) {
      this.settle(name);
    }
    if (this.isKnown) return;
    this.isKnown = true;
    this.watcher.usersKnown();
  }

  /** Users of an ACL file: the default user is among them in any case. */
  withDefault(users: ReadonlyMap<string, User>): ReadonlyMap<string, User> {
    return users.has(DEFAULT_USER)
      ? users
      : new Map([...users, [DEFAULT_USER, this.initialDefault()]]);
  }

  /** The log says just this of a user. */
  hasLogged(name: string, user: User): boolean {
    const logged = this.changes.get(name)?.user;
    return (
      logged !== undefined &&
      describeUser(logged, this.commands) === describeUser(user, this.commands)
    );
  }

  /** Users of the configuration, before anybody connects; `password` is the default user's if it is not among them, none if empty. */
  configure(users: ReadonlyMap<string, User>, password: string): void {
    this.configured = new Map(users);
    if (!users.has(DEFAULT_USER)) {
      this.configured.set(DEFAULT_USER, this.passworded(this.initialDefault(), password));
    }
    for (const [name, user] of this.configured) {
      const present = this.present.get(name) ?? this.blank(name);
      present.become(user);
      this.present.set(name, present);
    }
  }

  /** Other users of the configuration, in place of those before: what anybody may do changes at once. */
  reconfigure(users: ReadonlyMap<string, User>): void {
    const before = this.configured;
    this.configured = new Map(this.withDefault(users));
    for (const name of new Set([...before.keys(), ...this.configured.keys()])) this.settle(name);
  }

  /**
   * requirepass: the password of the configured default user, none if empty. Returns what is to be logged, if the log has said
   * something of the default user before and so decides.
   */
  requirePassword(password: string): User | undefined {
    const configured = this.passworded(this.configured.get(DEFAULT_USER) as User, password);
    this.configured.set(DEFAULT_USER, configured);
    if (!this.changes.has(DEFAULT_USER)) {
      this.settle(DEFAULT_USER);
      return undefined;
    }
    return this.passworded(this.defaultUser, password);
  }

  private passworded(user: User, password: string): User {
    const draft = user.draft();
    applyRule(draft, "resetpass", this);
    applyRule(draft, password === "" ? "nopass" : `>${password}`, this);
    return draft;
  }

  private initialDefault(): User {
    const user = this.blank(DEFAULT_USER);
    for (const rule of ["+@all", "~*", "&*", "on", "nopass"]) applyRule(user, rule, this);
    return user;
  }

  /** Who was deleted while the log was not read has no connection any more, though the user was made anew. */
  private endDeleted(): void {
    for (const name of this.deletedSince) {
      const present = this.present.get(name);
      const isThereAgain = !this.isManaged && this.changes.get(name)?.user !== undefined;
      if (present !== undefined && isThereAgain) this.watcher.userDeleted(present);
    }
    this.deletedSince.clear();
  }

  /** Makes the present user what log and configuration say. */
  private settle(name: string): void {
    const change = this.isManaged ? undefined : this.changes.get(name);
    const wanted = change === undefined ? this.configured.get(name) : change.user;
    const present = this.present.get(name);
    if (wanted === undefined) {
      assert(name !== DEFAULT_USER, "the default user is never deleted");
      if (present === undefined) return;
      this.present.delete(name);
      this.watcher.userDeleted(present);
      return;
    }
    if (present === undefined) {
      const made = this.blank(name);
      made.become(wanted);
      this.present.set(name, made);
      return;
    }
    const before = present.draft();
    present.become(wanted);
    this.watcher.userChanged(present, before);
  }
}

/** Applies rules to a draft. Returns the whole error line of ACL SETUSER, undefined if all went well. */
export function applyRules(
  draft: User,
  rules: readonly string[],
  book: RuleBook,
): string | undefined {
  const joined = joinSelectors(rules);
  if ("openAt" in joined) {
    return `ERR Unmatched parenthesis in acl selector starting at '${rules[joined.openAt] ?? ""}'.`;
  }
  for (const rule of joined.rules) {
    const error = applyRule(draft, rule, book);
    if (error !== undefined) {
      return `ERR Error in ACL SETUSER modifier '${rule}': ${ruleErrors[error]}`;
    }
  }
  return undefined;
}
