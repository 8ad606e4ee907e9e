/**
 * Who leads which shard since which epoch, as far as this node has heard (PROTOCOL rule 22). News carries the position of
 * a committed leadership or release entry; the higher (epoch, position) wins, so news may arrive twice, late and in any
 * order. It decides nothing: a wrong belief costs a client one more redirect.
 *
 *     topologyNews   u32 n, n × (u32 shard, u32 epoch, u53 position, latin1 leader ("" after a release))
 */
import { beginFrame, finishFrame } from "../bytes/frame.ts";
import type { ByteReader } from "../bytes/reader.ts";
import type { ByteWriter } from "../bytes/writer.ts";
import type { ClusterLayout, DatabaseNodeAddress, NodeId } from "../contract.ts";

interface Elected {
  readonly epoch: number;
  readonly leader: NodeId;
}

const nobody: Elected = { epoch: 0, leader: "" };

interface Leadership {
  epoch: number;
  position: number;
  leader: NodeId;
  /** Until then the leader is taken for dead: the connection to it broke. Monotonic microseconds. */
  doubtUntilUs: number;
  /** The newest two that were elected, with their epochs: a release leaves them. */
  newest: Elected;
  before: Elected;
}

export class Topology {
  private readonly leaderships: Leadership[] = [];
  private readonly addresses: Map<NodeId, DatabaseNodeAddress> = new Map();

  constructor(layout: ClusterLayout) {
    for (let shard = 0; shard < layout.shardCount; shard++) {
      const newest = nobody;
      const before = nobody;
      const doubtUntilUs = -Infinity;
      this.leaderships.push({ epoch: 0, position: 0, leader: "", doubtUntilUs, newest, before });
    }
    for (const address of layout.databaseNodes) this.addresses.set(address.nodeId, address);
  }

  /** True if it was news. `leader` is "" when a release left the shard without one. */
  learn(shard: number, epoch: number, position: number, leader: NodeId): boolean {
    const known = this.leaderships[shard];
    if (known === undefined || (leader !== "" && !this.addresses.has(leader))) return false;
    if (epoch < known.epoch || (epoch === known.epoch && position <= known.position)) return false;
    known.epoch = epoch;
    known.position = position;
    known.leader = leader;
    known.doubtUntilUs = -Infinity;
    if (leader !== "" && epoch > known.newest.epoch) {
      known.before = known.newest;
      known.newest = { epoch, leader };
    }
    return true;
  }

  /** Who led a shard before this epoch, one of the newest two; undefined if nobody is known. */
  leaderBefore(shard: number, epoch: number): NodeId | undefined {
    const { newest, before } = this.leaderships[shard] ?? { newest: nobody, before: nobody };
    return (newest.epoch < epoch ? newest.leader : before.leader) || undefined;
  }

  leaderOf(shard: number): DatabaseNodeAddress | undefined {
    const known = this.leaderships[shard];
    return known === undefined ? undefined : this.addresses.get(known.leader);
  }

  /** The connection to a node broke: what it leads is without a leader, until somebody is heard of or this time comes. */
  doubt(node: NodeId, untilUs: number): void {
    for (const known of this.leaderships) if (known.leader === node) known.doubtUntilUs = untilUs;
  }

  /** The leader of this epoch lives. */
  trust(shard: number, epoch: number): void {
    const known = this.leaderships[shard];
    if (known?.epoch === epoch) known.doubtUntilUs = -Infinity;
  }

  /** Monotonic microseconds; in the past if there is no doubt. */
  doubtUntilUs(shard: number): number {
    return this.leaderships[shard]?.doubtUntilUs ?? -Infinity;
  }

  epochOf(shard: number): number {
    return this.leaderships[shard]?.epoch ?? 0;
  }

  /** A frame with one shard's leadership. */
  encodeOne(writer: ByteWriter, shard: number): Uint8Array {
    beginFrame(writer, "topologyNews").u32(1);
    this.writeOne(writer, shard);
    return finishFrame(writer);
  }

  /** A frame with all that is known. */
  encodeAll(writer: ByteWriter): Uint8Array {
    let count = 0;
    for (const known of this.leaderships) if (known.epoch > 0) count += 1;
    beginFrame(writer, "topologyNews").u32(count);
    for (let shard = 0; shard < this.leaderships.length; shard++) {
      if (this.epochOf(shard) > 0) this.writeOne(writer, shard);
    }
    return finishFrame(writer);
  }

  /** Learns what a topologyNews body tells; false if the body is damaged. */
  hear(body: ByteReader): boolean {
    for (let left = body.u32(); left > 0; left--) {
      const shard = body.u32();
      const epoch = body.u32();
      const position = body.u53();
      const leader = body.latin1();
      if (body.failed) return false;
      this.learn(shard, epoch, position, leader);
    }
    return body.isComplete;
  }

  private writeOne(writer: ByteWriter, shard: number): void {
    const known = this.leaderships[shard] as Leadership;
    writer.u32(shard);
    writer.u32(known.epoch);
    writer.u53(known.position);
    writer.latin1(known.leader);
  }
}
