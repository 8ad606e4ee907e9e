/**
 * Client-side caching: clients that keep what they have read are told when it changes (CLIENT TRACKING). This is the part that
 * knows who is to be told; when the word leaves is decided by the node, which holds it until the log has committed the
 * change (PROTOCOL.md, "Client-side caching").
 *
 *     read  → table: key → clients              changed key → its clients, who are forgotten with it
 *     BCAST → prefixes: prefix → clients        changed key → kept until the end of the step, then one list a prefix
 *
 * Nobody is told the name of a key that its user may not read; who may read other keys than before forgets everything.
 *
 * @see https://redis.io/docs/latest/develop/reference/client-side-caching/
 */
import { mayReadKey } from "../access/permission.ts";
import type { Push } from "../commands/messages.ts";
import type { Session } from "../commands/session.ts";
import { ReplyWriter } from "../resp/replyWriter.ts";
import { type TrackingMode, type TrackingOptions, remembersReads } from "./trackingMode.ts";
import type { KeyedHash } from "../structures/keyedHash.ts";
import { TrackingTable } from "./trackingTable.ts";

/** Where clients of RESP2 hear of it, by a connection that listens. */
const CHANNEL = "__redis__:invalidate";
/** Keys that go in one piece when the table is too large; further pieces take as many more. */
const KEYS_A_PIECE = 100;

/** Clients of one prefix and the keys that changed in this step, each with who changed it last. */
interface Broadcast {
  readonly sessions: Set<Session>;
  changed: Map<string, Session | undefined>;
}

/** Keys that are no longer what they were; undefined: all. */
type Keys = readonly string[] | undefined;

export class ClientTracking {
  /** tracking-table-max-keys; 0: no limit. */
  mostKeys = 0;
  /** The client whose request runs, scripts too: told of its own changes behind its reply. */
  answered: Session | undefined = undefined;
  /** Something that nobody asked for runs: what goes is changed by nobody (expiry). */
  isUnasked = false;
  private readonly table: TrackingTable;
  private readonly broadcasts = new Map<string, Broadcast>();
  private readonly sessions = new Map<number, Session>();
  /** Named by the newest request that runs a script. */
  private declaredKeys: readonly string[] = [];
  private outbox: Push[] = [];
  /** What the client that was answered last is to be told behind its reply. */
  private own: { readonly session: Session; readonly keys: Keys }[] = [];
  private readonly writer = new ReplyWriter();
  private readonly random: () => number;
  private readonly sessionOf: (clientId: number) => Session | undefined;
  private piecesOverLimit = 0;

  /** `sessionOf`: the connection with this id, undefined if it is gone or about to be. */
  constructor(
    hash: KeyedHash,
    random: () => number,
    sessionOf: (clientId: number) => Session | undefined,
  ) {
    this.table = new TrackingTable(hash);
    this.random = random;
    this.sessionOf = sessionOf;
  }

  /** Some client tracks, or there is something left of one that did. */
  get isOn(): boolean {
    return this.sessions.size > 0 || this.table.keyCount > 0;
  }

  get clientCount(): number {
    return this.sessions.size;
  }

  get keyCount(): number {
    return this.table.keyCount;
  }

  get itemCount(): number {
    return this.table.itemCount;
  }

  get prefixCount(): number {
    return this.broadcasts.size;
  }

  /** More keys are remembered than should be. */
  get isOverLimit(): boolean {
    return this.sessions.size > 0 && this.mostKeys > 0 && this.table.keyCount > this.mostKeys;
  }

  enable(session: Session, options: TrackingOptions): void {
    const before = session.tracking;
    const mode: TrackingMode = {
      ...options,
      isCachingGiven: before?.isCachingGiven ?? false,
      isRedirectBroken: false,
      prefixes: before?.prefixes ?? new Set(),
    };
    session.tracking = mode;
    this.sessions.set(session.clientId, session);
    if (!options.isBroadcast) return;
    const prefixes = options.prefixes.length === 0 ? [""] : options.prefixes;
    for (const prefix of prefixes) {
      mode.prefixes.add(prefix);
      const present = this.broadcasts.get(prefix);
      if (present === undefined) {
        this.broadcasts.set(prefix, { sessions: new Set([session]), changed: new Map() });
      } else {
        present.sessions.add(session);
      }
    }
  }

  /** The keys that it has read stay remembered, as in Redis: if it tracks again it is told of them. */
  disable(session: Session): void {
    for (const prefix of session.tracking?.prefixes ?? []) {
      const broadcast = this.broadcasts.get(prefix);
      broadcast?.sessions.delete(session);
      if (broadcast?.sessions.size === 0) this.broadcasts.delete(prefix);
    }
    session.tracking = undefined;
    this.sessions.delete(session.clientId);
  }

  /** A request that runs a script names these keys: whatever the script reads counts as a reading of them. */
  declare(keys: readonly string[]): void {
    this.declaredKeys = keys;
  }

  /** A client has read these keys, by a command of its own. */
  read(clientId: number, keys: readonly string[]): void {
    const mode = this.sessions.get(clientId)?.tracking;
    if (mode === undefined || !remembersReads(mode)) return;
    for (const key of keys) this.table.add(key, clientId);
  }

  /** The script that a client runs has read something. */
  readByScript(clientId: number): void {
    this.read(clientId, this.declaredKeys);
  }

  /** A key is no longer what it was. */
  readonly changed = (key: string): void => {
    if (!this.isOn) return;
    const author = this.isUnasked ? undefined : this.answered;
    for (const [prefix, { changed }] of this.broadcasts) {
      if (key.startsWith(prefix)) changed.set(key, author);
    }
    this.forgetKey(key, author);
  };

  /** All keys are gone, or may be others. */
  readonly changedAll = (): void => {
    this.table.clear();
    for (const session of this.sessions.values()) this.tell(session, undefined);
  };

  /** Its user may read other keys than before: of some it may have missed, or will miss, that they changed. */
  rightsChanged(session: Session): void {
    if (session.tracking !== undefined) this.tell(session, undefined);
  }

  private forgetKey(key: string, author: Session | undefined): void {
    if (this.table.keyCount === 0) return;
    for (const clientId of this.table.take(key)) {
      const session = this.sessions.get(clientId);
      const mode = session?.tracking;
      if (session === undefined || mode === undefined || mode.isBroadcast) continue;
      if (mode.isNoLoop && session === author) continue;
      this.tell(session, [key]);
    }
  }

  /** Its own reply is not to be torn apart. */
  private tell(session: Session, keys: Keys): void {
    if (session === this.answered) this.own.push({ session, keys });
    else this.send(session, keys);
  }

  /** Makes room in the table, as if the keys that go had changed: their readers cannot be told later. */
  limit(): void {
    if (!this.isOverLimit) {
      this.piecesOverLimit = 0;
      return;
    }
    this.piecesOverLimit++;
    for (let left = KEYS_A_PIECE * this.piecesOverLimit; left > 0; left--) {
      const key = this.isOverLimit ? this.table.randomKey(this.random) : undefined;
      if (key === undefined) return;
      this.forgetKey(key, undefined);
    }
  }

  /** What is to be told now, of changes made by now. */
  takeOutbox(): readonly Push[] {
    if (this.outbox.length === 0) return NO_PUSHES;
    const taken = this.outbox;
    this.outbox = [];
    return taken;
  }

  /** What is to be told behind the reply of the request that ran last. */
  takeOwn(): readonly Push[] {
    const { own } = this;
    if (own.length === 0) return NO_PUSHES;
    this.own = [];
    for (const { session, keys } of own) this.send(session, keys);
    return this.takeOutbox();
  }

  /** Tells clients in BCAST mode what has changed in this step. */
  broadcast(): void {
    for (const broadcast of this.broadcasts.values()) {
      const { changed, sessions } = broadcast;
      if (changed.size === 0) continue;
      broadcast.changed = new Map();
      const all = [...changed.keys()];
      for (const session of sessions) {
        if (session.tracking?.isNoLoop !== true) {
          this.send(session, all);
          continue;
        }
        const others = all.filter((key) => changed.get(key) !== session);
        if (others.length > 0) this.send(session, others);
      }
    }
  }

  /** To the client itself, or to the connection that it has named, as far as it may know. */
  private send(session: Session, changed: Keys): void {
    const { tracking: mode } = session;
    if (mode === undefined) return;
    const keys = changed?.filter((key) => mayReadKey(session.user, key));
    if (keys?.length === 0) return;
    const target = mode.redirect === 0 ? session : this.sessionOf(mode.redirect);
    if (target === undefined) {
      mode.isRedirectBroken = true;
      if (session.respVersion === 3) this.post(session, () => this.writeBroken(mode.redirect));
    } else if (target.respVersion === 3) {
      this.post(target, () => {
        this.writer.push(2);
        this.writer.bulk("invalidate");
        this.writeKeys(keys);
      });
    } else if (target !== session && target.isSubscriber) {
      this.post(target, () => {
        this.writer.push(3);
        this.writer.bulk("message");
        this.writer.bulk(CHANNEL);
        this.writeKeys(keys);
      });
    }
  }

  private post(session: Session, write: () => void): void {
    this.writer.version = session.respVersion;
    write();
    this.outbox.push({ session, bytes: this.writer.take(), waits: true });
  }

  private writeBroken(redirect: number): void {
    this.writer.push(2);
    this.writer.bulk("tracking-redir-broken");
    this.writer.integer(redirect);
  }

  private writeKeys(keys: Keys): void {
    if (keys === undefined) this.writer.null();
    else this.writer.bulks(keys);
  }
}

const NO_PUSHES: readonly Push[] = [];
