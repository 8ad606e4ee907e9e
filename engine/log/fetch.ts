/**
 * Entries that have left memory, for those who still need them: readers and peers that lag, a follower whose log ends otherwise than its
 * leader's. They are read back a stretch at a time; whoever asked asks again when it is there.
 *
 * A read may fail or bring something else than what was written, once. If it does so again, the copy on the disk is bad: the process ends,
 * and the next one finds the damage and repairs it from the peers (PROTOCOL rule 9). Nothing of it is ever served.
 */
import { assert, must } from "../assert.ts";
import type { Effects } from "../contract.ts";
import { type ReadBack, readBack } from "./readBack.ts";
import type { HeldEntries } from "./shardLog.ts";
import { type Fetch, incarnationOf, type LogNode, type Replica, touch } from "./state.ts";

/** Stretches that were read back and are kept for whoever comes next. */
const keptStretches = 8;

/** Entries above an index, with what stands at the index itself ahead of them; undefined: they are read, and the step ends without them. */
export function heldBehind(
  node: LogNode,
  replica: Replica,
  index: number,
  effects: Effects,
): HeldEntries | undefined {
  const { log, shard } = replica;
  if (index >= log.edgeIndex) return log;
  const found = node.fetched.find(
    (one) => one.shard === shard && one.beforeIndex <= index && index < one.lastIndex,
  );
  if (found === undefined) fetch(node, replica, index + 1, effects);
  return found;
}

function fetch(node: LogNode, replica: Replica, index: number, effects: Effects): void {
  const { log, shard } = replica;
  const stretch = must(log.stretchOf(index), "a stretch on the disk");
  for (const one of node.fetches.values()) {
    if (one.shard === shard && one.stretch.firstIndex === stretch.firstIndex) return;
  }
  effects.mark("log entries read back from the disk");
  const lastIndex = Math.min(stretch.lastIndex, log.edgeIndex);
  read(node, { shard, stretch, lastIndex, isAgain: false }, effects);
}

function read(node: LogNode, request: Fetch, effects: Effects): void {
  const { segment, offset, endOffset } = request.stretch;
  node.fetchTicket += 1;
  node.fetches.set(node.fetchTicket, request);
  effects.read(node.fetchTicket, segment.file, offset, endOffset - offset);
}

export function handleFetched(
  node: LogNode,
  input: { readonly ticket: number; readonly ok: boolean; readonly bytes: Uint8Array },
  effects: Effects,
): void {
  const request = node.fetches.get(input.ticket);
  if (request === undefined) return;
  node.fetches.delete(input.ticket);
  const { shard, stretch } = request;
  const replica = must(node.replicas[shard], "replica");
  const { log } = replica;
  // The log may have been cut or have begun anew meanwhile.
  const lastIndex = Math.min(request.lastIndex, log.edgeIndex);
  if (log.stretchOf(lastIndex)?.firstIndex !== stretch.firstIndex) return;
  const back = input.ok
    ? readBack(input.bytes, stretch, lastIndex, shard, log, incarnationOf(node))
    : undefined;
  if (back === undefined) return failed(node, replica, request, effects);
  node.fetched.push(back);
  if (node.fetched.length > keptStretches) node.fetched.shift();
  replica.hasReadBack = true;
  touch(node, replica);
}

function failed(node: LogNode, replica: Replica, request: Fetch, effects: Effects): void {
  const { segment, offset, firstIndex } = request.stretch;
  if (!request.isAgain) {
    effects.mark("log entries read a second time");
    const stretch = must(replica.log.stretchOf(firstIndex), "a stretch on the disk");
    const lastIndex = Math.min(stretch.lastIndex, replica.log.edgeIndex);
    return read(node, { shard: request.shard, stretch, lastIndex, isAgain: true }, effects);
  }
  effects.mark("bad copy of log entries ends the process");
  effects.trace("log.damaged", request.shard, -1, offset, segment.file);
  effects.exit(`the log is damaged: ${segment.file} at byte ${offset}`);
}

/** Puts older entries back into memory until those from an index on are there. False: they are being read. */
export function recall(node: LogNode, replica: Replica, index: number, effects: Effects): boolean {
  const { log } = replica;
  while (log.edgeIndex >= index) {
    const held = heldBehind(node, replica, log.edgeIndex - 1, effects);
    if (held === undefined) return false;
    assert(held !== log, "entries below the edge");
    const back = held as ReadBack;
    const count = log.edgeIndex - back.beforeIndex;
    log.refill(back.at(back.beforeIndex), back.entries.slice(0, count));
  }
  return true;
}

/** What was read back of a shard is no part of its log any more. */
export function forgetFetched(node: LogNode, shard: number): void {
  for (let at = node.fetched.length - 1; at >= 0; at--) {
    if (node.fetched[at]?.shard === shard) node.fetched.splice(at, 1);
  }
}
