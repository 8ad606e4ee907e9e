/** What oracles may see of a database node. No logic of the engine reads this. */
import { writeUserChange } from "./access/userRecord.ts";
import { latin1Of } from "./bytes/latin1.ts";
import { ByteWriter } from "./bytes/writer.ts";
import { commandTable } from "./commands/table.ts";
import { newestPosition } from "./cluster/nodeFacts.ts";
import type { DatabaseRole } from "./control/messages.ts";
import type { DatabaseNode } from "./failover/databaseNode.ts";
import { NEVER } from "./keyspace/keyspace.ts";
import { typeOf } from "./keyspace/value.ts";
import { Dumper } from "./snapshot/dump.ts";

/** `inspectNode` fills it in anew at each call: copy what is to be kept. */
export interface NodeView {
  role: DatabaseRole;
  /** Of the newest leadership entry that the node knows to be committed. */
  epoch: number;
  /** The end of the lease on the node's own monotonic clock while it serves as primary; -Infinity when it may serve nothing. */
  servingUntilUs: number;
  /** Newest entry of its own that it has sent to the log. */
  sentPosition: number;
  /** Newest entry in memory: executed on a primary, applied elsewhere. */
  appliedPosition: number;
  /** Newest entry that the node knows to be committed. */
  committedPosition: number;
  /** Running checksum of the chain up to `appliedPosition`. */
  chain: number;
  /** A script that has paused; one that has changed something keeps memory at no position of the log until it ends. */
  script: "none" | "reads" | "has written";
  /** Connections that wait with a request unexecuted. */
  waitingConnections: number;
  /** Replies that wait for their commit. */
  parkedReplies: number;
  /** Clients that wait for a key or for the log. */
  blockedClients: number;
  /** Damaged or unknown peer messages so far. */
  messagesDropped: number;
}

export function createNodeView(): NodeView {
  return {
    role: "recovering",
    epoch: 0,
    servingUntilUs: -Infinity,
    sentPosition: 0,
    appliedPosition: 0,
    committedPosition: 0,
    chain: 0,
    script: "none",
    waitingConnections: 0,
    parkedReplies: 0,
    blockedClients: 0,
    messagesDropped: 0,
  };
}

/** Fills `view` in and returns it; cheap enough for every step. */
export function inspectNode(node: DatabaseNode, view: NodeView): NodeView {
  view.role = node.role;
  view.epoch = node.epoch;
  view.servingUntilUs = node.role === "primary" ? node.lease.endUs : -Infinity;
  view.sentPosition = node.appender.sentPosition;
  view.appliedPosition = newestPosition(node);
  view.committedPosition = node.committedPosition;
  view.chain = view.appliedPosition === node.appliedPosition ? node.chain : node.appender.chain;
  if (node.script === undefined) view.script = "none";
  else view.script = node.executor.hasUnloggedChanges ? "has written" : "reads";
  view.waitingConnections = node.connections.waitingCount;
  view.parkedReplies = node.connections.parkedReplies;
  view.blockedClients = node.connections.blocked.size;
  view.messagesDropped = node.messagesDropped;
  return view;
}

/** Every key in memory, those past their deadline and not yet deleted included; strings as latin1 bytes, collections as DUMP's payload without its footer. The node must not step meanwhile. */
export function inspectKeys(
  node: DatabaseNode,
  visit: (key: string, type: string, value: string, expireAtUnixMs: number | undefined) => void,
): void {
  const dumper = new Dumper();
  node.databases.get(0).forEach((key, value, expireAtUnixMs) => {
    const deadline = expireAtUnixMs === NEVER ? undefined : expireAtUnixMs;
    visit(key, typeOf(value), dumper.text(value), deadline);
  });
}

/** Every library of functions: its name and its source text. */
export function inspectLibraries(
  node: DatabaseNode,
  visit: (name: string, code: string) => void,
): void {
  for (const [name, code] of node.databases.libraries.entries) visit(name, code);
}

/** Every user of whom the node's log says something, deleted ones too: its name and its newest change as the log carries it, behind the name. */
export function inspectUsers(
  node: DatabaseNode,
  visit: (name: string, change: string) => void,
): void {
  for (const change of node.executor.users.allChanges()) {
    const writer = new ByteWriter();
    writeUserChange(writer, change, commandTable);
    visit(change.name, latin1Of(writer.take()).slice(4 + change.name.length));
  }
}

/** Loops and calls that scripts have made on the node so far. */
export function inspectScriptLoops(node: DatabaseNode): number {
  return node.executor.scriptLoops;
}

/** One client's connection as an onlooker sees it. */
export interface SessionView {
  readonly clientId: number;
  readonly address: string;
  readonly name: string;
  readonly respVersion: 2 | 3;
  readonly isReadonly: boolean;
  readonly isInTransaction: boolean;
  readonly lastCommand: string;
  /** Positions that its parked replies wait for, in order. */
  readonly parkedPositions: readonly number[];
  /** A request that was read and may not run yet. */
  readonly waitingRequest: readonly string[] | undefined;
}

/** A client that waits. */
export interface BlockedView {
  readonly connection: number;
  /** The same object as long as it waits. */
  readonly request: readonly string[];
  /** Monotonic microseconds of the node; Infinity: never. */
  readonly deadlineUs: number;
}

/** In no order of meaning. */
export function inspectBlocked(node: DatabaseNode): BlockedView[] {
  return node.connections.blocked.all().map(({ connection, argv, deadlineUs }) => ({
    connection: connection.clientId,
    request: argv,
    deadlineUs,
  }));
}

export function inspectIsConnected(node: DatabaseNode, clientId: number): boolean {
  return node.connections.get(clientId)?.isOpen === true;
}

/** Oldest first. */
export function inspectSessions(node: DatabaseNode): SessionView[] {
  const views: SessionView[] = [];
  node.connections.forEach(({ session, parkedPositions, head, request }) => {
    const { clientId, address, name, respVersion, isReadonly, isInTransaction } = session;
    views.push({
      clientId,
      address,
      name,
      respVersion,
      isReadonly,
      isInTransaction,
      lastCommand: session.lastCommandName,
      parkedPositions: parkedPositions.slice(head),
      waitingRequest: request,
    });
  });
  return views;
}

/** Every key of a primary that holds a change which the log has not committed, and that change's position. */
export function inspectDirtyKeys(
  node: DatabaseNode,
  visit: (key: string, position: number) => void,
): void {
  node.tracker.forEachDirty(visit);
}
