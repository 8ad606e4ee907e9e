/** One client's connection as the commands see it. node.ts makes one when a client connects and disposes of it at the end. */
import type { Watch } from "../keyspace/keyspace.ts";
import type { User } from "../access/user.ts";
import type { UserDirectory } from "../access/userDirectory.ts";
import { RequestDecoder } from "../resp/decoder.ts";
import type { DebuggerInput } from "../scripting/debugger/debuggerInput.ts";
import type { TrackingMode } from "../tracking/trackingMode.ts";
import { ReplyBuffer } from "./replyBuffer.ts";
import { type Declared, writes } from "./declared.ts";
import type { CommandSpec } from "./spec.ts";

/** "skipNext" suppresses the reply of the command that follows, "skip" is that command's own state. */
export type ReplyMode = "on" | "off" | "skipNext" | "skip";

export interface QueuedCommand {
  readonly spec: CommandSpec;
  readonly argv: readonly string[];
  readonly declared: Declared;
}

/** EVAL and EVAL_RO are. */
function isDebuggable({ name }: CommandSpec): boolean {
  return name === "eval" || name === "eval_ro";
}

export class Session {
  readonly clientId: number;
  /** "address:port" of the client. */
  readonly address: string;
  readonly openedUnixUs: number;
  /** The connection is encrypted. */
  readonly isTls: boolean;
  readonly decoder: RequestDecoder = new RequestDecoder();
  /** What it may do; undefined where the node acts by itself. */
  user: User | undefined = undefined;
  /** It gave name and password, of its own accord. */
  hasLoggedIn = false;
  private users: UserDirectory | undefined = undefined;
  name = "";
  respVersion: 2 | 3 = 2;
  replyMode: ReplyMode = "on";
  /** Set by READONLY: this client accepts what a replica knows. */
  isReadonly = false;
  isNoEvict = false;
  /** Listens to a channel, a pattern or a shard channel: in RESP2 few commands run. */
  isSubscriber = false;
  /** Set by SCRIPT DEBUG: its scripts are debugged, on a copy of the data ("yes") or on the data itself. */
  debugMode: "yes" | "sync" | undefined = undefined;
  /** Where what it sends goes while its script is debugged. */
  debuggerInput: DebuggerInput | undefined = undefined;
  /** Is shown every command (MONITOR). */
  isMonitor = false;
  /** Set by CLIENT TRACKING ON. */
  tracking: TrackingMode | undefined = undefined;
  /** Waits for a key (BLPOP, XREAD BLOCK …) or for the end of CLIENT PAUSE. */
  isBlocked = false;
  /** The number of the database that SELECT chose. */
  database = 0;
  readonly replyBuffer: ReplyBuffer;
  lastCommandUnixUs: number;
  lastCommandName = "NULL";
  isInTransaction = false;
  /** A command was refused while queueing: EXEC answers EXECABORT. */
  isTransactionBroken = false;
  /** A watched key changed: EXEC answers null. */
  isWatchBroken = false;
  readonly queue: QueuedCommand[] = [];
  /** Bytes of the arguments in `queue`. */
  queuedBytes = 0;
  readonly watches: Watch[] = [];

  constructor(clientId: number, address: string, openedUnixUs: number, isTls: boolean = false) {
    this.isTls = isTls;
    this.clientId = clientId;
    this.address = address;
    this.openedUnixUs = openedUnixUs;
    this.lastCommandUnixUs = openedUnixUs;
    this.replyBuffer = new ReplyBuffer(Math.floor(openedUnixUs / 1000));
  }

  /** False while the password is not given: few commands run. Without one for the default user nobody must give it. */
  get isAuthenticated(): boolean {
    return this.decoder.isTrusted || this.users?.isOpen === true;
  }

  /** False while a node that was just started does not know whom it may trust. */
  get knowsUsers(): boolean {
    return this.users?.areKnown !== false;
  }

  /** The default user's, as every connection is at first and after RESET; who needs a password must give it. */
  beginAs(users: UserDirectory): void {
    this.users = users;
    this.user = users.defaultUser;
    this.hasLoggedIn = false;
    this.decoder.isTrusted = users.isOpen;
  }

  logIn(user: User): void {
    this.user = user;
    this.hasLoggedIn = true;
    this.decoder.isTrusted = true;
  }

  /** Its user is gone: until it is closed it may do nothing. */
  logOut(users: UserDirectory): void {
    this.beginAs(users);
    this.decoder.isTrusted = false;
  }

  /** A queued command of an open transaction writes: EXEC needs a primary. */
  get queueWrites(): boolean {
    return this.queue.some(({ spec, declared }) => writes(spec, declared));
  }

  /** A queued command of an open transaction runs a script, which may write. */
  get queueRunsScript(): boolean {
    return this.queue.some(({ spec }) => spec.runsScript);
  }

  /** A queued command of an open transaction needs the keyspace: EXEC needs a lease or READONLY. */
  get queueNeedsKeyspace(): boolean {
    for (const { spec } of this.queue) if (!spec.isConnection && !spec.needsOnlySlot) return true;
    return false;
  }

  /** The command that is running is not answered. */
  get isMuted(): boolean {
    return this.replyMode === "off" || this.replyMode === "skip";
  }

  /** Called by the keyspace. */
  onWatchedKeyChanged(): void {
    this.isWatchBroken = true;
  }

  /** Keeps a command for EXEC, if that is to run anything. */
  enqueue(command: QueuedCommand): void {
    if (this.isTransactionBroken || this.isWatchBroken) return;
    this.queue.push(command);
    for (const word of command.argv) this.queuedBytes += word.length;
  }

  /** A command was refused: an open transaction can no longer be executed. */
  breakTransaction(): void {
    if (this.isInTransaction) this.isTransactionBroken = true;
  }

  /** Ends an open transaction without running it, and all watches. */
  discardTransaction(): void {
    this.isInTransaction = false;
    this.isTransactionBroken = false;
    this.queue.length = 0;
    this.queuedBytes = 0;
    this.unwatch();
  }

  unwatch(): void {
    for (const watch of this.watches) watch.keyspace.unwatch(watch);
    this.watches.length = 0;
    this.isWatchBroken = false;
  }

  /** It runs this command, and with it a script that is to be debugged on a copy of the data. */
  debugsOnCopy(spec: CommandSpec): boolean {
    if (this.debugMode !== "yes") return false;
    if (spec.name === "exec") return this.queue.some((one) => isDebuggable(one.spec));
    return isDebuggable(spec) && !this.isInTransaction;
  }

  /** The connection is gone, or will say nothing more. */
  endInput(): void {
    if (this.debuggerInput !== undefined) this.debuggerInput.isEnded = true;
  }

  /** The connection is gone. */
  dispose(): void {
    this.endInput();
    this.discardTransaction();
  }

  /** Moves CLIENT REPLY SKIP and CLIENT CACHING on by one command; the latter counts for a whole transaction. */
  endOfCommand(): void {
    const { tracking } = this;
    if (tracking?.isCachingGiven === true && !this.isInTransaction) {
      tracking.isCachingGiven = this.lastCommandName.startsWith("client|");
    }
    if (this.replyMode === "skip") this.replyMode = "on";
    else if (this.replyMode === "skipNext") this.replyMode = "skip";
  }
}
