/**
 * Clients that cache what they read: two a database node, in RESP3 with CLIENT TRACKING. One asks as any client does, so that only a
 * primary answers it; the other is READONLY, so that a replica does. They read the registers and the keys with deadlines of the node's shard in turn, once more what
 * they have cached too, and tell the checks what came. A connection that is lost takes its cache along.
 */
import type { ClusterLayout } from "../engine/contract.ts";
import type { OperationInput } from "./checker/history.ts";
import type { CacheNews, Observer } from "./checker/observer.ts";
import type { ClientEvents, OnlookerHost } from "./clients/clientHost.ts";
import { kindOfKey, shardOfSlot, slotOfKey } from "./clients/keys.ts";
import { isError, type Reply, ReplyReader, RequestEncoder } from "./clients/resp.ts";

const READ_EVERY_US = 50_000;
const SILENT_US = 1_500_000;
const RECONNECT_US = 100_000;
/** With so many reads unanswered it asks nothing more. */
const MOST_UNANSWERED = 16;
/** Kinds of workload whose keys they read. */
const cachedKinds: ReadonlySet<string> = new Set(["registers", "expiring"]);
/** What precedes the reads on a connection. */
const HELLO: readonly (readonly string[])[] = [
  ["HELLO", "3"],
  ["CLIENT", "TRACKING", "ON"],
];

interface Cacher {
  readonly node: string;
  readonly shard: number;
  readonly isReadonly: boolean;
  connection: number;
  reader: ReplyReader;
  heardUs: number;
  setupReplies: number;
  asked: { readonly key: string; readonly invokedUs: number }[];
  turn: number;
}

export class Cachers implements Pick<ClientEvents, "onBytes" | "onClosed"> {
  private readonly host: OnlookerHost;
  private readonly observer: Pick<Observer, "cacheTold" | "cacheLost">;
  private readonly layout: ClusterLayout;
  private readonly encoder: RequestEncoder = new RequestEncoder();
  private readonly byConnection: Map<number, Cacher> = new Map();
  /** Keys that were written, by shard, in the order of their first writes. */
  private readonly keys: Set<string>[] = [];
  private readonly listed: string[][] = [];

  constructor(
    host: OnlookerHost,
    observer: Pick<Observer, "cacheTold" | "cacheLost">,
    layout: ClusterLayout,
  ) {
    this.host = host;
    this.observer = observer;
    this.layout = layout;
    for (let shard = 0; shard < layout.shardCount; shard++) {
      this.keys.push(new Set());
      this.listed.push([]);
    }
  }

  start(): void {
    for (const { nodeId: node, shard } of this.layout.databaseNodes) {
      for (const isReadonly of [false, true]) {
        const cacher: Cacher = {
          node,
          shard,
          isReadonly,
          connection: 0,
          reader: new ReplyReader(),
          heardUs: 0,
          setupReplies: 0,
          asked: [],
          turn: 0,
        };
        this.connect(cacher);
        this.readOn(cacher);
      }
    }
  }

  /** What is written will be read from now on. */
  invoked({ f, key }: OperationInput): void {
    if (f !== "set" && f !== "setUntil") return;
    if (!cachedKinds.has(kindOfKey(key))) return;
    const shard = shardOfSlot(slotOfKey(key), this.layout.shardCount);
    const known = this.keys[shard] as Set<string>;
    if (known.has(key)) return;
    known.add(key);
    (this.listed[shard] as string[]).push(key);
  }

  owns(connection: number): boolean {
    return this.byConnection.has(connection);
  }

  onBytes(connection: number, bytes: Uint8Array, sentUs: number): void {
    const cacher = this.byConnection.get(connection);
    if (cacher === undefined) return;
    const nowUs = this.host.nowUs();
    const { isReadonly, node, reader } = cacher;
    cacher.heardUs = nowUs;
    reader.push(bytes);
    const items: CacheNews["items"][number][] = [];
    for (let reply = reader.next(); reply !== undefined; reply = reader.next()) {
      const item = itemOf(cacher, reply);
      if (item !== undefined) items.push(item);
    }
    this.observer.cacheTold(nowUs, node, { connection, isReadonly, sentUs, items });
  }

  onClosed(connection: number): void {
    const cacher = this.byConnection.get(connection);
    if (cacher === undefined) return;
    this.lose(cacher);
    this.host.at(this.host.nowUs() + RECONNECT_US, () => {
      if (cacher.connection === connection) this.connect(cacher);
    });
  }

  private lose({ connection }: Cacher): void {
    this.byConnection.delete(connection);
    this.observer.cacheLost(connection);
  }

  private connect(cacher: Cacher): void {
    const { host } = this;
    const nowUs = host.nowUs();
    const connection = host.connect(cacher.node);
    cacher.connection = connection;
    cacher.reader = new ReplyReader();
    cacher.heardUs = nowUs;
    cacher.asked = [];
    const setup = cacher.isReadonly ? [...HELLO, ["READONLY"]] : HELLO;
    cacher.setupReplies = setup.length;
    this.byConnection.set(connection, cacher);
    host.send(connection, this.encoder.encode(setup));
  }

  private readOn(cacher: Cacher): void {
    this.host.at(this.host.nowUs() + READ_EVERY_US, () => {
      this.readOn(cacher);
      const { host } = this;
      const nowUs = host.nowUs();
      const { connection, asked, shard } = cacher;
      if (!this.byConnection.has(connection)) return;
      if (asked.length > 0 && nowUs - cacher.heardUs >= SILENT_US) {
        this.lose(cacher);
        host.close(connection);
        this.connect(cacher);
        return;
      }
      const keys = this.listed[shard] as readonly string[];
      const key = keys[cacher.turn % Math.max(keys.length, 1)];
      if (key === undefined || asked.length >= MOST_UNANSWERED) return;
      cacher.turn++;
      if (asked.length === 0) cacher.heardUs = nowUs;
      asked.push({ key, invokedUs: nowUs });
      host.send(connection, this.encoder.encode([["GET", key]]));
    });
  }
}

/** Undefined for what tells nothing of a key: the answers to the setup, and refusals. */
function itemOf(cacher: Cacher, reply: Reply): CacheNews["items"][number] | undefined {
  if (Array.isArray(reply) && reply[0] === "invalidate") {
    const [, keys] = reply as readonly Reply[];
    return { kind: "invalidated", keys: keys === null ? undefined : (keys as readonly string[]) };
  }
  if (cacher.setupReplies > 0) {
    cacher.setupReplies--;
    return undefined;
  }
  const asked = cacher.asked.shift();
  if (asked === undefined || isError(reply)) return undefined;
  return { kind: "value", ...asked, value: reply as string | null };
}
