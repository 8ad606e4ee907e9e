/**
 * The engine's own executor lent as a specification: what a command answers, and what it leaves behind, is what a lone
 * keyspace without log, lease or peers would have answered. This finds what replication, failover and the tracker spoil, not a
 * wrong reply of the command itself (engine/commands has tests against Redis for that). It is the one file of sim/checker
 * that imports the engine.
 */
import { latin1Of } from "../../../engine/bytes/latin1.ts";
import { Executor } from "../../../engine/commands/execute.ts";
import type { NodeFacts, ServerFacts } from "../../../engine/commands/serverFacts.ts";
import { Session } from "../../../engine/commands/session.ts";
import { findCommand } from "../../../engine/commands/table.ts";
import { Databases } from "../../../engine/keyspace/databases.ts";
import { type Keyspace, NEVER } from "../../../engine/keyspace/keyspace.ts";
import { isString, type StringValue, textOf as bytesOf } from "../../../engine/keyspace/value.ts";
import { ByteString } from "../../../engine/keyspace/values/byteString.ts";
import { sayInput } from "../describe.ts";
import { type CommandsInput, isReadInput, type Operation } from "../history.ts";
import { type Model, quote } from "./model.ts";

/** Commands that tell deadlines: real ones lie a little behind the executor's, whose clock stands still. */
const TELL_TIME: ReadonlySet<string> = new Set(["TTL", "PTTL", "EXPIRETIME", "PEXPIRETIME"]);
/** Commands whose answer depends on node, connection or time: only its kind is compared. */
const VARIABLE: ReadonlySet<string> = new Set([
  "CLIENT",
  "CLUSTER",
  "HELLO",
  "INFO",
  "ROLE",
  "TIME",
  "WAIT",
]);
/** Longer than any run, and far shorter than the steps between the deadlines that workloads set. */
const TOLERANCE_MS = 10_000_000;

/**
 * The state is the keyspace as text. Workloads set no deadline that passes in a run: time stands still at `unixMs`.
 * Commands whose answer is not determined by keyspace and arguments must not be sent.
 */
export function engineExecutor(unixMs: number): Model<string> {
  const machine = new Machine(unixMs);
  return {
    name: "the engine's executor",
    initial: "",
    identify: (state) => state,
    step: (state, operation) => machine.step(state, operation),
    isRead: ({ input }) => isReadInput(input),
    isPure: ({ input, outcome }) => outcome === "ok" && isReadInput(input),
    areTwins: () => false,
    describe: (state) => (state === "" ? "nothing" : quote(state)),
  };
}

/** Requests with the bytes that answered them. */
interface Asked {
  readonly requests: CommandsInput["requests"];
  /** Undefined where nobody knows. */
  readonly replies: readonly string[] | undefined;
}

function askedBy({ input, output, outcome }: Operation): Asked {
  if (input.f === "commands") {
    const replies = outcome === "ok" ? (output as readonly string[]) : undefined;
    return { requests: input.requests, replies };
  }
  if (input.f === "flush")
    return { requests: [[input.command]], replies: outcome === "ok" ? ["+OK\r\n"] : undefined };
  if (input.f !== "transaction" || input.way !== "mget")
    throw new Error(`the executor takes commands, not ${sayInput(input)}`);
  const requests = [["MGET", ...input.steps.map(({ key }) => key)]];
  if (outcome !== "ok") return { requests, replies: undefined };
  const values = (output as readonly (string | null)[]).map((value) =>
    value === null ? "$-1\r\n" : `$${value.length}\r\n${value}\r\n`,
  );
  return { requests, replies: [`*${values.length}\r\n${values.join("")}`] };
}

class Machine {
  private readonly databases: Databases = new Databases();
  private readonly keyspace: Keyspace = this.databases.get(0);
  private readonly executor: Executor;
  private readonly session: Session;
  private readonly unixUs: number;
  /** What the keyspace holds now. */
  private loaded = "";

  constructor(unixMs: number) {
    this.unixUs = unixMs * 1000;
    this.executor = new Executor(this.databases, loneServer(this.unixUs), () => 0);
    this.session = new Session(1, "10.0.0.1:1", this.unixUs);
  }

  step(state: string, operation: Operation): string | undefined {
    const { requests, replies } = askedBy(operation);
    this.load(state);
    let hasChanged = false;
    for (let index = 0; index < requests.length; index++) {
      const argv = requests[index] as readonly string[];
      const spec = findCommand(argv);
      const execution = this.executor.execute(this.session, argv, spec, this.unixUs, true);
      hasChanged ||= execution.record !== undefined;
      if (replies === undefined) continue;
      if (isSame(argv, replies[index] as string, latin1Of(execution.reply))) continue;
      this.loaded = hasChanged ? textOf(this.keyspace) : state;
      return undefined;
    }
    this.loaded = hasChanged ? textOf(this.keyspace) : state;
    return this.loaded;
  }

  private load(state: string): void {
    if (this.loaded === state) return;
    this.keyspace.flush();
    for (const [key, value, untilUnixMs, encoding] of entriesIn(state)) {
      this.keyspace.set(key, valueOf(value, encoding), untilUnixMs ?? NEVER);
    }
    this.loaded = state;
  }
}

/** The encoding is told of values that were changed in place, which OBJECT ENCODING tells from others. */
type Held = readonly [
  key: string,
  value: string,
  untilUnixMs: number | null,
  encoding: ByteString["encoding"] | null,
];

function valueOf(text: string, encoding: Held[3]): StringValue {
  if (encoding === null) return text;
  return encoding === "raw" ? new ByteString(text) : ByteString.embedded(text);
}

function textOf(keyspace: Keyspace): string {
  const entries: Held[] = [];
  keyspace.forEach((key, value, expireAtUnixMs) => {
    if (!isString(value)) throw new Error("a snapshot of this type is not written yet");
    const encoding = typeof value === "string" ? null : value.encoding;
    const untilUnixMs = expireAtUnixMs === NEVER ? null : expireAtUnixMs;
    entries.push([key, bytesOf(value), untilUnixMs, encoding]);
  });
  if (entries.length === 0) return "";
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(entries);
}

function entriesIn(state: string): readonly Held[] {
  return state === "" ? [] : (JSON.parse(state) as readonly Held[]);
}

function isSame(argv: readonly string[], answered: string, expected: string): boolean {
  if (answered === expected) return true;
  const name = argv[0] ?? "";
  // Without a key it may have reached a replica, which refuses this one in words of its own.
  if (name === "WAIT" && answered.startsWith("-ERR WAIT cannot be used with replica")) return true;
  if (VARIABLE.has(name)) return answered !== "" && answered[0] === expected[0];
  if (!TELL_TIME.has(name) || !answered.startsWith(":") || !expected.startsWith(":")) return false;
  const unitMs = name.startsWith("P") ? 1 : 1000;
  const [found, wanted] = [answered, expected].map((text) => Number(text.slice(1)));
  if (found === undefined || wanted === undefined || found < 0 || wanted < 0) return false;
  return Math.abs(found - wanted) * unitMs <= TOLERANCE_MS;
}

/** A server alone in the world. */
function loneServer(startedUnixUs: number): ServerFacts {
  const self: NodeFacts = { nodeId: "specification", host: "10.0.0.1", port: 1, zone: "a" };
  return {
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
    guaranteedOtherZones: 0,
    primary: self,
    replicas: [],
    slotRanges: [],
    sessions: [],
    parkedBytesOf: () => 0,
    hasCommitted: () => true,
    isPaused: false,
    pause: () => {},
    unblock: () => false,
    rewriteConfiguration: () => {},
    shutdown: () => {},
    handOver: () => {},
    askForHandover: () => false,
    closeSession: () => {},
  };
}
