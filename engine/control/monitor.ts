/**
 * The monitor: polls every machine, asks the infrastructure for those that fall silent, and gives blank log disks their
 * identity. It holds nothing that it could not learn anew: it may die and start anywhere at any time.
 *
 * A blank log disk is formatted only when both peers of its slot have told which disk incarnations they know of that slot
 * (PROTOCOL rule 7): the new one is higher than any, so that an older disk that returns is fenced. With one peer away the
 * slot stays blank: two lost copies out of three are over budget, and guessing could bring a dead disk back to life.
 */
import { openFrame } from "../bytes/frame.ts";
import { ByteWriter } from "../bytes/writer.ts";
import type { ClusterLayout, Effects, Input, NodeId, Now, Random } from "../contract.ts";
import type { Timing } from "../timing.ts";
import {
  decodeStatusReply,
  encodeFormatDisk,
  encodeStatusAsk,
  type LogStatus,
} from "./messages.ts";

export interface MonitorConfig {
  readonly nodeId: NodeId;
  readonly layout: ClusterLayout;
  readonly timing: Timing;
}

/** A round of polls is spread over this many steps, so that many machines do not answer at once. */
const burstsPerRound = 4;

/** What the monitor knows of one machine. */
interface Watched {
  readonly nodeId: NodeId;
  lastHeardUs: number;
  suspected: boolean;
  /** When a machine was last asked for; -Infinity if not since it was last heard. */
  provisionedUs: number;
  /** A log node's newest answer, and when it came. */
  log: LogStatus | undefined;
  /** The order to format that was last given, told once in the trace. */
  formattedBoot: number;
}

export interface Monitor {
  readonly config: MonitorConfig;
  readonly random: Random;
  readonly watched: readonly Watched[];
  readonly byId: ReadonlyMap<NodeId, Watched>;
  readonly writer: ByteWriter;
  readonly intervalUs: number;
  readonly replaceAfterUs: number;
  nonce: number;
  /** Index of the next machine to poll, and the burst that it belongs to. */
  nextPoll: number;
  burst: number;
}

export function createMonitor(config: MonitorConfig, random: Random): Monitor {
  const watched: Watched[] = [];
  for (const node of config.layout.logNodes) watched.push(watch(node.nodeId));
  for (const node of config.layout.databaseNodes) watched.push(watch(node.nodeId));
  return {
    config,
    random,
    watched,
    byId: new Map(watched.map((one) => [one.nodeId, one])),
    writer: new ByteWriter(64),
    intervalUs: config.timing.monitorEveryMs * 1000,
    replaceAfterUs: config.timing.replaceAfterMs * 1000,
    nonce: 0,
    nextPoll: 0,
    burst: 0,
  };
}

export function stepMonitor(monitor: Monitor, now: Now, input: Input, effects: Effects): void {
  if (input.kind === "peerMessage") return hear(monitor, now, input, effects);
  if (input.kind === "start") {
    // Silence is counted from the monitor's own start: it cannot know what was heard before.
    for (const one of monitor.watched) one.lastHeardUs = now.monotonicUs;
  }
  if (input.kind === "start" || input.kind === "wake") pollBurst(monitor, now, effects);
}

function pollBurst(monitor: Monitor, now: Now, effects: Effects): void {
  const { watched } = monitor;
  monitor.burst += 1;
  const until = Math.ceil((watched.length * monitor.burst) / burstsPerRound);
  for (; monitor.nextPoll < until; monitor.nextPoll++) {
    const one = watched[monitor.nextPoll] as Watched;
    monitor.nonce += 1;
    effects.send(one.nodeId, encodeStatusAsk(monitor.writer, monitor.nonce));
    suspect(monitor, now.monotonicUs, one, effects);
  }
  if (monitor.burst === burstsPerRound) {
    monitor.burst = 0;
    monitor.nextPoll = 0;
  }
  effects.wakeAt(now.monotonicUs + monitor.intervalUs / burstsPerRound);
}

function suspect(monitor: Monitor, nowUs: number, one: Watched, effects: Effects): void {
  if (nowUs - one.lastHeardUs < monitor.replaceAfterUs) return;
  if (!one.suspected) {
    one.suspected = true;
    one.log = undefined;
    effects.trace("monitor.suspects", -1, -1, nowUs - one.lastHeardUs, one.nodeId);
  }
  // Asked for again as long as it stays silent: the first asking may have met a dark zone.
  if (nowUs - one.provisionedUs < monitor.replaceAfterUs) return;
  if (one.provisionedUs > -Infinity) effects.mark("machine asked for again");
  one.provisionedUs = nowUs;
  effects.provision(one.nodeId);
  effects.trace("monitor.provisioned", -1, -1, -1, one.nodeId);
}

function hear(monitor: Monitor, now: Now, input: Input, effects: Effects): void {
  const frame = openFrame(input.bytes);
  const one = monitor.byId.get(input.from);
  const status = frame.kind === "statusReply" ? decodeStatusReply(frame.body) : undefined;
  if (one === undefined || status === undefined) {
    effects.trace("message.dropped", -1, -1, -1, frame.why === "" ? `${frame.kind}` : frame.why);
    return;
  }
  one.lastHeardUs = now.monotonicUs;
  one.suspected = false;
  one.provisionedUs = -Infinity;
  if (status.machine !== "log") return;
  one.log = status;
  if (status.state === "blank") format(monitor, now.monotonicUs, one, status, effects);
}

/** Tells a blank log node to format its disk, once both its peers have told what they know of its slot. */
function format(
  monitor: Monitor,
  nowUs: number,
  blank: Watched,
  status: LogStatus,
  effects: Effects,
): void {
  // The only copy of the log is gone: an empty one in its place would hide it.
  if (monitor.config.layout.logNodes.length === 1) return;
  // The first format of a slot is incarnation 1, which a peer may never have had reason to write down.
  let highest = 1;
  for (const node of monitor.config.layout.logNodes) {
    const peer = monitor.byId.get(node.nodeId);
    if (peer === undefined || peer === blank) continue;
    const told = peer.log;
    const isFresh = nowUs - peer.lastHeardUs < 2 * monitor.intervalUs;
    if (told === undefined || told.state === "blank" || !isFresh) {
      return effects.mark("blank disk waits for both peers");
    }
    for (const seen of told.seen) {
      if (seen.slot === blank.nodeId) highest = Math.max(highest, seen.diskIncarnation);
    }
  }
  const order = { boot: status.boot, diskIncarnation: highest + 1 };
  effects.send(blank.nodeId, encodeFormatDisk(monitor.writer, order));
  if (blank.formattedBoot === status.boot) return;
  blank.formattedBoot = status.boot;
  effects.trace("monitor.formatted", -1, -1, order.diskIncarnation, blank.nodeId);
}

function watch(nodeId: NodeId): Watched {
  return {
    nodeId,
    lastHeardUs: 0,
    suspected: false,
    provisionedUs: -Infinity,
    log: undefined,
    formattedBoot: -1,
  };
}
