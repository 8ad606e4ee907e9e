/**
 * Both servers with the same clients: a sequence of requests goes to each, and whatever any client is sent must mean the same.
 *
 * Ours is a shard behind its door, without a process: virtual time that is set to the wall clock before every request. Whatever it has
 * sent is waited for from the real server; behind that, PINGs on a connection of its own tell that all it has to say has been said. A
 * client that waits for a key is not asked; another takes its place.
 */
import { TestShard, type TestClient } from "../engine/failover/testShard.ts";
import { Assembler } from "../engine/failover/assembler.ts";
import type { Session } from "../engine/commands/session.ts";
import { aclFileText } from "../engine/access/aclFile.ts";
import { DEFAULT_USER, UserDirectory, type UserWatcher } from "../engine/access/userDirectory.ts";
import { commandTable } from "../engine/commands/table.ts";
import { must } from "../engine/assert.ts";
import { latin1Of } from "../engine/bytes/latin1.ts";
import type { Value } from "../engine/keyspace/value.ts";
import { Databases } from "../engine/keyspace/databases.ts";
import { applyRecord } from "../engine/replication/apply.ts";
import { Dumper } from "../engine/snapshot/dump.ts";
import { commandName, lastsShortly, leavesByLot, meetsKeysByLot } from "./comparable.ts";
import { Comparison } from "./comparison.ts";
import type { Request } from "./grammar.ts";
import { framesOf, isPush, type Reply } from "./reply.ts";
import type { RealConnection, RealServer } from "./realServer.ts";
import { restoreSettings, settingsChanged } from "./realSettings.ts";
import { dumpsOfFunctions } from "./requests/scripts.ts";
import { userNames } from "./requests/users.ts";
import { shortlyMs } from "./requests/values.ts";

export interface Step {
  readonly client: number;
  /** "@0" in it stands for the id of client 0. */
  readonly argv: Request;
}

export interface Sequence {
  readonly isCluster: boolean;
  /** RESP version of each client. */
  readonly versions: readonly (2 | 3)[];
  readonly steps: readonly Step[];
}

/** What was not the same, for people. */
export interface Difference {
  readonly step: number;
  readonly client: number;
  readonly argv: Request;
  readonly mine: string;
  readonly theirs: string;
}

export interface Outcome {
  readonly difference: Difference | undefined;
  /** Requests that were sent to both. */
  readonly commands: number;
  /** Names of the meant differences that were met. */
  readonly met: readonly string[];
  /** A server took longer over a request than the deadline that it made: what followed hangs on the clock, and was not compared. */
  readonly isTooSlow: boolean;
}

/** How many times others are answered before a client whose answer is missing is given up. */
const PATIENCE_ANSWERS = 5;
/** The same, of one whose answer is shorter than here: the rest of something long may be on its way. */
const MOST_ANSWERS = 50;
/** An answer is waited for so long before others are asked for theirs. */
const ARRIVAL_MS = 20;
/** Until the log has taken what a request wrote, in virtual time. */
const COMMIT_MS = 2;
/** What comes before the first request takes less of virtual time: the clock, which never goes back, stays behind. */
const OPENING_MS = 100;
/** A server that has taken so long may have found a deadline to be over within the request that made it. */
const SHORTLY_MS = Number(shortlyMs);
/** Until what lasts shortly is over on both sides. */
const SURELY_MS = SHORTLY_MS + 3;

/** The engine makes whoever guesses passwords wait from the eleventh wrong one on. */
const MOST_WRONG_PASSWORDS = 10;
/** What the sequence before has left, beside users. */
const beginning: readonly Request[] = [
  ["DEBUG", "SET-ACTIVE-EXPIRE", "0"],
  ["FLUSHALL"],
  ["FUNCTION", "FLUSH"],
  ["SCRIPT", "FLUSH"],
];

interface Client {
  readonly index: number;
  readonly real: RealConnection;
  readonly realId: string;
  readonly ours: TestClient;
  /** What it asked last, which may wait for its answer. */
  argv: Request;
  queued: Request[];
  /** What ours answered last. */
  answer: string;
  endsShortly: boolean;
}

/** Runs one sequence on the real server, which nobody else uses meanwhile, and on a new shard of ours. */
export async function compare(server: RealServer, sequence: Sequence): Promise<Outcome> {
  const lab = new Lab(server, sequence.isCluster);
  try {
    await lab.open(sequence.versions);
    return await lab.run(sequence.steps);
  } finally {
    lab.close();
  }
}

class Lab {
  private readonly clients: Client[] = [];
  private readonly probe: RealConnection;
  private readonly server: RealServer;
  private readonly shard: TestShard;
  private readonly node: string;
  private readonly comparison = new Comparison();
  private commands = 0;
  private wrongPasswords = 0;
  /** The last request of the sequence is at hand. */
  private isLast = false;
  /** Somebody asked for SORT, which unpacks sorted sets there: with several scores, ranges by members then find others. */
  private hasSorted = false;
  /** What FUNCTION DUMP has told last. */
  private readonly dumps = { mine: "", theirs: "" };
  /** Somebody asked for CONFIG SET. */
  private hasOtherLimits = false;
  private isTooSlow = false;

  constructor(server: RealServer, isCluster: boolean) {
    this.server = server;
    this.probe = server.connect();
    this.shard = new TestShard({ nodes: 1, isClusterMode: isCluster }).start();
    this.node = this.shard.elect().id;
  }

  async open(versions: readonly (2 | 3)[]): Promise<void> {
    const { shard, node, probe } = this;
    this.shard.setUnixUs(this.node, (Date.now() - OPENING_MS) * 1000);
    const { executor } = shard.at(node).node;
    executor.settings.load(new Map([["enable-debug-command", ["yes"]]]));
    await restoreSettings(this.server, probe);
    await probe.ask(["ACL", "DELUSER", ...userNames]);
    for (const argv of beginning) {
      const theirs = await probe.ask(argv);
      const mine = shard.ask(node, argv);
      if (mine !== "+OK\r\n" || theirs !== mine) throw new Error(`${argv.join(" ")}: ${theirs}`);
    }
    const opening = versions.map((version, index) => this.openClient(version, index));
    this.clients.push(...(await Promise.all(opening)));
  }

  private async openClient(version: 2 | 3, index: number): Promise<Client> {
    const { shard, node } = this;
    const real = this.server.connect();
    const ours = shard.connect(node).send("HELLO", String(version));
    const realId = (await real.ask(["CLIENT", "ID"])).slice(1, -2);
    await real.ask(["HELLO", String(version)]);
    shard.run(COMMIT_MS);
    ours.take();
    const state = { argv: [], queued: [], answer: "", endsShortly: false };
    return { index, real, realId, ours, ...state };
  }

  async run(steps: readonly Step[]): Promise<Outcome> {
    let difference: Difference | undefined;
    for (const [index, step] of steps.entries()) {
      const client = this.free(step.client);
      this.isLast = step === steps.at(-1);
      if (client === undefined || this.isLeftOut(client, step.argv)) continue;
      const found = await this.take(client, step.argv);
      if (this.isTooSlow) break;
      if (found === undefined) continue;
      difference = { step: index, ...found };
      break;
    }
    const { isTooSlow, commands } = this;
    const met = [...this.comparison.met];
    if (isTooSlow) return { difference: undefined, commands, met, isTooSlow };
    difference ??= await this.leftOver(steps.length);
    difference ??= this.lostByRecords(steps.length);
    return { difference, commands, met, isTooSlow };
  }

  close(): void {
    this.probe.end();
    for (const { real } of this.clients) real.end();
    if (this.hasOtherLimits) settingsChanged(this.server);
  }

  /** The client of a step, or the next one that can be asked. */
  private free(wanted: number): Client | undefined {
    const { clients } = this;
    for (let turn = 0; turn < clients.length; turn++) {
      const client = clients[(wanted + turn) % clients.length];
      if (client !== undefined && !client.ours.isClosed && !this.session(client).isBlocked) {
        return client;
      }
    }
    return undefined;
  }

  /**
   * What is drawn by lot cannot be made good in the middle of a transaction, nor by a user who may not do all. Of keys that are over,
   * RANDOMKEY and steps of SCAN remove those that they meet, by lot. Who waits for a key is asked again for permission here, and not
   * there. After SWAPDB who caches keys is told here to forget all of them, and so of none of them later; PFDEBUG tells nobody in
   * Redis. Who waits for a key that is there shortly may find it or not.
   */
  private isLeftOut(client: Client, argv: Request): boolean {
    const name = commandName(argv);
    if (this.hasSorted && /lex/i.test(argv.join(" "))) return true;
    if (name === "auth" || name === "hello") return this.wrongPasswords >= MOST_WRONG_PASSWORDS;
    if (name === "acl|setuser" || name === "acl|deluser") {
      return this.hasWaiting() || this.endsItself(client, argv);
    }
    if (name === "pfdebug") return this.hasReaders();
    if (name === "swapdb" && !this.isLast) {
      return this.hasReaders() || this.session(client).isInTransaction;
    }
    if (meetsKeysByLot(argv)) {
      return this.session(client).isInTransaction || this.hasKeysPastDeadline();
    }
    if (name === "exec" ? client.endsShortly : lastsShortly(argv)) {
      if (this.hasWaiting()) return true;
    }
    if (leavesByLot(argv) === undefined) return false;
    const { isInTransaction, user } = this.session(client);
    return isInTransaction || user?.name !== DEFAULT_USER;
  }

  private session({ ours }: Client): Session {
    return must(this.shard.at(this.node).node.connections.get(ours.id), "a connection").session;
  }

  private async take(client: Client, argv: Request): Promise<Found | undefined> {
    const startedMs = performance.now();
    const found = await this.exchange(client, argv);
    if (client.ours.isClosed) return found;
    if (lastsShortly(argv)) client.endsShortly = true;
    const session = this.session(client);
    const endsShortly = client.endsShortly && !session.isInTransaction;
    if (endsShortly) {
      client.endsShortly = false;
      this.isTooSlow = performance.now() - startedMs >= SHORTLY_MS;
    }
    if (found !== undefined || this.isTooSlow) return found;
    if (endsShortly) {
      const late = await this.passShortly();
      if (late !== undefined) return late;
    }
    const key = leavesByLot(argv);
    if (key === undefined || session.isInTransaction || session.isBlocked) return undefined;
    return this.makeGood(client, key);
  }

  /** Asks both, and looks at all that all clients were sent. */
  private async exchange(client: Client, argv: Request): Promise<Found | undefined> {
    const named = (idOf: (one: Client) => string): string[] =>
      argv.map((word) => {
        if (word === dumpsOfFunctions.mine) return this.dumps.mine;
        if (word === dumpsOfFunctions.theirs) return this.dumps.theirs;
        const other = /^@\d$/.test(word) ? this.clients[Number(word.slice(1))] : undefined;
        return other === undefined ? word : idOf(other);
      });
    this.commands += 1;
    if (argv[0]?.toLowerCase().startsWith("sort") === true) this.hasSorted = true;
    client.argv = argv;
    const mayReachOthers = this.hasListeners();
    this.shard.setUnixUs(this.node, Date.now() * 1000);
    client.real.request(named(({ realId }) => realId));
    client.ours.send(...named(({ ours }) => String(ours.id)));
    this.advance(COMMIT_MS);
    // Whoever is alone on the server is answered, and that is all: `lookAt` waits for it.
    if (!mayReachOthers && !this.hasListeners()) return this.lookAt(client);
    // What others are told has been said by then, or is waited for as an answer is.
    await this.probe.ask(["PING"]);
    return this.look();
  }

  /** A client listens, or waits for a key: it may be told something unasked. */
  private hasListeners(): boolean {
    return this.clients.some((client) => {
      if (client.ours.isClosed) return false;
      const { isSubscriber, isBlocked, isMuted, tracking } = this.session(client);
      return isSubscriber || isBlocked || isMuted || tracking !== undefined;
    });
  }

  /**
   * redis-server 7.0.15 frees a client that takes a channel from its own user while it listens to it, and then goes on with it: by
   * SIGSEGV (ACLKillPubsubClientsIfNeeded in acl.c).
   */
  private endsItself(client: Client, [, , name]: Request): boolean {
    const { isSubscriber, isInTransaction, user } = this.session(client);
    return (isSubscriber || isInTransaction) && user?.name === name;
  }

  /** A client waits for a key. */
  private hasWaiting(): boolean {
    return this.clients.some((one) => !one.ours.isClosed && this.session(one).isBlocked);
  }

  /** A deadline has passed, and nobody has asked for the key since. */
  private hasKeysPastDeadline(): boolean {
    const { used } = this.shard.at(this.node).node.databases;
    return used.some(({ nextExpiryUnixMs }) => nextExpiryUnixMs <= Date.now());
  }

  /** A client is told of keys that change. */
  private hasReaders(): boolean {
    return this.clients.some(
      (client) => !client.ours.isClosed && this.session(client).tracking !== undefined,
    );
  }

  private async look(): Promise<Found | undefined> {
    for (const client of this.clients) {
      const found = await this.lookAt(client);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  private async lookAt(client: Client): Promise<Found | undefined> {
    const sent = client.ours.take();
    const mine = framesOf(sent).frames;
    const received = await this.receiveAsMuch(client, sent);
    const theirs = framesOf(received);
    const { argv, queued } = client;
    const isSame =
      sent === received ||
      (theirs.rest === "" && this.comparison.areTheSame(client, mine, theirs.frames));
    if ([argv, ...queued].some((one) => commandName(one) === "config|set"))
      this.hasOtherLimits = true;
    if (commandName(argv) === "function|dump" && mine.length === 1 && theirs.frames.length === 1) {
      this.dumps.mine = mine[0]?.text ?? "";
      this.dumps.theirs = theirs.frames[0]?.text ?? "";
    }
    if (sent.includes("-WRONGPASS")) this.wrongPasswords += 1;
    if (!client.ours.isClosed) this.follow(client, mine);
    return isSame ? undefined : { client: client.index, argv, mine: sent, theirs: received };
  }

  /** What the real server has sent, with as many answers as ours if it sends them at all. */
  private async receiveAsMuch(client: Client, sent: string): Promise<string> {
    const wanted = framesOf(sent).frames.length;
    let received = client.real.take();
    for (let asked = 0; ; asked++) {
      const { frames, rest } = framesOf(received);
      if (frames.length >= wanted && rest === "") return received;
      // After so many answers to others nothing more comes, save the rest of something long.
      if (asked > PATIENCE_ANSWERS && received.length >= sent.length) return received;
      if (asked > MOST_ANSWERS) return received;
      // Mostly it is on its way.
      if (asked > 0 || !(await client.real.hasReceived(ARRIVAL_MS))) await this.settle();
      received += client.real.take();
    }
  }

  /** Keeps the requests that a transaction has queued. */
  private follow(client: Client, mine: readonly Reply[]): void {
    client.answer = mine.findLast((one) => !isPush(one))?.raw ?? "";
    if (mine.some(({ raw }) => raw === "+QUEUED\r\n")) client.queued.push(client.argv);
    else if (!this.session(client).isInTransaction) client.queued = [];
  }

  /** Lets what was to last a millisecond end on both sides. */
  private async passShortly(): Promise<Found | undefined> {
    await new Promise((resolve) => setTimeout(resolve, SURELY_MS));
    this.advance(SURELY_MS);
    await this.settle();
    return this.look();
  }

  /** Puts one value under a key on both sides, if it is there. */
  private async makeGood(client: Client, key: string): Promise<Found | undefined> {
    const found = await this.exchange(client, ["EXISTS", key]);
    if (found !== undefined || client.answer !== ":1\r\n") return found;
    const dumped = framesOf(await client.real.ask(["DUMP", key])).frames[0];
    return this.exchange(client, ["RESTORE", key, "0", must(dumped, "a dump").text, "REPLACE"]);
  }

  /** Lets virtual time pass, at the end of which it is now. */
  private advance(ms: number): void {
    this.shard.setUnixUs(this.node, (Date.now() - ms) * 1000);
    this.shard.run(ms);
  }

  /** The real server has read whatever was sent, and has sent what it answers. */
  private async settle(): Promise<void> {
    await this.probe.ask(["PING"]);
    await this.probe.ask(["PING"]);
  }

  /** What was sent beside all answers. */
  private async leftOver(step: number): Promise<Difference | undefined> {
    await this.settle();
    const found = await this.look();
    return found === undefined ? undefined : { step, ...found };
  }

  /** What the log's records rebuild must be what the requests left. Limits of encodings are each node's own. */
  private lostByRecords(step: number): Difference | undefined {
    if (this.hasOtherLimits) return undefined;
    const { shard, node } = this;
    const { databases, executor } = shard.at(node).node;
    const rebuilt = new Databases();
    const users = new UserDirectory(commandTable, nobodyWatches);
    const assembler = new Assembler();
    for (const entry of shard.entriesOf("effects")) {
      const record = assembler.add(entry);
      if (record !== undefined) applyRecord(rebuilt, record, users);
    }
    const mine = contents(databases, executor.users);
    const theirs = contents(rebuilt, users);
    if (mine === theirs) return undefined;
    return { step, client: 0, argv: ["(what the log's records rebuild)"], mine, theirs };
  }
}

type Found = Omit<Difference, "step">;

const nobodyWatches: UserWatcher = {
  userChanged: () => undefined,
  userDeleted: () => undefined,
  usersKnown: () => undefined,
};

function contents(databases: Databases, users: UserDirectory): string {
  const dumper = new Dumper();
  const found = [aclFileText(users.all(), users)];
  for (const library of databases.libraries.entries) found.push(JSON.stringify(library));
  for (const keyspace of databases.used) {
    keyspace.forEach((key: string, value: Value, expireAtUnixMs: number) => {
      const encoding = typeof value === "string" ? "plain" : value.encoding;
      const dump = latin1Of(dumper.dump(value, false));
      found.push(JSON.stringify([keyspace.database, key, encoding, dump, expireAtUnixMs]));
    });
  }
  return found.toSorted().join("\n");
}
