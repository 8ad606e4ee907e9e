/**
 * The seam between node.ts and the commands: one request in, its reply and its record out. All that a request passes (who asks, may he,
 * is it queued, does it pause, what is counted) stands here in its order.
 */
import { must } from "../assert.ts";
import type { HostFigures } from "../contract.ts";
import { Databases } from "../keyspace/databases.ts";
import { NEVER } from "../keyspace/keyspace.ts";
import { AccessLog } from "../access/accessLog.ts";
import { LoginBrake } from "../access/loginBrake.ts";
import { denialOf, noPermission } from "../access/permission.ts";
import type { UserChange } from "../access/userRecord.ts";
import { UserDirectory } from "../access/userDirectory.ts";
import { Switchboard } from "../pubsub/switchboard.ts";
import type { LatencyHistogram } from "../structures/latencyHistogram.ts";
import { defaultRequestLimits, type RequestLimits } from "../resp/decoder.ts";
import { oneLine } from "../resp/replies.ts";
import { Settings } from "../settings/settings.ts";
import { clientsLimitBytes } from "./clientMemory.ts";
import { CommandContext, NOBODY } from "./context.ts";
import type { Declared } from "./declared.ts";
import { Eviction } from "./eviction.ts";
import { emptyExecution, type Execution, type MutableExecution, NO_KEYS } from "./execution.ts";
import { type Announcement, Messages, type Push } from "./messages.ts";
import { cloudWatchMetrics, type Metric } from "./info/cloudWatch.ts";
import { feedMonitors } from "./monitor.ts";
import { parseNoticeClasses } from "./notices.ts";
import { KeyCopier } from "./keyCopier.ts";
import { Meter } from "./monitoring/meter.ts";
import { noFigures } from "./monitoring/noFigures.ts";
import { isWebRequest, refusalOf, unknownCommand } from "./refusalOf.ts";
import { noteDenial } from "./refusals.ts";
import type { LoggedLine } from "./scriptRunner.ts";
import { type ServerFacts, withoutDeeds } from "./serverFacts.ts";
import { watcherOf } from "./userChanges.ts";
import type { Session } from "./session.ts";
import type { CommandSpec, CommandTable } from "./spec.ts";
import { Statistics } from "./statistics.ts";
import { restore, suspend, type Suspension } from "./suspension.ts";
import { commandTable } from "./table.ts";
import { keysOfTransaction, touchedBy } from "./touchedKeys.ts";
import { ClientTracking } from "../tracking/clientTracking.ts";

/** What runs once more for a client that waits. */
export interface Repetition {
  readonly spec: CommandSpec;
  readonly argv: readonly string[];
  /** The key that has changed. */
  readonly readyKey: string;
}

/** The engine room behind the commands; one a database node. */
export class Executor {
  readonly statistics: Statistics = new Statistics();
  readonly settings: Settings = new Settings();
  readonly switchboard: Switchboard<Session> = new Switchboard<Session>();
  readonly messages: Messages = new Messages(this.switchboard);
  readonly users: UserDirectory;
  readonly accessLog: AccessLog = new AccessLog(this.settings);
  readonly logins: LoginBrake = new LoginBrake();
  readonly meter: Meter;
  readonly eviction: Eviction;
  readonly commands: CommandTable;
  readonly tracking: ClientTracking;
  /** maxmemory-clients in bytes; 0: no limit. */
  mostClientsBytes = 0;
  /** Of every client's requests. */
  readonly requestLimits: RequestLimits = { ...defaultRequestLimits };
  private readonly context: CommandContext;
  /** The request whose script has paused. */
  private suspension: Suspension | undefined = undefined;
  private readonly result: MutableExecution = emptyExecution();

  /** `random` draws numbers in [0, 1); it decides nothing that is not logged. `commands` are those that clients have. */
  // oxlint-disable-next-line max-params -- what differs from node to node
  constructor(
    databases: Databases,
    server: ServerFacts,
    random: () => number,
    figures: HostFigures = noFigures,
    commands: CommandTable = commandTable,
  ) {
    this.commands = commands;
    const { accessLog, statistics, settings, switchboard, messages } = this;
    const users = new UserDirectory(
      commandTable,
      watcherOf(() => this.context),
    );
    this.users = users;
    settings.drive(databases.limits);
    this.meter = new Meter(settings, figures);
    this.eviction = new Eviction(databases, settings, figures);
    this.tracking = new ClientTracking(databases.limits.hash, random, (clientId) =>
      server.sessionOf(clientId),
    );
    this.context = new CommandContext({
      tracking: this.tracking,
      databases,
      server,
      settings,
      random,
      statistics,
      meter: this.meter,
      eviction: this.eviction,
      commands,
      switchboard,
      messages,
      users,
      accessLog,
      logins: this.logins,
    });
    databases.events.changed = this.tracking.changed;
    databases.events.changedAll = this.tracking.changedAll;
    databases.usage.random = random;
    this.followSettings();
  }

  /**
   * Runs one request, or queues it in an open MULTI, or answers that it is unknown (`spec` undefined) or has too few words.
   * `unixUs` is the shard's time. On a replica (`isPrimary` false) nothing expires and the caller lets no write through.
   */
  execute(
    session: Session,
    argv: readonly string[],
    spec: CommandSpec | undefined,
    unixUs: number,
    isPrimary: boolean,
  ): Execution {
    const { context } = this;
    context.begin(session, unixUs, isPrimary);
    session.lastCommandUnixUs = unixUs;
    if (spec !== undefined) session.lastCommandName = spec.name;
    if (spec === undefined) {
      if (isWebRequest(argv)) context.close = true;
      else this.rejectRequest(spec, unknownCommand(this.commands, argv), argv);
      return this.finish(NO_KEYS);
    }
    const error = refusalOf(session, spec, argv, this.settings);
    if (error !== undefined) {
      const denial = error.startsWith("NOPERM ") ? denialOf(session.user, spec, argv) : undefined;
      if (denial !== undefined) noteDenial(context, spec, argv, denial);
      this.rejectRequest(spec, error, argv);
      return this.finish(NO_KEYS);
    }
    if (session.isInTransaction && !spec.runsInsideMulti) {
      this.enqueue(spec, argv);
      return this.finish(NO_KEYS);
    }
    const touched =
      spec.name === "exec" ? keysOfTransaction(session) : touchedBy(session, spec, argv);
    context.call(spec, argv);
    return context.isSuspended ? this.putAside(touched) : this.finish(touched);
  }

  private putAside(touched: readonly string[]): Execution {
    const { context, result } = this;
    this.suspension = suspend(context, touched);
    context.end();
    context.begin(NOBODY, context.unixUs, true);
    result.isSuspended = true;
    return result;
  }

  /**
   * The request whose script has paused goes on, to its end or to its next pause. `unixUs` is the shard's time, which the script learns by
   * TIME and from which EXPIRE counts. What expires meanwhile is there until it has ended, save where it is debugged.
   */
  goOn(unixUs: number): Execution {
    const { context } = this;
    const suspension = must(this.suspension, "a script that has paused");
    this.suspension = undefined;
    restore(context, suspension, unixUs);
    if (context.scripting.runner.debugger !== undefined) context.expiryUnixMs = context.unixMs;
    context.goOn();
    if (context.isSuspended) return this.putAside(suspension.touched);
    return this.finish(suspension.touched);
  }

  /** A script stands still until its client tells its debugger how it goes on. */
  get awaitsDebugger(): boolean {
    return this.context.scripting.runner.isWaiting;
  }

  /** What the debugger of a script says to its client since this was asked last. */
  takeDebuggerOutput(): Uint8Array {
    return this.context.scripting.runner.takeDebuggerOutput();
  }

  /** A script that is debugged runs to its end without another stop. */
  detachDebugger(): void {
    this.context.scripting.runner.debugger?.detach();
  }

  /**
   * An executor for a request whose changes are thrown away: it has the settings of this one and a keyspace of its own, into which keys are
   * copied before they change here, or when its script uses them. Its commands are counted, shown and told nowhere, save by redis.log. `endFork`
   * is to follow.
   */
  fork(session: Session, spec: CommandSpec, argv: readonly string[]): Executor {
    const { context, statistics } = this;
    const { random } = context;
    const databases = new Databases(context.databases.limits.hash);
    const server = withoutDeeds(context.server);
    const fork = new Executor(databases, server, random, this.meter.figures, this.commands);
    fork.settings.takeFrom(this.settings);
    const copier = new KeyCopier(context.databases, databases);
    const { runner } = fork.context.scripting;
    runner.keyCopier = copier;
    runner.loggedBy = context.scripting.runner;
    context.copiers.push(copier);
    const requests = spec.name === "exec" ? session.queue : [{ spec, argv }];
    for (const one of requests) copier.copyFor(one.spec, one.argv);
    statistics.commandsProcessed++;
    statistics.commandCount(spec.name).calls++;
    return fork;
  }

  /** What `fork` has returned is used no more. */
  endFork(fork: Executor): void {
    const { copiers } = this.context;
    const place = copiers.findIndex((one) => one === fork.context.scripting.runner.keyCopier);
    if (place >= 0) copiers.splice(place, 1);
  }

  /** The request whose script has paused has changed the keyspace, which no log knows yet. */
  get hasUnloggedChanges(): boolean {
    return this.suspension?.context.record.isEmpty === false;
  }

  /** Forgets the request whose script has paused, and answers its client with an error; what it has changed stays in memory. */
  dropScript(error: string): Execution {
    const { session } = must(this.suspension, "a script that has paused").context;
    this.suspension = undefined;
    const isDebugged = this.context.scripting.runner.debugger !== undefined;
    this.context.dropScript();
    const execution = this.failBlocked(session, error);
    this.result.close = isDebugged;
    return execution;
  }

  /**
   * Answers a request that node.ts does not let run with an error line ("MOVED 866 10.0.0.1:6379", "CLUSTERDOWN …").
   * An open transaction is broken by it, and ended if the request was EXEC. `spec` may be undefined (unknown command).
   */
  refuse(session: Session, spec: CommandSpec | undefined, error: string): Execution {
    this.context.begin(session, session.lastCommandUnixUs, true);
    if (spec?.name === "exec") session.discardTransaction();
    else session.breakTransaction();
    if (spec !== undefined) this.statistics.commandCount(spec.name).rejected++;
    this.context.fail(error);
    return this.finish(NO_KEYS);
  }

  /**
   * Answers a request that does not run for the state of the node, if nothing else speaks against it: there is no memory left, or a
   * script is busy. An open transaction is broken by it, and ended if the request was EXEC.
   */
  reject(session: Session, spec: CommandSpec, argv: readonly string[], error: string): Execution {
    this.context.begin(session, session.lastCommandUnixUs, true);
    this.rejectRequest(spec, error, argv);
    return this.finish(NO_KEYS);
  }

  /** Commands that write are to be refused: the shard has too few replicas. */
  get lacksReplicas(): boolean {
    return this.context.lacksReplicas;
  }

  /** What scripts have said by redis.log since this was asked last. */
  takeLines(): readonly LoggedLine[] {
    return this.context.scripting.runner.takeLines();
  }

  /** Why RESTORE has refused payloads since this was asked last. */
  takeRefusedPayloads(): readonly string[] {
    return this.context.takeRefusedPayloads();
  }

  /** Loops and calls that scripts have made so far. */
  get scriptLoops(): number {
    return this.context.scripting.runner.loops;
  }

  /** What INFO memorydb tells: calls `visit` with each metric and its value. `nowUnixUs` is the wall clock. */
  forEachMetric(
    nowUnixUs: number,
    visit: (metric: Metric, value: number | LatencyHistogram) => void,
  ): void {
    for (const metric of cloudWatchMetrics) visit(metric, metric.read(this.context, nowUnixUs));
  }

  /** What other clients are answered while a script is busy. */
  get busyError(): string {
    return this.context.scripting.runner.busyError;
  }

  /** Runs the command of a client that waits once more, because one of its keys has changed. It may go on waiting. */
  retry(session: Session, again: Repetition, unixUs: number, isPrimary: boolean): Execution {
    const { context } = this;
    context.begin(session, unixUs, isPrimary);
    const denial = denialOf(session.user, again.spec, again.argv);
    if (denial === undefined) {
      context.callAgain(again.spec, again.argv, again.readyKey);
    } else {
      noteDenial(context, again.spec, again.argv, denial);
      context.fail(noPermission(denial, again.spec));
    }
    return this.finish(touchedBy(session, again.spec, again.argv));
  }

  /** Answers a client that waits that its time has run out: with a null array, or with an integer. */
  timeOut(
    session: Session,
    spec: CommandSpec,
    argv: readonly string[],
    late: number | undefined,
  ): Execution {
    this.context.begin(session, session.lastCommandUnixUs, true);
    if (late === undefined) this.context.reply.nullArray();
    else this.context.reply.integer(late);
    return this.finish(touchedBy(session, spec, argv));
  }

  /** Answers a client that waits with an error: its command was never executed. */
  failBlocked(session: Session, error: string): Execution {
    this.context.begin(session, session.lastCommandUnixUs, true);
    this.context.fail(error);
    return this.finish(NO_KEYS);
  }

  /** Answers a stream that cannot be read on (RequestDecoder.failure) and closes it. */
  protocolError(session: Session): Execution {
    this.context.begin(session, session.lastCommandUnixUs, true);
    const failure = session.decoder.failure ?? "";
    if (failure !== "") this.context.fail(oneLine(`ERR Protocol error: ${failure}`));
    this.context.close = true;
    return this.finish(NO_KEYS);
  }

  /** Hands what another node says to this node's subscribers. No reply. */
  deliver(announcement: Announcement): readonly Push[] {
    const { messages } = this;
    messages.begin(undefined);
    messages.hear(announcement);
    return messages.pushes;
  }

  /** Changes of users that another shard has logged: those that are newer than what is known hold from now on. No reply. */
  learnUsers(changes: readonly UserChange[], unixUs: number): Execution {
    const { context, users } = this;
    context.beginAlone(unixUs);
    for (const change of changes) {
      if (users.learn(change)) context.record.user(change, users.commands);
    }
    return this.finishWithoutSession(NO_KEYS);
  }

  /** A connection is gone. */
  forget(session: Session): void {
    session.dispose();
    this.switchboard.forget(session);
    this.tracking.disable(session);
  }

  /** DEBUG PAUSE-CRON: a node that is to end does not begin to. */
  get isCronPaused(): boolean {
    return this.context.switches.pausesCron;
  }

  /** Active expiry on a primary: deletes up to `limit` keys whose deadline has passed. No reply. */
  expireDue(unixMs: number, limit: number): Execution {
    const { context } = this;
    context.beginAlone(unixMs * 1000);
    const startUs = this.meter.figures.stopwatchUs();
    let left = context.switches.expiresActively ? limit : 0;
    for (const keyspace of context.databases.used) {
      if (keyspace.nextExpiryUnixMs === NEVER) continue;
      context.select(keyspace.database);
      for (; left > 0; left--) {
        const key = keyspace.nextExpiring;
        if (key === undefined || !context.isExpired(key)) break;
        context.expireKey(key);
      }
    }
    const durationUs = Math.floor(this.meter.figures.stopwatchUs() - startUs);
    this.statistics.expiryUs += durationUs;
    this.meter.event("expire-cycle", durationUs, context.unixUs);
    return this.finishWithoutSession(NO_KEYS);
  }

  /** maxmemory on a primary: evicts a piece of what does not fit; `eviction` tells how far that went. No reply. */
  evict(unixUs: number): Execution {
    this.context.beginAlone(unixUs);
    this.eviction.run(this.context);
    return this.finishWithoutSession(NO_KEYS);
  }

  /** What the script of a request declares of itself. */
  declaredBy(spec: CommandSpec, argv: readonly string[]): Declared {
    return spec.row.group === "scripting" ? this.context.scripting.flagsOf(spec, argv) : undefined;
  }

  private followSettings(): void {
    const { messages, settings } = this;
    const { usage } = this.context.databases;
    settings.follow("client-query-buffer-limit", (text) => {
      this.requestLimits.queryBufferBytes = Number(text);
    });
    settings.follow("proto-max-bulk-len", (text) => {
      this.requestLimits.argumentBytes = Number(text);
    });
    settings.follow("acl-pubsub-default", (text) => {
      this.users.allowsChannelsFirst = text === "allchannels";
    });
    settings.follow("tracking-table-max-keys", (text) => {
      this.tracking.mostKeys = Number(text);
    });
    settings.follow("maxmemory-policy", (text) => {
      usage.isLfu = text.endsWith("-lfu");
    });
    for (const name of ["maxmemory", "maxmemory-clients"]) {
      settings.follow(name, () => {
        this.mostClientsBytes = clientsLimitBytes(settings);
      });
    }
    for (const name of ["min-replicas-to-write", "min-replicas-max-lag"]) {
      settings.follow(name, () => {
        const isOn = settings.number("min-replicas-max-lag") > 0;
        this.context.leastReplicas = isOn ? settings.number("min-replicas-to-write") : 0;
      });
    }
    settings.follow("lfu-log-factor", (text) => {
      usage.logFactor = Number(text);
    });
    settings.follow("lfu-decay-time", (text) => {
      usage.decayMinutes = Number(text);
    });
    settings.follow("notify-keyspace-events", (text) => {
      messages.noticeClasses = parseNoticeClasses(text) ?? 0;
      this.context.heedMade();
    });
  }

  private enqueue(spec: CommandSpec, argv: readonly string[]): void {
    const { context } = this;
    context.session.enqueue({ spec, argv, declared: this.declaredBy(spec, argv) });
    context.reply.simple("QUEUED");
  }

  /** Answers a request that cannot run; EXEC then ends its transaction, others break it. */
  private rejectRequest(
    spec: CommandSpec | undefined,
    error: string,
    argv: readonly string[],
  ): void {
    const { context } = this;
    if (spec !== undefined) this.statistics.commandCount(spec.name).rejected++;
    if (spec?.name === "exec") {
      context.session.discardTransaction();
      context.fail(`EXECABORT Transaction discarded because of: ${error.replace(/^ERR /, "")}`);
      // Who watches has seen the MULTI: now it sees that the transaction is over.
      if (this.switchboard.monitors.size > 0) feedMonitors(context, spec, argv);
      return;
    }
    context.session.breakTransaction();
    context.fail(error);
  }

  private finish(touched: readonly string[]): Execution {
    const { context } = this;
    const { session } = context;
    if (session.isMuted) context.dropMuted();
    if (context.blocked === undefined) session.endOfCommand();
    const { lengthBytes } = context.reply;
    session.replyBuffer.answered(lengthBytes);
    return this.finishWithoutSession(touched);
  }

  private finishWithoutSession(touched: readonly string[]): Execution {
    const { context, result } = this;
    context.end();
    result.isSuspended = false;
    context.reply.takeInto(result.replyPiece);
    context.record.takeInto(result.recordPiece);
    const { scriptKeys } = context;
    result.touched = scriptKeys.size === 0 ? touched : [...touched, ...scriptKeys];
    result.changed = context.changed.length === 0 ? NO_KEYS : context.changed;
    result.changedAll = context.changedAll;
    result.changedUsers = context.changedUsers;
    result.sleepUs = context.sleepUs;
    result.waitsForNewest = context.waitsForNewest;
    result.close = context.close;
    result.blocked = context.blocked;
    result.pushes = this.messages.pushes;
    result.announcements = this.messages.announcements;
    return result;
  }
}
