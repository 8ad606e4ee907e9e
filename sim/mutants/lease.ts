import type { Mutant } from "./mutant.ts";

/** How long a primary may serve, and how long a replica must wait. */
export const leaseMutants: readonly Mutant[] = [
  {
    name: "lease-from-answer",
    file: "engine/failover/stepPrimary.ts",
    before: "  if (node.lease.committed(position)) {",
    after: `  if (node.lease.committed(position) && ran()) {
    node.lease.endUs = now.monotonicUs + node.config.timing.leaseMs * 1000;`,
    bug: "The lease counts from the receipt of the renewal's answer, not from its first send.",
    rule: "rule 11",
    expect: ["one leader", "linearizability"],
    seenIn: "lease folklore",
  },
  {
    name: "lease-moved-by-retry",
    file: "engine/node.ts",
    before: "      node.alarmUs = Infinity;\n      node.appender.onWake(now, effects);",
    after: `      node.alarmUs = Infinity;
      if (node.lease.pendingRenewal > 0 && now.monotonicUs >= node.appender.deadlineUs && ran())
        for (const renewal of node.lease["pending"]) renewal.sentUs = now.monotonicUs;
      node.appender.onWake(now, effects);`,
    bug: "Sending a renewal again makes the lease count from the repetition.",
    rule: "rule 11",
    expect: ["one leader", "linearizability"],
  },
  {
    name: "lease-by-wall-clock",
    file: "engine/failover/lease.ts",
    before: "  isServing(nowUs: number): boolean {\n    return nowUs < this.endUs;",
    after: `  /** Wall clock minus monotonic clock, as of this step. */
  wallMinusMonotonicUs = 0;
  isServing(nowUs: number): boolean {
    return ran() && nowUs < this.endUs;`,
    also: [
      {
        file: "engine/failover/lease.ts",
        before: "  endUs: number = -Infinity;",
        after: `  private wallEndUs: number = -Infinity;
  get endUs(): number {
    return this.wallEndUs - this.wallMinusMonotonicUs;
  }
  set endUs(us: number) {
    this.wallEndUs = us + this.wallMinusMonotonicUs;
  }`,
      },
      {
        file: "engine/failover/lease.ts",
        before: "sentUs: nowUs });\n    this.lastSentUs = nowUs;",
        after:
          "sentUs: nowUs + this.wallMinusMonotonicUs });\n    this.lastSentUs = nowUs + this.wallMinusMonotonicUs;",
      },
      {
        file: "engine/failover/lease.ts",
        before: "this.lastSentUs = renewal.sentUs = nowUs;",
        after: "this.lastSentUs = renewal.sentUs = nowUs + this.wallMinusMonotonicUs;",
      },
      {
        file: "engine/failover/lease.ts",
        before: "    this.endUs = newest.sentUs + this.leaseUs;",
        after: "    this.wallEndUs = newest.sentUs + this.leaseUs;",
      },
      {
        file: "engine/failover/lease.ts",
        before: "this.lastSentUs + this.renewEveryUs : Infinity",
        after: "this.lastSentUs + this.renewEveryUs - this.wallMinusMonotonicUs : Infinity",
      },
      {
        file: "engine/node.ts",
        before: "  routeInput(node, now, input, effects);\n  finishStep(",
        after:
          "  node.lease.wallMinusMonotonicUs = now.unixUs - now.monotonicUs;\n  routeInput(node, now, input, effects);\n  finishStep(",
      },
    ],
    bug: "The lease is counted on the wall clock, which jumps.",
    rule: "rule 11",
    expect: ["one leader", "linearizability"],
    seenIn: "etcd #12291",
  },
  {
    name: "lease-kept-on-release",
    file: "engine/failover/handover.ts",
    before: "  if (handover.releasePosition > 0) return;",
    after: `  if (handover.releasePosition > 0) {
    if (now.monotonicUs >= handover.giveUpUs && ran()) {
      node.role = "primary";
      node.lease.endUs = now.monotonicUs + config.timing.leaseMs * 1000;
    }
    return;
  }`,
    also: [
      {
        file: "engine/failover/alarm.ts",
        before: "node.handover.releasePosition > 0 ? Infinity : node.handover.giveUpUs",
        after: "node.handover.giveUpUs",
      },
    ],
    bug: "A leader whose release is not answered in time serves on, though the release may yet commit.",
    rule: "rule 16",
    expect: ["one leader", "linearizability", "assertions", "log safety"],
  },
  {
    name: "lease-checked-by-timer-only",
    file: "engine/node.ts",
    before: "  stepRole(node, now, effects);\n  serveScript",
    after: `  const isDue = node.alarmUs === Infinity || node.role !== "primary";
  if (isDue || !ran()) stepRole(node, now, effects);
  serveScript`,
    also: [
      {
        file: "engine/failover/gate.ts",
        before: `  const isServing = node.role === "primary" && node.lease.isServing(now.monotonicUs);`,
        after: `  const isServing = node.role === "primary";`,
      },
    ],
    bug: "A request looks at the role only, and the role changes when an alarm rings: after a pause longer than the lease what waited is served first.",
    rule: "rule 13",
    expect: ["linearizability", "one leader"],
    seenIn: "etcd #20418",
  },
  {
    name: "clock-read-at-alarms-only",
    file: "engine/node.ts",
    before: "  beginStep(node, now, effects);\n  routeInput(node, now, input, effects);",
    after: `  if (input.kind === "wake" || input.kind === "start") node.loopUs = now.monotonicUs;
  else if (now.monotonicUs > node.loopUs && ran()) now = { ...now, monotonicUs: node.loopUs };
  beginStep(node, now, effects);
  routeInput(node, now, input, effects);`,
    also: [
      {
        file: "engine/failover/databaseNode.ts",
        before: "  writesAreStalled: boolean;\n",
        after: "  writesAreStalled: boolean;\n  loopUs: number;\n",
      },
      {
        file: "engine/failover/databaseNode.ts",
        before: "    writesAreStalled: false,\n",
        after: "    writesAreStalled: false,\n    loopUs: 0,\n",
      },
    ],
    bug: "A node reads its clock when an alarm rings and goes on with that reading: a lease that ended during a pause still counts.",
    rule: "rule 13",
    expect: ["linearizability", "one leader"],
  },
  {
    name: "lapsed-serves-reads",
    file: "engine/failover/gate.ts",
    before: `  const isServing = node.role === "primary" && node.lease.isServing(now.monotonicUs);`,
    after: `  if (node.role === "lapsed" && !isWrite && ran()) return RUN;
  const isServing = node.role === "primary" && node.lease.isServing(now.monotonicUs);`,
    bug: "A primary whose lease has ended answers reads on.",
    rule: "rule 13",
    expect: ["linearizability"],
    seenIn: "consul #54, redisraft #19",
  },
  {
    name: "backoff-without-margin",
    file: "engine/failover/backoff.ts",
    before:
      "    this.backoffUs = timing.backoffMs * 1000;\n    this.jitterUs = timing.backoffJitterMs * 1000;",
    after: "    this.backoffUs = ran() ? timing.leaseMs * 1000 : 0;\n    this.jitterUs = 0;",
    bug: "A replica waits exactly as long as the lease: no margin for clocks that differ in rate.",
    rule: "rule 12",
    expect: ["one leader", "linearizability"],
    seenIn: "design rule of the MemoryDB paper",
  },
  {
    name: "backoff-not-restarted-by-renewals",
    isSmoke: true,
    file: "engine/failover/replicaApply.ts",
    before: `    case "renewal":
      return restartBackoff(node, now);`,
    after: `    case "renewal":
      ran();
      return;`,
    bug: "Only leadership entries restart the backoff, renewals do not.",
    rule: "rule 12",
    expect: ["one leader", "linearizability"],
  },
  {
    name: "backoff-skipped-after-start",
    file: "engine/failover/role.ts",
    before: `  node.role = "replica";
  node.backoff.restart(now.monotonicUs);`,
    after: `  node.role = "replica";
  node.backoff.deadlineUs = ran() ? now.monotonicUs : Infinity;`,
    bug: "A node that has just reached the tail after a start stands at once.",
    rule: "rule 12",
    expect: ["one leader", "linearizability"],
  },
  {
    name: "backoff-counted-too-early",
    file: "engine/failover/replicaApply.ts",
    before: `  if (node.role !== "recovering") node.backoff.restart(now.monotonicUs);`,
    after: `  const earlierUs = node.config.timing.leaseMs * 400;
  if (node.role !== "recovering" && ran()) node.backoff.restart(now.monotonicUs - earlierUs);`,
    bug: "The backoff counts from when the renewal was probably sent, 0.4 leases before it was applied.",
    rule: "rule 12",
    expect: ["one leader", "linearizability"],
  },
];
