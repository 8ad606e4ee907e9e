/** A node without a log, for the tests of the commands: executes at a clock of its own and keeps what it logged. */
import { latin1Of } from "../bytes/latin1.ts";
import { Databases } from "../keyspace/databases.ts";
import type { Keyspace } from "../keyspace/keyspace.ts";
import type { Value } from "../keyspace/value.ts";
import { applyRecord } from "../replication/apply.ts";
import { Dumper } from "../snapshot/dump.ts";
import { Executor } from "./execute.ts";
import type { Execution } from "./execution.ts";
import { noFigures } from "./monitoring/noFigures.ts";
import type { NodeFacts, ServerFacts } from "./serverFacts.ts";
import { Session } from "./session.ts";
import type { CommandTable } from "./spec.ts";
import { commandTable } from "./table.ts";

const primary: NodeFacts = {
  nodeId: "db-0-a",
  host: "10.0.0.1",
  hostname: "",
  port: 6379,
  tlsPort: 0,
  busPort: 0,
  zone: "a",
};
const replica: NodeFacts = {
  nodeId: "db-0-b",
  host: "10.0.0.2",
  hostname: "",
  port: 6380,
  tlsPort: 0,
  busPort: 0,
  zone: "b",
};
/** Of another shard, whose primary nobody knows. */
const stranger: NodeFacts = {
  nodeId: "db-1-c",
  host: "10.0.0.3",
  hostname: "",
  port: 6381,
  tlsPort: 0,
  busPort: 7003,
  zone: "c",
};

export class TestExecutor {
  readonly databases: Databases = new Databases();
  /** Rebuilt from the records alone. */
  readonly applied: Databases = new Databases();
  isClusterMode = true;
  readonly records: Uint8Array[] = [];
  readonly closed: number[] = [];
  /** What the node was asked for that the commands cannot do. */
  readonly asked: string[] = [];
  readonly sessions: Session[] = [];
  readonly executor: Executor;
  unixMs = 1_700_000_000_000;
  isPrimary = true;
  /** How long the next command takes. */
  workUs = 0;
  private workedUs = 0;

  constructor(commands: CommandTable = commandTable) {
    let state = 1;
    const random = (): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state / 4294967296;
    };
    const stopwatchUs = (): number => (this.workedUs += this.workUs);
    const figures = { ...noFigures, stopwatchUs };
    this.executor = new Executor(this.databases, this.facts(), random, figures, commands);
  }

  get keyspace(): Keyspace {
    return this.databases.get(0);
  }

  /** The session of a client, made at its first use. */
  session(clientId: number): Session {
    const present = this.sessions.find((one) => one.clientId === clientId);
    if (present !== undefined) return present;
    const made = new Session(clientId, `10.1.0.${clientId}:5000`, this.unixMs * 1000);
    made.beginAs(this.executor.users);
    this.sessions.push(made);
    return made;
  }

  /** To its end, also if its script pauses. */
  execute(argv: readonly string[], clientId: number = 1): Execution {
    let execution = this.begin(argv, clientId);
    while (execution.isSuspended) execution = this.executor.goOn(this.unixMs * 1000);
    if (execution.record !== undefined) {
      this.records.push(execution.record);
      applyRecord(this.applied, execution.record);
    }
    return execution;
  }

  /** Up to the first pause of its script. */
  begin(argv: readonly string[], clientId: number = 1): Execution {
    const session = this.session(clientId);
    const unixUs = this.unixMs * 1000;
    const spec = this.executor.commands.findRequest(argv);
    return this.executor.execute(session, argv, spec, unixUs, this.isPrimary);
  }

  /** Runs words parted by blanks and returns the reply's bytes as text. */
  ask(line: string, clientId: number = 1): string {
    return latin1Of(this.execute(line.split(" "), clientId).reply);
  }

  /** Key, value and deadline of every key of every database, sorted. */
  static contents(databases: Databases): string[] {
    const found: string[] = [];
    for (const keyspace of databases.used) {
      keyspace.forEach((key, value, expireAtUnixMs) => {
        found.push(JSON.stringify([keyspace.database, key, told(value), expireAtUnixMs]));
      });
    }
    return found.toSorted();
  }

  private facts(): ServerFacts {
    const role = (): "primary" | "replica" => (this.isPrimary ? "primary" : "replica");
    const isClusterMode = (): boolean => this.isClusterMode;
    return {
      get isClusterMode(): boolean {
        return isClusterMode();
      },
      get databaseCount(): number {
        return isClusterMode() ? 1 : 16;
      },
      self: primary,
      incarnation: 7,
      startedUnixUs: this.unixMs * 1000 - 90_000_000_000,
      get role(): "primary" | "replica" {
        return role();
      },
      epoch: 3,
      isCaughtUp: true,
      appliedPosition: 42,
      committedPosition: 41,
      readUnixMs: 1_699_999_999_000,
      loggedBytes: 4000,
      guaranteedOtherZones: 1,
      primary,
      replicas: [replica],
      slotRanges: [
        { firstSlot: 0, lastSlot: 8191, shard: 0, epoch: 3, primary, replicas: [replica] },
        {
          firstSlot: 8192,
          lastSlot: 16383,
          shard: 1,
          epoch: 0,
          primary: undefined,
          replicas: [stranger],
        },
      ],
      sessions: this.sessions,
      sessionOf: (clientId) => this.sessions.find((one) => one.clientId === clientId),
      parkedBytesOf: () => 0,
      parkedPushBytesOf: () => 0,
      hasUnsentReplies: () => false,
      hasCommitted: () => true,
      aclFile: undefined,
      scriptMs: 0,
      isPaused: false,
      pause: () => {},
      unblock: () => false,
      rewriteConfiguration: () => this.asked.push("rewrite"),
      abortShutdown: () => false,
      shutdown: (isNow) => this.asked.push(`shutdown${isNow ? " now" : ""}`),
      handOver: (nodeId) => this.asked.push(`hand over to ${nodeId}`),
      askForHandover: (): boolean => {
        this.asked.push("take over");
        return true;
      },
      closeSession: (session: Session): void => {
        this.closed.push(session.clientId);
      },
    };
  }
}

/** What must be equal of two values that came about in different ways. */
export function told(value: Value): { readonly encoding: string; readonly dump: string } {
  const dump = latin1Of(new Dumper().dump(value, false));
  return { encoding: typeof value === "string" ? "plain" : value.encoding, dump };
}
