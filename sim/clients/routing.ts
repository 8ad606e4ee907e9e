import type { DatabaseNodeAddress, NodeId, Random } from "../../engine/contract.ts";

/** One in so many reads of a replica goes to one chosen anew: a reader that stays where it is never meets one that has restarted. */
const MOVE_EVERY = 8;
/** A node that did not answer is left alone for so long. */
const SUSPECT_US = 500_000;

/** Where one client process believes the nodes of its shard to be, and who leads. */
export class Routing {
  private readonly nodes: readonly DatabaseNodeAddress[];
  private readonly random: Random;
  private primary: NodeId;
  private replica: NodeId | undefined = undefined;
  private readonly suspectUntilUs: Map<NodeId, number> = new Map();

  /** @param nodes the nodes of the shard, at least one */
  constructor(nodes: readonly DatabaseNodeAddress[], random: Random) {
    this.nodes = nodes;
    this.random = random;
    this.primary = this.pick().nodeId;
  }

  /** The node to send to: the believed primary, or while that is suspected another, to ask who leads now. */
  primaryNode(nowUs: number): NodeId {
    if (!this.isSuspect(this.primary, nowUs)) return this.primary;
    const start = Math.floor(this.random() * this.nodes.length);
    for (let step = 0; step < this.nodes.length; step++) {
      const node = this.nodes[(start + step) % this.nodes.length] as DatabaseNodeAddress;
      if (!this.isSuspect(node.nodeId, nowUs)) return node.nodeId;
    }
    return this.primary;
  }

  /** The replica that this client mostly reads from while it lives; another than the believed primary if there is one. */
  replicaNode(nowUs: number): NodeId {
    const stays = this.random() * MOVE_EVERY >= 1;
    if (stays && this.replica !== undefined && !this.isSuspect(this.replica, nowUs))
      return this.replica;
    const others = this.nodes.filter(
      (node) => node.nodeId !== this.primary && !this.isSuspect(node.nodeId, nowUs),
    );
    const chosen = others[Math.floor(this.random() * others.length)]?.nodeId ?? this.primary;
    this.replica = chosen;
    return chosen;
  }

  /** Forgets the replica: the next replica read takes another. */
  leaveReplica(): void {
    this.replica = undefined;
  }

  suspect(node: NodeId, nowUs: number): void {
    this.suspectUntilUs.set(node, nowUs + SUSPECT_US);
  }

  trust(node: NodeId): void {
    this.suspectUntilUs.delete(node);
  }

  isSuspect(node: NodeId, nowUs: number): boolean {
    const untilUs = this.suspectUntilUs.get(node);
    return untilUs !== undefined && nowUs < untilUs;
  }

  /** Follows a redirect to "host:port". Returns the node, or undefined for a foreign address. */
  redirect(address: string): NodeId | undefined {
    const found = this.nodes.find((node) => `${node.host}:${node.port}` === address);
    if (found === undefined) return undefined;
    this.primary = found.nodeId;
    return found.nodeId;
  }

  /** A node that answered as primary is the primary. */
  learn(node: NodeId): void {
    this.primary = node;
  }

  /** Nobody knows the primary: ask the next node. */
  rotate(): void {
    const at = this.nodes.findIndex((node) => node.nodeId === this.primary);
    this.primary = (this.nodes[(at + 1) % this.nodes.length] as DatabaseNodeAddress).nodeId;
  }

  private pick(): DatabaseNodeAddress {
    return this.nodes[Math.floor(this.random() * this.nodes.length)] as DatabaseNodeAddress;
  }
}
