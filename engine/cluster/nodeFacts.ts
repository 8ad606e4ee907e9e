/** What a database node tells its clients of itself and of the cluster (INFO, ROLE, CLUSTER …), read at the time of asking. */
import type { RewriteOrder } from "../settings/rewrite.ts";
import type { AclFile } from "../access/aclFile.ts";
import type { ForcedEnd } from "../commands/blocking.ts";
import type { PauseOrder } from "../commands/clientPause.ts";
import type { NodeFacts, ServerFacts, SlotRangeFacts } from "../commands/serverFacts.ts";
import type { Session } from "../commands/session.ts";
import type { DatabaseNode } from "../failover/databaseNode.ts";
import { majorityOf } from "../log/quorum.ts";
import { firstSlotOf } from "./slots.ts";

/** `node` is called when facts are asked for, never before the node is complete. */
// oxlint-disable-next-line max-lines-per-function -- a list, a fact an entry
export function serverFactsOf(node: () => DatabaseNode): ServerFacts {
  return {
    get isClusterMode(): boolean {
      return node().config.isClusterMode;
    },
    get databaseCount(): number {
      const { config, executor } = node();
      return config.isClusterMode ? 1 : executor.settings.number("databases");
    },
    get self(): NodeFacts {
      const { layout, nodeId, zone } = node().config;
      const address = layout.databaseNodes.find((one) => one.nodeId === nodeId);
      return address ?? { nodeId, zone, host: "", hostname: "", port: 0, tlsPort: 0, busPort: 0 };
    },
    get incarnation(): number {
      return node().config.incarnation;
    },
    get startedUnixUs(): number {
      return node().startedUnixUs;
    },
    get role(): "primary" | "replica" {
      return leads(node()) ? "primary" : "replica";
    },
    get epoch(): number {
      return node().epoch;
    },
    get isCaughtUp(): boolean {
      return node().role !== "recovering" && node().refusedVersion === 0;
    },
    get appliedPosition(): number {
      return newestPosition(node());
    },
    get committedPosition(): number {
      return node().committedPosition;
    },
    get readUnixMs(): number {
      return node().readUnixMs;
    },
    get loggedBytes(): number {
      return node().appender.appendedBytes;
    },
    get guaranteedOtherZones(): number {
      const { layout, timing } = node().config;
      const copies = layout.logNodes.length;
      return (timing.commitRule === "all" ? copies : majorityOf(copies)) - 1;
    },
    get primary(): NodeFacts | undefined {
      return node().topology.leaderOf(node().config.shard);
    },
    get replicas(): readonly NodeFacts[] {
      const { config, topology } = node();
      const leader = leads(node()) ? config.nodeId : topology.leaderOf(config.shard)?.nodeId;
      return config.layout.databaseNodes.filter(
        (one) =>
          one.shard === config.shard && one.nodeId !== leader && one.nodeId !== config.nodeId,
      );
    },
    get slotRanges(): readonly SlotRangeFacts[] {
      return slotRangesOf(node());
    },
    get aclFile(): AclFile | undefined {
      return node().config.aclFile;
    },
    get scriptMs(): number {
      return Math.floor((node().script?.elapsedUs ?? 0) / 1000);
    },
    get isPaused(): boolean {
      return node().pause.isPaused;
    },
    get sessions(): Iterable<Session> {
      return node().connections.sessions();
    },
    ...sessionFactsOf(node),
    ...ordersTo(node),
  };
}

/** What is asked of single connections. */
function sessionFactsOf(
  node: () => DatabaseNode,
): Pick<
  ServerFacts,
  "sessionOf" | "parkedBytesOf" | "parkedPushBytesOf" | "hasUnsentReplies" | "hasCommitted"
> {
  return {
    sessionOf(clientId: number): Session | undefined {
      const connection = node().connections.get(clientId);
      return connection === undefined || connection.isClosing ? undefined : connection.session;
    },
    parkedBytesOf(session: Session): number {
      return node().connections.get(session.clientId)?.parkedBytes ?? 0;
    },
    parkedPushBytesOf(session: Session): number {
      return node().connections.get(session.clientId)?.parkedPushBytes ?? 0;
    },
    hasUnsentReplies(session: Session): boolean {
      const connection = node().connections.get(session.clientId);
      return connection !== undefined && connection.outBytes + connection.parkedBytes > 0;
    },
    hasCommitted(session: Session): boolean {
      const written = node().connections.get(session.clientId)?.writtenPosition ?? 0;
      return written <= node().committedPosition;
    },
  };
}

/** What commands order the node to do, at the end of the step at the latest. */
function ordersTo(
  node: () => DatabaseNode,
): Pick<
  ServerFacts,
  | "pause"
  | "unblock"
  | "closeSession"
  | "rewriteConfiguration"
  | "shutdown"
  | "abortShutdown"
  | "handOver"
  | "askForHandover"
> {
  return {
    pause(order: PauseOrder): void {
      node().pause.order(order);
    },
    unblock(clientId: number, end: ForcedEnd): boolean {
      const { connections } = node();
      const connection = connections.get(clientId);
      return connection !== undefined && connections.blocked.force(connection, end);
    },
    rewriteConfiguration(order: RewriteOrder): void {
      node().asked.rewrite = order;
    },
    shutdown(isNow: boolean, client: Session): void {
      const { asked } = node();
      asked.shutdown = isNow ? "now" : "in good order";
      if (!isNow) asked.stoppers.push(client);
    },
    abortShutdown(): boolean {
      const { asked, isRetiring } = node();
      if (!isRetiring && asked.shutdown === undefined) return false;
      asked.shutdown = "abort";
      return true;
    },
    handOver(nodeId: string): void {
      node().asked.handover = { from: node().config.nodeId, to: nodeId };
    },
    askForHandover(): boolean {
      const { config, topology } = node();
      const primary = topology.leaderOf(config.shard);
      if (primary === undefined) return false;
      node().asked.handover = { from: primary.nodeId, to: config.nodeId };
      return true;
    },
    closeSession(session: Session): void {
      const connection = node().connections.get(session.clientId);
      if (connection !== undefined) node().connections.close(connection);
    },
  };
}

/** Newest entry in memory: executed on a primary, applied elsewhere. */
export function newestPosition(node: DatabaseNode): number {
  return leads(node) ? node.appender.lastPosition : node.appliedPosition;
}

export function leads(node: DatabaseNode): boolean {
  return node.role === "primary" || node.role === "lapsed" || node.role === "handover";
}

function slotRangesOf(node: DatabaseNode): SlotRangeFacts[] {
  const { databaseNodes, shardCount } = node.config.layout;
  const ranges: SlotRangeFacts[] = [];
  for (let shard = 0; shard < shardCount; shard++) {
    const primary = node.topology.leaderOf(shard);
    ranges.push({
      firstSlot: firstSlotOf(shard, shardCount),
      lastSlot: firstSlotOf(shard + 1, shardCount) - 1,
      shard,
      epoch: node.topology.epochOf(shard),
      primary,
      replicas: databaseNodes.filter(
        (one) => one.shard === shard && one.nodeId !== primary?.nodeId,
      ),
    });
  }
  return ranges;
}
