/**
 * The engine's own executor lent as a specification: what a command answers, and what it leaves behind, is what a lone
 * keyspace without log, lease or peers would have answered. This finds what replication, failover and the tracker spoil, not a
 * wrong reply of the command itself (engine/commands has tests against Redis for that). Beside engineKeyspace.ts it
 * is the one file of sim/checker that imports the engine.
 */
import { must } from "../../../engine/assert.ts";
import { latin1Bytes, latin1Of } from "../../../engine/bytes/latin1.ts";
import type { Execution } from "../../../engine/commands/execution.ts";
import { Executor } from "../../../engine/commands/execute.ts";
import { noDeeds, type NodeFacts, type ServerFacts } from "../../../engine/commands/serverFacts.ts";
import { Session } from "../../../engine/commands/session.ts";
import { findCommand } from "../../../engine/commands/table.ts";
import { Databases } from "../../../engine/keyspace/databases.ts";
import { type Keyspace, NEVER } from "../../../engine/keyspace/keyspace.ts";
import { isString, type Value } from "../../../engine/keyspace/value.ts";
import { ByteString } from "../../../engine/keyspace/values/byteString.ts";
import { Dumper, restored } from "../../../engine/snapshot/dump.ts";
import { sayInput } from "../describe.ts";
import { type CommandsInput, isReadInput, type Operation } from "../history.ts";
import {
  asAnswered,
  bulksOf,
  isDrawn,
  isSame,
  samples,
  servedEmptyFrom,
  wasKilled,
} from "./executorAnswers.ts";
import { type Model, quote } from "./model.ts";

/**
 * The state is the keyspace as text. Workloads set no deadline that passes in a run: time stands still at `unixMs`.
 * Commands whose answer is not determined by keyspace and arguments must not be sent.
 */
export function engineExecutor(unixMs: number): Model<string> {
  const machine = new Machine(unixMs);
  return {
    name: "the engine's executor",
    initial: "",
    holdsLibraries: true,
    identify: (state) => state,
    step: (state, operation) => machine.step(state, operation),
    isRead: ({ input }) => isReadInput(input),
    isPure: ({ input, outcome }) => outcome === "ok" && isReadInput(input),
    logsNothing: (state, operation) => machine.logsNothing(state, operation),
    areTwins: () => false,
    describe: (state) => (state === "" ? "nothing" : state === ANYTHING ? state : quote(state)),
  };
}

/** Requests with the bytes that answered them. */
interface Asked {
  readonly isAtomic: boolean;
  readonly requests: CommandsInput["requests"];
  /** Undefined where nobody knows. */
  readonly replies: readonly string[] | undefined;
}

interface Ran {
  readonly after: string | undefined;
  readonly hasRecord: boolean;
}

function askedBy({ input, output, outcome }: Operation): Asked {
  if (input.f === "commands") {
    const replies = outcome === "ok" ? (output as readonly string[]) : undefined;
    return { isAtomic: input.isAtomic, requests: input.requests, replies };
  }
  if (input.f === "flush")
    return {
      isAtomic: false,
      requests: [input.command.split(" ")],
      replies: outcome === "ok" ? ["+OK\r\n"] : undefined,
    };
  if (input.f !== "transaction" || (input.way !== "mget" && input.way !== "script"))
    throw new Error(`the executor takes commands, not ${sayInput(input)}`);
  const requests = [["MGET", ...input.steps.map(({ key }) => key)]];
  if (outcome !== "ok") return { isAtomic: false, requests, replies: undefined };
  const values = (output as readonly (string | null)[]).map((value) =>
    value === null ? "$-1\r\n" : `$${value.length}\r\n${value}\r\n`,
  );
  return { isAtomic: false, requests, replies: [`*${values.length}\r\n${values.join("")}`] };
}

class Machine {
  private readonly databases: Databases = new Databases();
  private readonly keyspace: Keyspace = this.databases.get(0);
  private readonly executor: Executor;
  private readonly session: Session;
  private readonly unixUs: number;
  private readonly dumper: Dumper = new Dumper();
  /** What the keyspace holds now. */
  private loaded = "";

  constructor(unixMs: number) {
    this.unixUs = unixMs * 1000;
    this.executor = new Executor(this.databases, loneServer(this.unixUs), () => 0);
    this.session = new Session(1, "10.0.0.1:1", this.unixUs);
  }

  step(state: string, operation: Operation): string | undefined {
    if (state === ANYTHING) return state;
    return this.run(state, operation).after;
  }

  logsNothing(state: string, operation: Operation): boolean {
    if (state === ANYTHING) return false;
    const { after, hasRecord } = this.run(state, operation);
    return after !== undefined && !hasRecord;
  }

  /** Leaves undefined where the answers are impossible; `hasRecord`: there is something to log. */
  private run(state: string, operation: Operation): Ran {
    const { requests, replies, isAtomic } = askedBy(operation);
    this.load(state);
    let hasRecord = false;
    let fits = true;
    for (let index = 0; fits && index < requests.length; index++) {
      const argv = requests[index] as readonly string[];
      const answered = replies?.[index];
      if (answered !== undefined && wasKilled(argv, answered)) continue;
      const { execution, reply } = this.execute(asAnswered(argv, answered, isAtomic), isAtomic);
      hasRecord ||= execution.record !== undefined;
      if (answered !== undefined)
        fits =
          this.isServedEmpty(argv, answered) ||
          this.isDrawn(argv, answered) ||
          (isSame(argv, answered, reply) && this.isAllPopped(argv, answered));
      else if (execution.record !== undefined && isDrawn(argv)) {
        this.loaded = UNKNOWN_TO_ALL;
        return { after: ANYTHING, hasRecord };
      }
    }
    this.loaded = hasRecord ? this.text() : state;
    return { after: fits ? this.loaded : undefined, hasRecord };
  }

  /** A command that would wait is answered as if its time had run out at once. */
  private execute(
    argv: readonly string[],
    isAtomic: boolean,
  ): { readonly execution: Execution; readonly reply: string } {
    const spec = findCommand(argv);
    let execution = this.executor.execute(this.session, argv, spec, this.unixUs, true);
    while (execution.isSuspended) execution = this.executor.goOn(this.unixUs);
    if (execution.blocked === undefined) return { execution, reply: latin1Of(execution.reply) };
    const isBulk = isAtomic && execution.blocked.refusal === "null";
    return { execution, reply: isBulk ? "$-1\r\n" : "*-1\r\n" };
  }

  /** A reader that has waited is served by a stream that grew, also where the entry is gone already; that it waited no answer tells. */
  private isServedEmpty(argv: readonly string[], answered: string): boolean {
    const readyKey = servedEmptyFrom(argv, answered);
    const spec = readyKey === undefined ? undefined : findCommand(argv);
    if (readyKey === undefined || spec === undefined) return false;
    // What "$" stood for is not known: something before.
    const again = { spec, argv: argv.map((word) => (word === "$" ? "0" : word)), readyKey };
    const execution = this.executor.retry(this.session, again, this.unixUs, true);
    return execution.blocked === undefined && latin1Of(execution.reply) === answered;
  }

  /** Whether these are elements of what is there, as many as were asked for. */
  private isDrawn(argv: readonly string[], answered: string): boolean {
    const [name = "", key = "", count] = argv;
    const sample = samples.get(name);
    if (sample === undefined || answered.startsWith("-")) return false;
    const members = bulksOf(answered);
    const size = Number(this.execute([sample.size, key], false).reply.slice(1));
    const most = Number(count ?? 1);
    const wanted = size === 0 ? 0 : most < 0 ? -most : Math.min(most, size);
    if (members.length !== wanted) return false;
    if (most >= 0 && new Set(members).size !== members.length) return false;
    if (members.length === 0) return true;
    const { reply } = this.execute([sample.has, key, ...members], false);
    return !sample.isAbsent(reply);
  }

  /** SPOP leaves something only if it took as many as it was asked for. */
  private isAllPopped([name, key = "", count = "1"]: readonly string[], answered: string): boolean {
    if (name !== "SPOP" || answered.startsWith("-")) return true;
    if (bulksOf(answered).length === Number(count)) return true;
    return this.execute(["SCARD", key], false).reply === ":0\r\n";
  }

  private load(state: string): void {
    if (this.loaded === state) return;
    this.keyspace.flush();
    this.databases.libraries.clear();
    for (const [key, value, untilUnixMs, form] of entriesIn(state)) {
      if (form === "library") this.databases.libraries.put(key, value);
      else this.keyspace.set(key, this.valueOf(value, form), untilUnixMs ?? NEVER);
    }
    this.loaded = state;
  }

  private valueOf(text: string, form: Held[3]): Value {
    if (form === null) return text;
    if (form === "raw") return new ByteString(text);
    if (form === "embstr") return ByteString.embedded(text);
    return must(restored(latin1Bytes(text), this.keyspace.limits), "a value that was dumped");
  }

  private text(): string {
    const entries: Held[] = [];
    this.keyspace.forEach((key, value, expireAtUnixMs) => {
      const form = typeof value === "string" ? null : isString(value) ? value.encoding : "payload";
      const untilUnixMs = expireAtUnixMs === NEVER ? null : expireAtUnixMs;
      entries.push([key, this.dumper.text(value), untilUnixMs, form]);
    });
    for (const [name, code] of this.databases.libraries.entries)
      entries.push([name, code, null, "library"]);
    if (entries.length === 0) return "";
    entries.sort(([a], [b]) => (a < b ? -1 : 1));
    return JSON.stringify(entries);
  }
}

/**
 * What a command leaves that draws (SPOP, an id by the clock), if nobody knows its answer: whatever comes later fits. It costs the
 * rest of a group's history; such commands are rare.
 */
const ANYTHING = "anything";
const UNKNOWN_TO_ALL = "-";

/**
 * Strings that were changed in place tell from others by OBJECT ENCODING; a collection is held as its payload, and so in the form that a
 * new one of its size has. A library of functions stands by its name and its text.
 */
type Held = readonly [
  key: string,
  value: string,
  untilUnixMs: number | null,
  form: "raw" | "embstr" | "payload" | "library" | null,
];

function entriesIn(state: string): readonly Held[] {
  return state === "" ? [] : (JSON.parse(state) as readonly Held[]);
}

/** A server alone in the world. */
export function loneServer(startedUnixUs: number): ServerFacts {
  const self: NodeFacts = {
    nodeId: "specification",
    host: "10.0.0.1",
    hostname: "",
    port: 1,
    tlsPort: 0,
    busPort: 0,
    zone: "a",
  };
  return {
    aclFile: undefined,
    isClusterMode: true,
    databaseCount: 1,
    self,
    incarnation: 1,
    startedUnixUs,
    role: "primary",
    epoch: 1,
    isCaughtUp: true,
    appliedPosition: 0,
    committedPosition: 0,
    readUnixMs: 0,
    loggedBytes: 0,
    guaranteedOtherZones: 0,
    primary: self,
    replicas: [],
    slotRanges: [
      { firstSlot: 0, lastSlot: 16_383, shard: 0, epoch: 1, primary: self, replicas: [] },
    ],
    sessions: [],
    sessionOf: () => undefined,
    parkedBytesOf: () => 0,
    parkedPushBytesOf: () => 0,
    hasUnsentReplies: () => false,
    hasCommitted: () => true,
    scriptMs: 0,
    isPaused: false,
    ...noDeeds,
  };
}
