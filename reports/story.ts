/** What happened when, in sentences: the moments of a run that matter, from its faults, leases, failovers and trace. */
import type { LeaseInterval, Run } from "../sim/run.ts";
import type { TraceEvent } from "../sim/trace/vocabulary.ts";
import { durationText, listText, plural } from "./figures.ts";
import { promisedUs } from "./promises.ts";

export type Tone = "plain" | "good" | "warning" | "bad";

export interface Moment {
  /** Counted from the start of the load. */
  readonly atUs: number;
  readonly text: string;
  readonly tone: Tone;
  /** 1: the story does not stand without it; 3: for the curious. */
  readonly weight: 1 | 2 | 3;
}

/** Moments of one kind this close together are told as one when there are more than `mergeAbove` of them. */
const mergeWithinUs = 1_500_000;
const mergeAbove = 2;

interface Draft {
  readonly timeUs: number;
  readonly topic: string;
  /** Whom it is about: named when several moments are told as one. */
  readonly who: string;
  readonly text: string;
  /** The sentence for several at once, with a place for their names: "{who} stopped". */
  readonly many: string;
  readonly tone: Tone;
  readonly weight: 1 | 2 | 3;
}

/** All moments in order of time; equal times keep the order cause before effect. */
export function storyOf(run: Run): readonly Moment[] {
  const drafts: Draft[] = [];
  addBoot(run, drafts);
  addFaults(run, drafts);
  addLeaseEnds(run, drafts);
  const asked = new Set<string>();
  for (const event of run.trace) addEvent(run, event, asked, drafts);
  addFailovers(run, drafts);
  addReplicaReads(run, drafts);
  drafts.sort((left, right) => left.timeUs - right.timeUs);
  return merge(drafts, run.loadedUs);
}

/** At most `limit` moments, the weightiest kept, in order of time; `left` says how many fell out. */
export function shorten(
  moments: readonly Moment[],
  limit: number,
): { readonly moments: readonly Moment[]; readonly left: number } {
  if (moments.length <= limit) return { moments, left: 0 };
  const kept = new Set<Moment>();
  for (const weight of [1, 2, 3] as const) {
    for (const moment of moments) {
      if (kept.size < limit && moment.weight === weight) kept.add(moment);
    }
  }
  // The end of the story is never cut off: whoever reads it wants to know how it came out.
  const last = moments.at(-1);
  if (last !== undefined) kept.add(last);
  return { moments: moments.filter((m) => kept.has(m)), left: moments.length - kept.size };
}

function addBoot(run: Run, drafts: Draft[]): void {
  const databases = run.nodes.filter((node) => node.kind === "database").length;
  const logs = run.nodes.filter((node) => node.kind === "log").length;
  const zones = new Set(run.nodes.map((node) => node.zone)).size;
  const primaries = run.trace.filter(
    (event) => event.kind === "role.primary" && event.timeUs <= run.loadedUs,
  );
  const led =
    primaries.length === 1 && primaries[0] !== undefined
      ? `${primaries[0].node} leads`
      : `${plural(primaries.length, "primary", "primaries")} elected`;
  drafts.push({
    timeUs: run.loadedUs,
    topic: "boot",
    who: "",
    text: `load begins: ${databases} database and ${logs} log nodes in ${plural(zones, "zone")}; ${led}`,
    many: "",
    tone: "plain",
    weight: 1,
  });
}

function addFaults(run: Run, drafts: Draft[]): void {
  for (const fault of run.faults) {
    drafts.push({
      timeUs: fault.fromUs,
      topic: `fault ${fault.kind}`,
      who: listText(fault.targets),
      text: fault.mattered ? fault.text : `${fault.text} — and it changed nothing`,
      many: `${fault.kind}: {who}`,
      tone: "bad",
      weight: 1,
    });
    if (fault.untilUs > fault.fromUs && fault.untilUs < run.simulatedUs) {
      drafts.push({
        timeUs: fault.untilUs,
        topic: `end ${fault.kind}`,
        who: listText(fault.targets),
        text: `over after ${durationText(fault.untilUs - fault.fromUs)}: ${fault.text}`,
        many: `over: ${fault.kind} on {who}`,
        tone: "good",
        weight: 1,
      });
    }
  }
}

/** A dead primary tells nobody that its lease ended, so this comes from the intervals and not from the trace alone. */
function addLeaseEnds(run: Run, drafts: Draft[]): void {
  const downs = new Map<string, number[]>();
  for (const role of run.roles) {
    if (role.role === "down") downs.set(role.node, [...(downs.get(role.node) ?? []), role.fromUs]);
  }
  const handovers = run.trace.filter((event) => event.kind === "role.handover");
  const lastOf = new Map<string, LeaseInterval>();
  for (const lease of run.leases) {
    const key = `${lease.node} ${lease.shard} ${lease.epoch}`;
    const known = lastOf.get(key);
    if (known === undefined || lease.untilUs > known.untilUs) lastOf.set(key, lease);
  }
  for (const lease of lastOf.values()) {
    if (lease.untilUs >= run.simulatedUs || lease.untilUs < run.loadedUs) continue;
    // A leader that hands over says so itself.
    if (handovers.some((each) => isAt(each, lease.node, lease.untilUs))) continue;
    const died = downs.get(lease.node)?.some((downUs) => Math.abs(downUs - lease.untilUs) < 1000);
    if (died === true) {
      addLeaseOfDead(run, lease, drafts);
      continue;
    }
    drafts.push({
      timeUs: lease.untilUs,
      topic: "lease",
      who: lease.node,
      text: `lease of ${lease.node} ends (epoch ${lease.epoch}); it may serve nothing`,
      many: "leases end: {who}",
      tone: "warning",
      weight: 1,
    });
  }
}

function isAt(event: TraceEvent, node: string, timeUs: number): boolean {
  return event.node === node && Math.abs(event.timeUs - timeUs) < 5000;
}

/**
 * Nobody may take over before the lease of a dead primary would have run out, so the story names that moment too. It
 * is known to within one commit: a lease counts from the first send of the renewal, the trace tells its commit.
 */
function addLeaseOfDead(run: Run, lease: LeaseInterval, drafts: Draft[]): void {
  const renewal = run.trace.findLast(
    (event) =>
      event.kind === "lease.renewed" && event.node === lease.node && event.timeUs <= lease.untilUs,
  );
  const leaseUs = Number(run.parameters["leaseMs"]) * 1000;
  if (renewal === undefined || !(renewal.timeUs + leaseUs > lease.untilUs)) return;
  drafts.push({
    timeUs: renewal.timeUs + leaseUs,
    topic: "dead lease",
    who: lease.node,
    text: `about now the lease of the dead ${lease.node} runs out (epoch ${lease.epoch})`,
    many: "about now the leases of dead primaries run out: {who}",
    tone: "warning",
    weight: 1,
  });
}

function addFailovers(run: Run, drafts: Draft[]): void {
  for (const failover of run.failovers) {
    const tookUs = failover.firstAckUs - failover.faultUs;
    const limitUs = promisedUs(failover.planned);
    const isLate = tookUs >= limitUs;
    const text = `first write acknowledged on ${failover.to}, ${durationText(tookUs)} after ${failover.planned ? "the order" : "the fault"} (${isLate ? "over the" : "promise"} < ${durationText(limitUs)})`;
    drafts.push({
      timeUs: failover.firstAckUs,
      topic: "failover",
      who: failover.to,
      text:
        run.failovers.length > 1 && failover.shard >= 0 ? `shard ${failover.shard}: ${text}` : text,
      many: `first writes acknowledged on {who}, the last ${durationText(tookUs)} after the fault`,
      tone: isLate ? "bad" : "good",
      weight: 1,
    });
  }
}

function addReplicaReads(run: Run, drafts: Draft[]): void {
  const windows = run.unavailability.filter((window) => window.access === "write");
  for (const window of windows) {
    let reads = 0;
    for (const operation of run.history) {
      if (!operation.readonlyReplica || operation.outcome !== "ok") continue;
      if (operation.shard !== window.shard) continue;
      if (operation.completedUs >= window.fromUs && operation.completedUs <= window.untilUs)
        reads++;
    }
    if (reads === 0) continue;
    drafts.push({
      timeUs: window.untilUs,
      topic: "replica reads",
      who: `shard ${window.shard}`,
      text: `meanwhile replicas answered ${plural(reads, "READONLY read")}`,
      many: "meanwhile replicas answered READONLY reads of {who}",
      tone: "good",
      weight: 2,
    });
  }
}

interface Phrase {
  readonly one: (event: TraceEvent) => string;
  readonly many: string;
  readonly tone: Tone;
  readonly weight: 1 | 2 | 3;
}

const phrases: ReadonlyMap<string, Phrase> = new Map<string, Phrase>([
  [
    "role.primary",
    {
      one: (e) => `${e.node} is elected primary of shard ${e.shard} (epoch ${e.value})`,
      many: "elected primary: {who}",
      tone: "good",
      weight: 1,
    },
  ],
  [
    "role.handover",
    {
      one: (e) => `${e.node} stops serving and drains, to hand shard ${e.shard} over`,
      many: "stop serving to hand over: {who}",
      tone: "plain",
      weight: 1,
    },
  ],
  [
    "role.released",
    {
      one: (e) => `${e.node} has released shard ${e.shard} (epoch ${e.value})`,
      many: "released their shards: {who}",
      tone: "plain",
      weight: 2,
    },
  ],
  [
    "append.conflict",
    {
      one: (e) =>
        `${e.node} is refused by the log: another's entry stands at position ${e.position}`,
      many: "refused by the log for another's entry: {who}",
      tone: "warning",
      weight: 2,
    },
  ],
  [
    "node.recovering",
    {
      one: (e) => `${e.node} discards its memory and replays the log${reason(e)}`,
      many: "discard their memory and replay the log: {who}",
      tone: "plain",
      weight: 3,
    },
  ],
  [
    "node.recovered",
    {
      one: (e) => `${e.node} has replayed the log up to the tail and follows again`,
      many: "have replayed the log up to the tail: {who}",
      tone: "good",
      weight: 2,
    },
  ],
  [
    "log.leader",
    {
      one: (e) => `${e.node} leads the log of shard ${e.shard} (term ${e.value})`,
      many: "new leaders of shards' logs: {who}",
      tone: "plain",
      weight: 2,
    },
  ],
  [
    "log.repaired",
    {
      one: (e) => `${e.node} is repaired: it votes and acknowledges again`,
      many: "repaired, vote again: {who}",
      tone: "good",
      weight: 2,
    },
  ],
  [
    "log.damaged",
    {
      one: (e) => `${e.node} finds damage on its disk and repairs before it votes`,
      many: "find damage on their disks: {who}",
      tone: "warning",
      weight: 1,
    },
  ],
  [
    "machine.crashed",
    {
      one: (e) => `${e.node} is down${reason(e)}`,
      many: "down: {who}",
      tone: "bad",
      weight: 2,
    },
  ],
  [
    "machine.started",
    {
      one: (e) => `${e.node} starts again from its disk`,
      many: "start again: {who}",
      tone: "plain",
      weight: 3,
    },
  ],
  [
    "monitor.provisioned",
    {
      one: (e) => `the monitor asks for a machine in place of ${e.text}`,
      many: "the monitor asks for new machines ({count})",
      tone: "plain",
      weight: 3,
    },
  ],
  [
    "monitor.formatted",
    {
      one: (e) => `the monitor has ${e.text} format its blank disk (incarnation ${e.value})`,
      many: "the monitor has blank disks formatted ({count})",
      tone: "plain",
      weight: 2,
    },
  ],
  [
    "check.violated",
    { one: (e) => `VIOLATION: ${e.text}`, many: "{count} violations", tone: "bad", weight: 1 },
  ],
  [
    "run.healed",
    {
      one: () => "load and faults are over; now it must converge",
      many: "",
      tone: "plain",
      weight: 1,
    },
  ],
  ["run.ended", { one: (e) => `the run ends${reason(e)}`, many: "", tone: "plain", weight: 1 }],
]);

function reason(event: TraceEvent): string {
  return event.text === "" ? "" : `: ${event.text}`;
}

function addEvent(run: Run, event: TraceEvent, asked: Set<string>, drafts: Draft[]): void {
  const phrase = phrases.get(event.kind);
  // The monitor asks again every few seconds until a machine answers; the first time is enough.
  if (event.kind === "machine.started") asked.delete(event.node);
  if (event.kind === "monitor.provisioned") {
    if (asked.has(event.text)) return;
    asked.add(event.text);
  }
  // What happens before the load is the cluster's birth, told in one line.
  if (phrase === undefined || event.timeUs <= run.loadedUs) return;
  drafts.push({
    timeUs: event.timeUs,
    topic: event.kind,
    who: event.node,
    text: phrase.one(event),
    many: phrase.many,
    tone: phrase.tone,
    weight: phrase.weight,
  });
}

/** Tells moments of one topic that lie close together as one, so that 80 shards do not make 80 lines. */
function merge(drafts: readonly Draft[], loadedUs: number): readonly Moment[] {
  const moments: Moment[] = [];
  const taken = new Set<Draft>();
  const byTopic = new Map<string, Draft[]>();
  for (const draft of drafts) {
    const same = byTopic.get(draft.topic);
    if (same === undefined) byTopic.set(draft.topic, [draft]);
    else same.push(draft);
  }
  for (const draft of drafts) {
    if (taken.has(draft)) continue;
    const group = (byTopic.get(draft.topic) ?? []).filter(
      (other) =>
        !taken.has(other) &&
        other.timeUs >= draft.timeUs &&
        other.timeUs <= draft.timeUs + mergeWithinUs,
    );
    const isMerged = group.length > mergeAbove && draft.many !== "";
    if (isMerged) for (const other of group) taken.add(other);
    else taken.add(draft);
    const last = group.at(-1) ?? draft;
    moments.push({
      atUs: draft.timeUs - loadedUs,
      text: isMerged ? mergedText(last.many, group) : draft.text,
      tone: draft.tone,
      weight: draft.weight,
    });
  }
  return moments;
}

function mergedText(many: string, group: readonly Draft[]): string {
  const names = [...new Set(group.map((draft) => draft.who))];
  const overUs = (group.at(-1)?.timeUs ?? 0) - (group[0]?.timeUs ?? 0);
  const text = many.replace("{who}", listText(names)).replace("{count}", String(group.length));
  return overUs < 1000 ? text : `${text} (within ${durationText(overUs)})`;
}
