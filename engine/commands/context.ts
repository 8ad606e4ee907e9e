// oxlint-disable max-lines -- the lines below say why
/**
 * What a command handler works with: the keyspace behind lazy expiry, the reply, and the record of what it changes.
 * There is one context a node, reused by every request. Handlers change the keyspace only through it, so that no change can
 * miss its record. It is long because every kind of change stands here once, a short method each.
 */
import type { Databases } from "../keyspace/databases.ts";
import { NEVER, type Keyspace } from "../keyspace/keyspace.ts";
import { typeOf, type StringValue, type Value, type ValueTypes } from "../keyspace/value.ts";
import { HashEffects } from "../replication/effects/hash.ts";
import { ListEffects } from "../replication/effects/list.ts";
import { SetEffects } from "../replication/effects/set.ts";
import type { Meter } from "./monitoring/meter.ts";
import { initialSwitches, type DebugSwitches } from "./debugging/switches.ts";
import type { Settings } from "../settings/settings.ts";
import { HyperLogLogEffects } from "../replication/effects/hyperLogLog.ts";
import { StreamEffects } from "../replication/effects/stream.ts";
import { ZsetEffects } from "../replication/effects/zset.ts";
import { RecordWriter } from "../replication/record.ts";
import { Dumper } from "../snapshot/dump.ts";
import { errors, oneLine, printed } from "../resp/replies.ts";
import type { AccessLog } from "../access/accessLog.ts";
import type { LoginBrake } from "../access/loginBrake.ts";
import type { UserDirectory } from "../access/userDirectory.ts";
import type { Switchboard } from "../pubsub/switchboard.ts";
import { ReplyWriter } from "../resp/replyWriter.ts";
import type { BlockRequest } from "./blocking.ts";
import type { Answered, Messages } from "./messages.ts";
import type { Eviction } from "./eviction.ts";
import type { KeyCopier } from "./keyCopier.ts";
import { feedMonitors } from "./monitor.ts";
import { notice, type NoticeClass } from "./notices.ts";
import { runTracked } from "./runTracked.ts";
import { Saves } from "./saves.ts";
import type { ServerFacts } from "./serverFacts.ts";
import { Scripting } from "./scripting.ts";
import { Session } from "./session.ts";
import type { CommandSpec, CommandTable } from "./spec.ts";
import type { Statistics } from "./statistics.ts";
import type { ClientTracking } from "../tracking/clientTracking.ts";

/** Deadlines beyond this are kept as this: the record holds 53 bits (the year 287396). */
const LATEST_DEADLINE_UNIX_MS: number = Number.MAX_SAFE_INTEGER;

/** What lives as long as the node. */
export interface ContextParts {
  readonly databases: Databases;
  readonly server: ServerFacts;
  readonly settings: Settings;
  readonly random: () => number;
  readonly statistics: Statistics;
  readonly meter: Meter;
  readonly eviction: Eviction;
  readonly commands: CommandTable;
  readonly switchboard: Switchboard<Session>;
  readonly messages: Messages;
  readonly users: UserDirectory;
  readonly accessLog: AccessLog;
  readonly logins: LoginBrake;
  readonly tracking: ClientTracking;
}

/** The key holds another type than asked for, which was answered. */
export const WRONG_TYPE: unique symbol = Symbol("wrong type");

export class CommandContext implements Answered {
  readonly databases: Databases;
  /** The database of the session. */
  keyspace: Keyspace;
  readonly server: ServerFacts;
  readonly settings: Settings;
  readonly random: () => number;
  readonly statistics: Statistics;
  readonly meter: Meter;
  readonly eviction: Eviction;
  readonly commands: CommandTable;
  readonly switchboard: Switchboard<Session>;
  readonly messages: Messages;
  readonly users: UserDirectory;
  readonly accessLog: AccessLog;
  readonly logins: LoginBrake;
  readonly tracking: ClientTracking;
  readonly saves: Saves = new Saves();
  /** Of the scripts that are debugged on a copy of this data. */
  readonly copiers: KeyCopier[] = [];
  reply: ReplyWriter = new ReplyWriter();
  record: RecordWriter = new RecordWriter();
  readonly dumper: Dumper = new Dumper();
  /** Changes of HyperLogLogs. */
  readonly hyperLogLogs: HyperLogLogEffects = new HyperLogLogEffects(this);
  /** Changes of streams. */
  readonly streams: StreamEffects = new StreamEffects(this);
  readonly hashes: HashEffects = new HashEffects(this);
  readonly sets: SetEffects = new SetEffects(this);
  /** Changes of sorted sets. */
  readonly zsets: ZsetEffects = new ZsetEffects(this);
  session: Session = new Session(0, "", 0);
  /** A request of the session is under way. */
  isRunning = false;
  /** The shard's time. */
  unixUs = 0;
  unixMs = 0;
  /** What has a deadline before this has expired: the time at which the request began, for a script finds no key gone that it has just seen. */
  expiryUnixMs = 0;
  /** On a primary a key whose deadline has passed is deleted when touched; a replica waits for the logged deletion. */
  isPrimary = true;
  /** Set by a command that found nothing and waits for a key. */
  blocked: BlockRequest | undefined = undefined;
  /** A command of a script runs. */
  isScript = false;
  /** A transaction or a script runs: its commands cannot wait. */
  isExecuting = false;
  /** The command of a client that waits runs once more because a key has changed; see blocking.ts. */
  isRetry = false;
  /** The key that has changed then: Redis serves a client from this key alone, whatever the others hold. */
  readyKey = "";
  /** Names (`trackedName`) of the keys that this request changed, in order. */
  changed: string[] = [];
  changedAll = false;
  changedUsers = false;
  waitsForNewest = false;
  close = false;
  /** min-replicas-to-write, 0 if it is not to be looked at. */
  leastReplicas = 0;
  /** Microseconds for which the node is to answer nobody from now on. */
  sleepUs = 0;
  /** The shard has fewer replicas than min-replicas-to-write asks for. */
  get lacksReplicas(): boolean {
    return this.leastReplicas > 0 && this.leastReplicas > this.server.replicas.length;
  }

  readonly switches: DebugSwitches = initialSwitches();
  /** Errors written for this request. */
  errorCount = 0;
  /** Keys are looked up to be read: hits and misses are counted, misses told. */
  looksToRead = false;
  /** The command that runs. */
  commandName = "";
  readonly lists: ListEffects = new ListEffects(this);
  readonly scripting: Scripting = new Scripting(this);
  /** Names (`trackedName`) of the keys that the commands of scripts named, declared or not. */
  scriptKeys: Set<string> = new Set();
  /** The script of the present request has paused: the request ends in a later step. */
  isSuspended = false;
  /** What is to be done when the script has ended, innermost first. */
  private continuations: (() => void)[] = [];
  /** What the reply holds beyond this is dropped if the client asked for no answers. */
  mutedFrom = 0;
  private refusedPayloads: string[] = [];

  constructor(parts: ContextParts) {
    this.databases = parts.databases;
    this.keyspace = parts.databases.get(0);
    this.server = parts.server;
    this.settings = parts.settings;
    this.random = parts.random;
    this.statistics = parts.statistics;
    this.meter = parts.meter;
    this.eviction = parts.eviction;
    this.commands = parts.commands;
    this.switchboard = parts.switchboard;
    this.messages = parts.messages;
    this.users = parts.users;
    this.accessLog = parts.accessLog;
    this.logins = parts.logins;
    this.tracking = parts.tracking;
  }

  begin(session: Session, unixUs: number, isPrimary: boolean): void {
    this.session = session;
    this.tracking.answered = session;
    this.isRunning = true;
    this.mutedFrom = 0;
    this.messages.begin(this);
    this.reply.version = session.respVersion;
    this.setTime(unixUs);
    this.expiryUnixMs = this.unixMs;
    this.isPrimary = isPrimary;
    this.select(session.database);
    this.blocked = undefined;
    this.isRetry = false;
    if (this.changed.length > 0) this.changed = [];
    if (this.scriptKeys.size > 0) this.scriptKeys = new Set();
    this.changedAll = false;
    this.changedUsers = false;
    this.waitsForNewest = false;
    this.close = false;
    this.sleepUs = 0;
    this.errorCount = 0;
    this.heedMade();
  }

  /** The shard's time. */
  setTime(unixUs: number): void {
    this.unixUs = unixUs;
    this.unixMs = Math.floor(unixUs / 1000);
    this.databases.usage.unixSeconds = Math.floor(unixUs / 1_000_000);
  }

  /** Keys that are made while a request runs are told of if somebody asks for it, who may do so in the same transaction. */
  heedMade(): void {
    const isWanted = this.isRunning && this.messages.wants(notice.new);
    this.databases.events.made = isWanted ? this.tellMade : undefined;
  }

  /** The request is over: what a replica applies is told by nobody. */
  end(): void {
    this.isRunning = false;
    this.databases.events.made = undefined;
    this.databases.events.replacedKey = undefined;
    this.tracking.answered = undefined;
  }

  /** Turns to another database, for this request. */
  select(database: number): void {
    this.keyspace = this.databases.get(database);
    this.record.database = database;
  }

  /** Begins something that no client asked for. */
  beginAlone(unixUs: number): void {
    this.begin(NOBODY, unixUs, true);
    this.tracking.answered = undefined;
    this.messages.begin(undefined);
  }

  /** Runs one command whose arity was checked, counts it and shows it to who watches. */
  call(spec: CommandSpec, argv: readonly string[]): void {
    const { meter } = this;
    // What EXEC runs fails by itself: EXEC does not.
    const errorsOfCaller = this.errorCount;
    this.errorCount = 0;
    const startUs = (this.isExecuting ? meter.figures.stopwatchUs() : meter.began()) + this.sleepUs;
    if (spec.isKeyspaceWide) this.waitsForNewest = true;
    this.looksToRead = spec.isReadonly || spec.readsSources;
    this.commandName = spec.name;
    this.databases.events.replacedKey = undefined;
    const wasMuted = this.session.isMuted;
    if (this.copiers.length > 0) this.copyBefore(spec, argv);
    runTracked(this, spec, argv);
    if (this.isSuspended) {
      this.afterScript(() => this.called(spec, argv, startUs, wasMuted, errorsOfCaller));
    } else {
      this.called(spec, argv, startUs, wasMuted, errorsOfCaller);
    }
  }

  /** What a command may change stays as it is for scripts that are debugged on a copy. */
  private copyBefore(spec: CommandSpec, argv: readonly string[]): void {
    if (spec.isWrite) for (const copier of this.copiers) copier.copyNamed(spec, argv);
  }

  /** A command has ended. */
  // oxlint-disable-next-line max-params -- on the path of every request: no object is made for it
  private called(
    spec: CommandSpec,
    argv: readonly string[],
    startUs: number,
    wasMuted: boolean,
    errorsOfCaller: number,
  ): void {
    const { meter, statistics } = this;
    // A node that sleeps does so when its step is over: the time counts as if it had slept here.
    const durationUs = Math.floor(meter.ended() + this.sleepUs - startUs);
    if (this.session.isMuted) {
      if (wasMuted) this.dropMuted();
      this.mutedFrom = this.reply.lengthBytes;
    }
    statistics.commandsProcessed++;
    const count = statistics.commandCount(spec.name);
    count.calls++;
    count.microseconds += durationUs;
    meter.workUs += durationUs;
    if (this.errorCount > 0) count.failed++;
    this.errorCount = errorsOfCaller;
    if (this.switchboard.monitors.size > 0) feedMonitors(this, spec, argv);
    if (this.blocked !== undefined) return;
    if (!meter.count(count, durationUs)) return;
    const { session, unixUs } = this;
    meter.called({ spec, argv, session, unixUs, durationUs });
  }

  /** What a command still has to do that has run a script which has paused. */
  afterScript(run: () => void): void {
    this.continuations.push(run);
  }

  /** The script that has paused goes on, and when it has ended what waits for it. */
  goOn(): void {
    const waiting = this.continuations;
    this.continuations = [];
    this.scripting.runner.goOn();
    for (let index = 0; index < waiting.length; index++) {
      if (this.isSuspended) {
        this.continuations.push(...waiting.slice(index));
        return;
      }
      waiting[index]?.();
    }
  }

  /** The script that has paused never goes on, nor does what waits for it. */
  dropScript(): void {
    this.continuations = [];
    this.scripting.runner.forget();
  }

  /**
   * Runs the command of a client that waits once more: it was counted, and shown to who watches, when it began to wait. Only
   * how long it took and its failure are news.
   */
  callAgain(spec: CommandSpec, argv: readonly string[], readyKey: string): void {
    const { meter, session, unixUs } = this;
    const errorsBefore = this.errorCount;
    const startUs = meter.figures.stopwatchUs();
    this.isRetry = true;
    this.readyKey = readyKey;
    this.looksToRead = false;
    this.commandName = spec.name;
    if (this.copiers.length > 0) this.copyBefore(spec, argv);
    runTracked(this, spec, argv);
    const durationUs = Math.floor(meter.figures.stopwatchUs() - startUs);
    const count = this.statistics.commandCount(spec.name);
    count.microseconds += durationUs;
    meter.workUs += durationUs;
    if (this.errorCount > errorsBefore) count.failed++;
    if (this.blocked !== undefined) return;
    meter.event("command-unblocking", durationUs, unixUs);
    if (meter.count(count, durationUs)) meter.called({ spec, argv, session, unixUs, durationUs });
  }

  /** Drops what was written for a client that asked for no answers, pushes apart. */
  dropMuted(): void {
    this.reply.truncate(this.mutedFrom);
  }

  /** Answers an error line with its code. */
  fail(error: string): void {
    this.errorCount++;
    this.statistics.countError(error);
    this.reply.error(error);
  }

  /** Answers an error that was counted when it arose in a script. */
  failAgain(error: string): void {
    this.errorCount++;
    this.reply.error(error);
  }

  /** Answers an error that quotes a client's word the way C prints it: up to a zero byte, on one line. */
  failQuoting(before: string, word: string, behind: string = ""): void {
    this.fail(oneLine(before + printed(word, Infinity) + behind));
  }

  /** Answers that a container has no such subcommand, or not with so many words. */
  failSubcommand(argv: readonly string[]): void {
    const word = printed(argv[1] ?? "", 128);
    const container = (argv[0] ?? "").toUpperCase();
    this.fail(
      oneLine(
        `ERR unknown subcommand or wrong number of arguments for '${word}'. Try ${container} HELP.`,
      ),
    );
  }

  ok(): void {
    this.reply.simple("OK");
  }

  /** The value of a key. A key that has expired is deleted first, which is logged. */
  value(key: string): Value | undefined {
    return this.found(key, this.keyspace.use(key));
  }

  /** The same from the side: the key does not count as used. */
  glance(key: string): Value | undefined {
    return this.found(key, this.keyspace.get(key));
  }

  private found(key: string, value: Value | undefined): Value | undefined {
    const isThere = value !== undefined && !this.isExpired(key);
    if (this.looksToRead) this.statistics.countLookup(isThere);
    if (isThere) return value;
    if (value !== undefined) this.expireKey(key);
    if (this.looksToRead && this.messages.wants(notice.keyMiss)) this.tellMiss(key);
    return undefined;
  }

  /** OBJECT looks at keys from the side. */
  private tellMiss(key: string): void {
    if (!this.commandName.startsWith("object|")) this.notify(notice.keyMiss, "keymiss", key);
  }

  private readonly tellMade = (database: number, key: string): void => {
    if (key === this.databases.events.replacedKey) return;
    this.messages.notice(notice.new, "new", database, key);
  };

  /** The deadline has passed and this node may act on it. */
  isExpired(key: string): boolean {
    return this.isPrimary && this.keyspace.deadlineOf(key) < this.expiryUnixMs;
  }

  /** For a key that is about to hold another value, whatever it held: what has expired there is deleted first, and told of. */
  expireDue(key: string): void {
    if (this.keyspace.use(key) !== undefined && this.isExpired(key)) this.expireKey(key);
  }

  /** Deletes a key because its deadline has passed; a read leaves it where CLIENT PAUSE lets the data stand still. */
  expireKey(key: string): void {
    if (this.looksToRead && this.server.isPaused) return;
    this.tracking.isUnasked = true;
    this.statistics.expiredKeys++;
    this.delete(key);
    this.notify(notice.expired, "expired", key);
    this.tracking.isUnasked = false;
  }

  /** The value of a key that must hold this type, undefined if absent. -WRONGTYPE is answered if it holds another. */
  typed<T extends keyof ValueTypes>(
    key: string,
    type: T,
  ): ValueTypes[T] | undefined | typeof WRONG_TYPE {
    const value = this.value(key);
    if (value === undefined) return undefined;
    if (typeOf(value) === type) return value as ValueTypes[T];
    this.fail(errors.wrongType);
    return WRONG_TYPE;
  }

  /** Unix milliseconds, NEVER if the key has no deadline or is absent. */
  deadlineOf(key: string): number {
    return this.keyspace.deadlineOf(key);
  }

  /** A key's change, for who waits for it and for the replies that must. */
  noteChanged(key: string): void {
    const name = trackedName(this.keyspace.database, key);
    // A list that grows makes room for some twenty at once.
    if (this.changed.length === 0) this.changed = [name];
    else this.changed.push(name);
  }

  /** The libraries of functions are read: the reply waits until their changes are durable. */
  noteLibraries(): void {
    this.scriptKeys.add(LIBRARIES);
  }

  /** A key that a script reads or writes, declared or not. */
  noteTouched(key: string): void {
    this.scriptKeys.add(trackedName(this.keyspace.database, key));
  }

  /** Tells subscribers of keyspace notifications, if they are on, once the change is durable. */
  notify(noticeClass: NoticeClass, event: string, key: string): void {
    this.messages.notice(noticeClass, event, this.keyspace.database, key);
  }

  /** Tells subscribers, those of other nodes too. Returns how many messages that are on this node. */
  publish(channel: string, message: string, isSharded: boolean): number {
    return this.messages.say(channel, message, isSharded);
  }

  /** Writes a push of words into the reply. */
  push(words: readonly string[]): void {
    this.pushed((reply) => {
      reply.push(words.length);
      for (const word of words) reply.bulk(word);
    });
  }

  /** Writes a push of an event, its topic and a number into the reply. */
  pushCount(event: string, topic: string | undefined, count: number): void {
    this.pushed((reply) => {
      reply.push(3);
      reply.bulk(event);
      reply.bulkOrNull(topic);
      reply.integer(count);
    });
  }

  /** Pushes are sent also to a client that asked for no answers. */
  private pushed(write: (reply: ReplyWriter) => void): void {
    const { isMuted } = this.session;
    if (isMuted) this.dropMuted();
    write(this.reply);
    if (isMuted) this.mutedFrom = this.reply.lengthBytes;
  }

  /** Waits for one of the keys; see blocking.ts. Inside a transaction nothing waits. */
  block(request: BlockRequest): void {
    if (!this.isExecuting) this.blocked = request;
    else if (request.refusal === "null") this.reply.null();
    else this.reply.nullArray();
  }

  set(key: string, value: StringValue, expireAtUnixMs: number): void {
    const deadline = clampDeadline(expireAtUnixMs);
    this.keyspace.set(key, value, deadline);
    this.record.set(key, value, deadline);
    this.noteChanged(key);
  }

  append(key: string, suffix: string): number {
    this.record.append(key, suffix);
    this.noteChanged(key);
    return this.keyspace.append(key, suffix);
  }

  setRange(key: string, offset: number, bytes: string): number {
    this.record.setRange(key, offset, bytes);
    this.noteChanged(key);
    return this.keyspace.setRange(key, offset, bytes);
  }

  /**
   * Holds the string of a key as one that is changed in place. Redis does so before it knows whether there is something to
   * change, and OBJECT ENCODING tells it. No change for who watches the key.
   */
  unshare(key: string): void {
    this.record.unshare(key);
    this.noteChanged(key);
    this.keyspace.changeable(key);
  }

  /** A payload of DUMP makes no sense: the host's log says why. */
  refusePayload(why: string): void {
    this.refusedPayloads.push(why);
  }

  /** Why payloads were refused since this was asked last. */
  takeRefusedPayloads(): readonly string[] {
    const { refusedPayloads } = this;
    if (refusedPayloads.length > 0) this.refusedPayloads = [];
    return refusedPayloads;
  }

  /** Gives a key the value of a payload of DUMP. */
  restore(key: string, value: Value, payload: Uint8Array, expireAtUnixMs: number): void {
    const deadline = clampDeadline(expireAtUnixMs);
    this.keyspace.replace(key, value, deadline);
    this.record.restore(key, payload, deadline);
    this.noteChanged(key);
  }

  /** NEVER takes the deadline away. */
  expire(key: string, expireAtUnixMs: number): void {
    const deadline = clampDeadline(expireAtUnixMs);
    this.keyspace.expire(key, deadline);
    this.record.expire(key, deadline);
    this.noteChanged(key);
  }

  /** False if the key was absent. */
  delete(key: string): boolean {
    if (!this.keyspace.delete(key)) return false;
    this.record.delete(key);
    this.noteChanged(key);
    return true;
  }

  /** Deletes a key that gets another value in the same command: it is no new key then, and wakes nobody. False if it was absent. */
  deleteToReplace(key: string): boolean {
    const { events } = this.databases;
    events.replacedKey = undefined;
    if (!this.delete(key)) return false;
    events.replacedKey = key;
    return true;
  }

  rename(from: string, to: string): void {
    this.keyspace.rename(from, to);
    this.record.rename(from, to);
    this.noteChanged(from);
    this.noteChanged(to);
  }

  copy(from: string, to: string): void {
    this.keyspace.copy(from, to);
    this.record.copy(from, to);
    this.noteChanged(to);
  }

  /** Exchanges all keys of two databases. */
  swapDatabases(first: number, second: number): void {
    this.record.swap(first, second);
    this.databases.swap(first, second, this.expiryUnixMs);
    this.changedAll = true;
  }

  /** Removes every key of every database. */
  flush(): void {
    if (this.databases.size > 0) this.record.flush();
    this.databases.flush();
    this.changedAll = true;
  }

  /** Adds a library of functions, or replaces it. */
  putLibrary(name: string, code: string): void {
    this.databases.libraries.put(name, code);
    this.record.library(name, code);
    this.changed.push(LIBRARIES);
  }

  /** False if there is no such library. */
  dropLibrary(name: string): boolean {
    if (!this.databases.libraries.drop(name)) return false;
    this.record.dropLibrary(name);
    this.changed.push(LIBRARIES);
    return true;
  }

  dropLibraries(): void {
    if (this.databases.libraries.entries.size === 0) return;
    this.databases.libraries.clear();
    this.record.dropLibraries();
    this.changed.push(LIBRARIES);
  }

  /** Removes every key of the session's database. */
  flushDatabase(): void {
    if (this.keyspace.size > 0) this.record.flushDatabase();
    this.databases.flushOne(this.keyspace);
    this.changedAll = true;
  }
}

/** What the tracker calls all libraries together: no key can be called so, since keys are bytes. */
const LIBRARIES = "\u0100libraries";

/** Stands where no client is answered. */
export const NOBODY: Session = new Session(0, "", 0);

/** What the tracker calls a key: the bare key in database 0, which is all that a cluster has. */
export function trackedName(database: number, key: string): string {
  return database === 0 ? key : `${database}:${key}`;
}

function clampDeadline(expireAtUnixMs: number): number {
  return expireAtUnixMs === NEVER ? NEVER : Math.min(expireAtUnixMs, LATEST_DEADLINE_UNIX_MS);
}
