import { describe, expect, it } from "vitest";
import { openFrame } from "../bytes/frame.ts";
import { ByteWriter } from "../bytes/writer.ts";
import {
  type ClusterLayout,
  type Effects,
  type NodeId,
  peerMessage,
  startInput,
  wakeInput,
} from "../contract.ts";
import type { MarkName } from "../marks.ts";
import { defaultTiming } from "../timing.ts";
import {
  decodeFormatDisk,
  decodeShardOrder,
  decodeStatusAsk,
  decodeStatusReply,
  encodeFailoverAsk,
  encodeLogTransferAsk,
  encodeStatusReply,
  type LogStatus,
  type Status,
} from "./messages.ts";
import { createMonitor, stepMonitor } from "./monitor.ts";

const layout: ClusterLayout = {
  clusterId: "test",
  shardCount: 1,
  databaseNodes: ["db-0-a", "db-0-b"].map((nodeId) => ({
    nodeId,
    shard: 0,
    zone: "a",
    host: "10.0.0.1",
    hostname: "",
    port: 6379,
    tlsPort: 0,
    busPort: 0,
  })),
  logNodes: ["a", "b", "c"].map((zone) => ({ nodeId: `log-${zone}`, zone })),
};

/** A monitor over machines that answer, or do not. */
class World {
  nowUs = 5_000_000;
  readonly answers = new Map<NodeId, Omit<LogStatus, "nonce"> | "database">();
  readonly provisioned: NodeId[] = [];
  readonly formats: { to: NodeId; boot: number; diskIncarnation: number }[] = [];
  readonly suspected: NodeId[] = [];
  wakes = 0;
  private alarmUs = Infinity;
  private readonly monitor = createMonitor(
    { nodeId: "monitor", layout, timing: defaultTiming },
    () => 0.5,
  );
  private readonly inbox: { from: NodeId; frame: Uint8Array }[] = [];
  private readonly writer = new ByteWriter();

  readonly marks: Set<MarkName> = new Set();

  constructor() {
    for (const { nodeId } of layout.databaseNodes) this.answers.set(nodeId, "database");
    for (const { nodeId } of layout.logNodes) this.answers.set(nodeId, logNode("ready", 1));
    this.step(startInput);
  }

  run(ms: number): void {
    const untilUs = this.nowUs + ms * 1000;
    while (this.alarmUs <= untilUs) {
      this.nowUs = this.alarmUs;
      this.wakes += 1;
      this.step(wakeInput);
    }
    this.nowUs = untilUs;
  }

  private step(input: typeof startInput): void {
    const now = { monotonicUs: this.nowUs, unixUs: 0 };
    stepMonitor(this.monitor, now, input, this.effects);
    for (const { from, frame } of this.inbox.splice(0)) {
      stepMonitor(this.monitor, now, peerMessage(from, frame), this.effects);
    }
  }

  private readonly effects: Effects = {
    send: (to, frame) => this.receive(to, frame),
    wakeAt: (atUs) => {
      this.alarmUs = atUs;
    },
    provision: (node) => this.provisioned.push(node),
    trace: (kind, _shard, _position, _value, text) => {
      if (kind === "monitor.suspects") this.suspected.push(text);
    },
    mark: (name) => this.marks.add(name),
    reply: none,
    closeClient: none,
    read: none,
    write: none,
    remove: none,
    sync: none,
    exit: none,
    configure: none,
    rewriteConfiguration: none,
    shutdown: none,
  };

  private receive(to: NodeId, frame: Uint8Array): void {
    const { kind, body } = openFrame(frame);
    const answer = this.answers.get(to);
    if (kind === "formatDisk") this.formats.push({ to, ...decodeFormatDisk(body)! });
    if (kind !== "statusAsk" || answer === undefined) return;
    const nonce = decodeStatusAsk(body);
    const status: Status =
      answer === "database"
        ? {
            machine: "database",
            nonce,
            shard: 0,
            role: "replica",
            epoch: 1,
            position: 2,
            incarnation: 3,
          }
        : { ...answer, nonce };
    this.inbox.push({ from: to, frame: encodeStatusReply(this.writer, status) });
  }
}

function none(): void {}

function logNode(state: LogStatus["state"], seenOfA: number, boot = 7): Omit<LogStatus, "nonce"> {
  return {
    machine: "log",
    state,
    boot,
    diskIncarnation: state === "blank" ? 0 : 1,
    seen: [{ slot: "log-a", diskIncarnation: seenOfA }],
    shards: [],
  };
}

describe("the monitor", () => {
  it("asks for nothing while every machine answers, at a few steps a second", () => {
    const world = new World();
    world.run(60_000);
    expect(world.provisioned).toEqual([]);
    expect(world.suspected).toEqual([]);
    expect(world.wakes).toBe(240);
  });

  it("asks for a machine that was silent for too long, again and again until it answers", () => {
    const world = new World();
    world.answers.delete("db-0-b");
    world.run(4900);
    expect(world.provisioned).toEqual([]);
    world.run(1200);
    expect(world.provisioned).toEqual(["db-0-b"]);
    world.run(10_000);
    expect(world.provisioned).toEqual(["db-0-b", "db-0-b", "db-0-b"]);
    expect(world.suspected).toEqual(["db-0-b"]);
    world.answers.set("db-0-b", "database");
    world.run(20_000);
    expect(world.provisioned).toHaveLength(3);
  });

  it("rule 7: formats a blank log disk above every incarnation that both peers have seen there", () => {
    const world = new World();
    world.answers.set("log-b", logNode("ready", 4));
    world.answers.set("log-c", logNode("ready", 2));
    world.run(2000);
    world.answers.set("log-a", logNode("blank", 0, 99));
    world.run(2000);
    expect(world.formats[0]).toEqual({ to: "log-a", boot: 99, diskIncarnation: 5 });
  });

  it("never gives a slot's first incarnation again, though no peer had reason to note it", () => {
    const world = new World();
    world.answers.set("log-b", logNode("ready", 0));
    world.answers.set("log-c", logNode("ready", 0));
    world.answers.set("log-a", logNode("blank", 0));
    world.run(3000);
    expect(world.formats[0]?.diskIncarnation).toBe(2);
  });

  it("rule 7: formats nothing while one of the two peers is silent or blank itself", () => {
    const world = new World();
    world.run(2000);
    world.answers.delete("log-c");
    world.run(4000);
    world.answers.set("log-a", logNode("blank", 0));
    world.run(10_000);
    expect(world.formats).toEqual([]);
    world.answers.set("log-c", logNode("blank", 0));
    world.run(10_000);
    expect(world.formats).toEqual([]);
    world.answers.set("log-c", logNode("repairing", 1));
    world.run(3000);
    expect(world.formats.length).toBeGreaterThan(0);
  });
});

describe("control messages", () => {
  it("cross the wire, and damage is noticed", () => {
    const writer = new ByteWriter();
    const status: Status = {
      ...logNode("ready", 3),
      nonce: 12,
      shards: [{ role: "leader", term: 5, lastPosition: 70, commitPosition: 69 }],
    };
    expect(decodeStatusReply(openFrame(encodeStatusReply(writer, status)).body)).toEqual(status);
    expect(decodeShardOrder(openFrame(encodeFailoverAsk(3, "db-3-b")).body)).toEqual({
      shard: 3,
      target: "db-3-b",
    });
    expect(openFrame(encodeLogTransferAsk(3, "log-b")).kind).toBe("logTransferAsk");
    const body = openFrame(encodeStatusReply(writer, status)).body;
    body.u8();
    expect(decodeStatusReply(body)).toBeUndefined();
  });
});
