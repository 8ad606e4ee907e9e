/**
 * The write probe: from a fault on, one SET a millisecond to a shard's nodes in turn, until the first is acknowledged. It measures a
 * failover from outside, with nothing but RESP bytes.
 */
import { must } from "../engine/assert.ts";
import type { NodeId } from "../engine/contract.ts";
import type { ClientEvents } from "./clients/clientHost.ts";
import { KeyNames } from "./clients/keys.ts";
import type { Kernel } from "./kernel.ts";
import type { ProbeOrder } from "./nemesis/runner.ts";
import type { Failover } from "./run.ts";

const EVERY_US = 1000;
/** A connection with this many requests unanswered is left alone; after `STALE_US` of silence it is replaced. */
const MOST_OUTSTANDING = 20;
const STALE_US = 200_000;
const RECONNECT_US = 20_000;

interface Line {
  readonly node: NodeId;
  connection: number;
  isOpen: boolean;
  outstanding: number;
  heardUs: number;
  /** Bytes of a reply that is not whole yet. */
  partial: string;
}

class Probe {
  readonly order: ProbeOrder;
  readonly key: string;
  readonly lines: readonly Line[];
  turn = 0;
  count = 0;
  isDone = false;
  /** Newest acknowledgement by the old primary of a planned failover. */
  lastOldAckUs: number;

  constructor(order: ProbeOrder, key: string, nodes: readonly NodeId[]) {
    this.order = order;
    this.key = key;
    this.lastOldAckUs = order.faultUs;
    this.lines = nodes.map((node) => ({
      node,
      connection: 0,
      isOpen: false,
      outstanding: 0,
      heardUs: -Infinity,
      partial: "",
    }));
  }
}

export class Probes implements ClientEvents {
  readonly failovers: Failover[] = [];
  private readonly kernel: Kernel;
  private readonly nodesOf: (shard: number) => readonly NodeId[];
  private readonly shardCount: number;
  private readonly owners: Map<number, { readonly probe: Probe; readonly line: Line }> = new Map();
  private readonly running: Probe[] = [];

  constructor(kernel: Kernel, shardCount: number, nodesOf: (shard: number) => readonly NodeId[]) {
    this.kernel = kernel;
    this.shardCount = shardCount;
    this.nodesOf = nodesOf;
  }

  owns(connection: number): boolean {
    return this.owners.has(connection);
  }

  /** Nothing more is sent. */
  stop(): void {
    for (const probe of this.running) this.finish(probe);
  }

  begin(order: ProbeOrder): void {
    const key = new KeyNames(order.shard, this.shardCount).nameOf("probe", 0, 0);
    const probe = new Probe(order, key, this.nodesOf(order.shard));
    this.running.push(probe);
    const { kernel } = this;
    kernel.recorder.trace(kernel.nowUs, "", "probe.started", order.shard, -1, -1, order.cause);
    this.tick(probe);
  }

  private tick(probe: Probe): void {
    if (probe.isDone) return;
    const { kernel } = this;
    const line = must(probe.lines[probe.turn], "the line whose turn it is");
    probe.turn = (probe.turn + 1) % probe.lines.length;
    this.use(probe, line);
    kernel.at(kernel.nowUs + EVERY_US, () => this.tick(probe));
  }

  private use(probe: Probe, line: Line): void {
    const { kernel } = this;
    const { nowUs } = kernel;
    const isFull = line.outstanding >= MOST_OUTSTANDING;
    if (line.isOpen && isFull && nowUs - line.heardUs > STALE_US) this.drop(line);
    if (!line.isOpen) {
      if (nowUs - line.heardUs < RECONNECT_US) return;
      line.connection = kernel.clientStreams.connect(line.node);
      line.isOpen = true;
      line.outstanding = 0;
      line.partial = "";
      line.heardUs = nowUs;
      this.owners.set(line.connection, { probe, line });
    }
    if (line.outstanding >= MOST_OUTSTANDING) return;
    probe.count += 1;
    line.outstanding += 1;
    const value = `p${probe.order.shard}.${probe.order.faultUs}.${probe.count}`;
    kernel.clientStreams.send(line.connection, setRequest(probe.key, value));
  }

  private drop(line: Line): void {
    this.owners.delete(line.connection);
    this.kernel.clientStreams.closeFromClient(line.connection);
    line.isOpen = false;
    line.heardUs = -Infinity;
  }

  private finish(probe: Probe): void {
    if (probe.isDone) return;
    probe.isDone = true;
    for (const line of probe.lines) if (line.isOpen) this.drop(line);
  }

  onTimer(): void {}

  onConnected(): void {}

  onBytes(connection: number, bytes: Uint8Array): void {
    const owner = this.owners.get(connection);
    if (owner === undefined) return;
    const { probe, line } = owner;
    line.heardUs = this.kernel.nowUs;
    let text = line.partial;
    for (let index = 0; index < bytes.length; index++)
      text += String.fromCharCode(bytes[index] as number);
    const replies = text.split("\r\n");
    line.partial = replies.pop() ?? "";
    for (const reply of replies) {
      line.outstanding -= 1;
      if (reply === "+OK") this.acknowledged(probe, line);
      if (probe.isDone) return;
    }
  }

  onClosed(connection: number): void {
    const owner = this.owners.get(connection);
    if (owner === undefined) return;
    this.owners.delete(connection);
    owner.line.isOpen = false;
    owner.line.heardUs = this.kernel.nowUs;
  }

  private acknowledged(probe: Probe, line: Line): void {
    const { order } = probe;
    const { nowUs, recorder } = this.kernel;
    // A planned failover: the old primary serves on until it hears of it. The pause begins at its last acknowledgement.
    if (order.planned && line.node === order.from) {
      probe.lastOldAckUs = nowUs;
      return;
    }
    const { shard, cause, planned, from } = order;
    const faultUs = planned ? probe.lastOldAckUs : order.faultUs;
    const tookUs = nowUs - faultUs;
    recorder.trace(nowUs, line.node, "probe.acknowledged", shard, -1, tookUs, cause);
    const to = line.node;
    this.failovers.push({ shard, cause, planned, faultUs, firstAckUs: nowUs, from, to });
    this.finish(probe);
  }
}

function setRequest(key: string, value: string): Uint8Array {
  const text = `*3\r\n$3\r\nSET\r\n$${key.length}\r\n${key}\r\n$${value.length}\r\n${value}\r\n`;
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index++) bytes[index] = text.charCodeAt(index);
  return bytes;
}
