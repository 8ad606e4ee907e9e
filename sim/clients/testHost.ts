/** A world of a few scripted nodes for tests of the clients: time stands still between events, nothing is random. */
import type { ClusterLayout } from "../../engine/contract.ts";
import type { ClientEvents, ClientHost } from "./clientHost.ts";

/** What a scripted node does with one request: reply bytes, "close", or "silence". */
export type Script = (node: string, argv: readonly string[]) => string;

export const testLayout: ClusterLayout = {
  clusterId: "test",
  shardCount: 1,
  databaseNodes: ["a", "b", "c"].map((zone, index) => ({
    nodeId: `db-0-${zone}`,
    shard: 0,
    zone,
    host: `10.0.0.${index + 1}`,
    hostname: "",
    port: 6379,
    tlsPort: 0,
    busPort: 0,
  })),
  logNodes: [],
};

interface Due {
  readonly atUs: number;
  readonly order: number;
  readonly run: () => void;
}

const LATENCY_US = 500;

export class TestHost implements ClientHost {
  events: ClientEvents | undefined = undefined;
  /** Nodes whose zone is dark: nothing is answered, not even a connection. */
  readonly dark: Set<string> = new Set();
  /** Nodes whose process is down: connections are refused. */
  readonly down: Set<string> = new Set();
  private readonly script: Script;
  private readonly nodeOf: Map<number, string> = new Map();
  /** Bytes of requests that are not whole yet. */
  private readonly partial: Map<number, string> = new Map();
  private readonly due: Due[] = [];
  private timeUs = 0;
  private order = 0;
  private connections = 0;

  constructor(script: Script) {
    this.script = script;
  }

  nowUs(): number {
    return this.timeUs;
  }

  unixMs(): number {
    return 1_700_000_000_000 + this.timeUs / 1000;
  }

  nextOrder(): number {
    return this.order++;
  }

  schedule(atUs: number, token: number): void {
    this.at(atUs, () => this.events?.onTimer(token));
  }

  connect(node: string): number {
    const connection = this.connections++;
    this.nodeOf.set(connection, node);
    if (this.dark.has(node)) return connection;
    this.at(this.timeUs + LATENCY_US, () => {
      if (!this.nodeOf.has(connection)) return;
      if (this.down.has(node)) {
        this.nodeOf.delete(connection);
        this.events?.onClosed(connection);
      } else this.events?.onConnected(connection);
    });
    return connection;
  }

  send(connection: number, bytes: Uint8Array): void {
    this.at(this.timeUs + LATENCY_US, () => {
      const node = this.nodeOf.get(connection);
      if (node === undefined || this.dark.has(node) || this.down.has(node)) return;
      const text = (this.partial.get(connection) ?? "") + String.fromCharCode(...bytes);
      const { requests, rest } = requestsIn(text);
      this.partial.set(connection, rest);
      for (const argv of requests) this.answer(connection, node, argv);
    });
  }

  close(connection: number): void {
    this.nodeOf.delete(connection);
  }

  /** Runs everything that is due up to this time. */
  runTo(untilUs: number): void {
    for (;;) {
      this.due.sort((a, b) => a.atUs - b.atUs || a.order - b.order);
      const next = this.due[0];
      if (next === undefined || next.atUs > untilUs) break;
      this.due.shift();
      this.timeUs = next.atUs;
      next.run();
    }
    this.timeUs = untilUs;
  }

  private answer(connection: number, node: string, argv: readonly string[]): void {
    const reply = this.script(node, argv);
    if (reply === "silence") return;
    const sentUs = this.timeUs;
    this.at(sentUs + LATENCY_US, () => {
      if (!this.nodeOf.has(connection)) return;
      if (reply === "close") {
        this.nodeOf.delete(connection);
        this.events?.onClosed(connection);
      } else this.events?.onBytes(connection, bytesOf(reply), sentUs);
    });
  }

  private at(atUs: number, run: () => void): void {
    this.due.push({ atUs: Math.max(atUs, this.timeUs), order: this.order++, run });
  }
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

/** The whole requests at the beginning of a text, and what is left of it. */
function requestsIn(text: string): { requests: string[][]; rest: string } {
  const requests: string[][] = [];
  let rest = text;
  for (let match = /^\*(\d+)\r\n/.exec(rest); match !== null; match = /^\*(\d+)\r\n/.exec(rest)) {
    let at = match[0].length;
    const argv: string[] = [];
    while (argv.length < Number(match[1])) {
      const word = /^\$(\d+)\r\n/.exec(rest.slice(at));
      const from = at + (word?.[0].length ?? 0);
      at = from + Number(word?.[1]) + 2;
      if (word === null || at > rest.length) return { requests, rest };
      argv.push(rest.slice(from, at - 2));
    }
    requests.push(argv);
    rest = rest.slice(at);
  }
  return { requests, rest };
}
