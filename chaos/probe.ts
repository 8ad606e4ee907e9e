/** From a fault on, writes to every node of a shard until one is acknowledged: how long a failover takes, seen from outside. */
import { connect, type Socket } from "node:net";
import { KeyNames } from "../sim/clients/keys.ts";
import type { Failover } from "../sim/run.ts";
import { nowUs } from "./socketHost.ts";

const EVERY_MS = 5;
const RECONNECT_MS = 20;
/** After this long without an answer a connection is replaced: longer than a slow log takes, whose late answers are to be heard. */
const STALE_MS = 1000;

export interface ProbeNode {
  readonly node: string;
  readonly port: number;
}

export interface ProbeOrder {
  readonly shard: number;
  readonly shardCount: number;
  readonly cause: string;
  readonly planned: boolean;
  /** The primary just before the fault. */
  readonly from: string;
  readonly nodes: readonly ProbeNode[];
}

export class Probe {
  readonly order: ProbeOrder;
  found: Failover | undefined = undefined;
  private faultUs = nowUs();
  private readonly request: string;
  private readonly lines: readonly Line[];
  private readonly timer: NodeJS.Timeout;

  constructor(order: ProbeOrder) {
    this.order = order;
    const key = new KeyNames(order.shard, order.shardCount).nameOf("probe", 0, 0);
    this.request = `*3\r\n$3\r\nSET\r\n$${key.length}\r\n${key}\r\n$1\r\np\r\n`;
    this.lines = order.nodes.map((one) => new Line(one, () => this.acknowledged(one.node)));
    this.timer = setInterval(() => {
      for (const line of this.lines) line.ask(this.request);
    }, EVERY_MS);
  }

  stop(): void {
    clearInterval(this.timer);
    for (const line of this.lines) line.close();
  }

  private acknowledged(node: string): void {
    const { shard, cause, planned, from } = this.order;
    // The old primary serves on until it hears of a planned failover: the pause begins at its last acknowledgement.
    if (planned && node === from) this.faultUs = nowUs();
    if ((planned && node === from) || this.found !== undefined) return;
    const { faultUs } = this;
    this.found = { shard, cause, planned, faultUs, firstAckUs: nowUs(), from, to: node };
    this.stop();
  }
}

class Line {
  private readonly place: ProbeNode;
  private readonly onAcknowledged: () => void;
  private socket: Socket | undefined = undefined;
  private waitsSinceMs = -1;
  private closedMs = -Infinity;
  private isOpen = false;

  constructor(place: ProbeNode, onAcknowledged: () => void) {
    this.place = place;
    this.onAcknowledged = onAcknowledged;
  }

  /** One request at a time. */
  ask(request: string): void {
    const nowMs = performance.now();
    if (this.waitsSinceMs >= 0 && nowMs - this.waitsSinceMs > STALE_MS) this.close();
    if (this.socket === undefined && nowMs - this.closedMs > RECONNECT_MS) this.open();
    if (this.waitsSinceMs >= 0 || !this.isOpen) return;
    this.waitsSinceMs = nowMs;
    this.socket?.write(request);
  }

  close(): void {
    this.socket?.destroy();
    this.ended();
  }

  private open(): void {
    const socket = connect({ host: "127.0.0.1", port: this.place.port, noDelay: true });
    this.socket = socket;
    this.waitsSinceMs = performance.now();
    socket.on("connect", () => {
      this.isOpen = true;
      this.waitsSinceMs = -1;
    });
    socket.on("data", (bytes: Buffer) => {
      this.waitsSinceMs = -1;
      if (bytes.toString("latin1").includes("+OK")) this.onAcknowledged();
    });
    socket.on("error", () => {});
    socket.on("close", () => {
      if (this.socket === socket) this.ended();
    });
  }

  private ended(): void {
    this.socket = undefined;
    this.isOpen = false;
    this.waitsSinceMs = -1;
    this.closedMs = performance.now();
  }
}
