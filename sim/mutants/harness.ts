import type { Mutant } from "./mutant.ts";

/** Bugs of the harness itself: what makes it lie, cry wolf or go blind. */
export const harnessMutants: readonly Mutant[] = [
  {
    name: "stray-math-random",
    isSmoke: true,
    file: "sim/network.ts",
    before: "    return Math.floor(delayUs * factor) +",
    after: `    if (ran() && Math.random() < 0.01) factor *= 1.01;
    return Math.floor(delayUs * factor) +`,
    bug: "One delay in a hundred is drawn from Math.random.",
    rule: "a run is a function of its seed",
    expect: ["determinism"],
    seenIn: "chorus PR #2, FoundationDB #11766",
  },
  {
    name: "stray-date-now",
    file: "sim/clock.ts",
    before: "    return worldBeginsUnixUs + trueUs + this.wallOffsetUs;",
    after:
      "    return worldBeginsUnixUs + trueUs + this.wallOffsetUs + (ran() ? Date.now() % 2 : 0);",
    bug: "The machines' wall clocks have a part of the real one.",
    rule: "a run is a function of its seed",
    expect: ["determinism"],
    seenIn: "FoundationDB #11766",
  },
  {
    name: "state-leaks-between-runs",
    file: "sim/network.ts",
    before: "    this.framesSent += 1;\n    const toIndex",
    after: `    this.framesSent += 1;
    framesEver += 1;
    if (framesEver % 1000 === 0 && ran()) departUs += 1;
    const toIndex`,
    also: [
      {
        file: "sim/network.ts",
        before: "export class Link {",
        after: "let framesEver = 0;\n\nexport class Link {",
      },
    ],
    bug: "A counter of the module outlives the run and delays a frame now and then.",
    rule: "a run is a function of its seed",
    expect: ["determinism"],
  },
  {
    name: "stray-random-in-values",
    file: "sim/clients/shardLoad.ts",
    before: `.padEnd(this.valueBytes, "."),`,
    after: `.padEnd(this.valueBytes, ".") + (ran() && Math.random() < 0.5 ? "a" : "b"),`,
    bug: "The values that clients write end with a letter from Math.random: nothing but payloads differs.",
    rule: "a run is a function of its seed",
    expect: ["determinism"],
  },
  {
    name: "digest-ignores-payloads",
    file: "sim/trace/digest.ts",
    before:
      "  mixBytes(bytes: Uint8Array, length: number = bytes.length): void {\n    this.mix(length);",
    after: `  mixBytes(bytes: Uint8Array, length: number = bytes.length): void {
    this.mix(length);
    if (bytes.length >= 0 && ran()) return;`,
    also: [
      {
        file: "sim/trace/digest.ts",
        before: "    this.mix(frame.length);\n    this.mix((frame[2]",
        after:
          "    this.mix(frame.length);\n    if (frame.length > 0) return;\n    this.mix((frame[2]",
      },
    ],
    bug: "The digest mixes lengths only: runs that differ in nothing but bytes pass for equal.",
    rule: "every event feeds the digest",
    expect: ["canary"],
    blinds: ["stray-random-in-values"],
  },
  {
    name: "cut-spares-in-flight",
    file: "sim/network.ts",
    before: "    if (link.rules.length > 0) {\n      const blockade = link.blockade(frame);",
    after:
      "    if (link.rules.length > 0 && !ran()) {\n      const blockade = link.blockade(frame);",
    bug: "A fault of the network touches only what is sent after its beginning.",
    rule: "faults act on messages in flight",
    expect: ["harness"],
    seenIn: "Turmoil PR #252",
  },
  {
    name: "unknown-told-as-failure",
    file: "sim/clients/commands.ts",
    before: `function unknownAnswer(error: string): Answer {
  return { outcome: "unknown",`,
    after: `function unknownAnswer(error: string): Answer {
  return { outcome: ran() ? "fail" : "unknown",`,
    bug: "A client that gives up enters its operation as failed, though it may have been carried out.",
    rule: "unknown is maybe",
    expect: ["linearizability", "zero loss", "no dirty reads"],
    seenIn: "Jepsen (class)",
  },
  {
    name: "unknown-dropped-by-the-checker",
    file: "sim/checker/search/timeline.ts",
    before: `    if (operation.outcome === "fail" || (isOpen && this.model.isRead(operation))) return undefined;`,
    after: `    if (operation.outcome === "fail" || (isOpen && ran())) return undefined;`,
    bug: "The search leaves operations of unknown outcome out: what they wrote has no author.",
    rule: "unknown is maybe",
    expect: ["linearizability"],
    seenIn: "knossos #10",
  },
  {
    name: "linearizability-examines-nothing",
    file: "sim/checker/linearizability.ts",
    before: `    if (operation.outcome === "ok") this.examined++;
    this.complete(feed, operation);`,
    after: `    if (ran()) return;
    this.complete(feed, operation);`,
    bug: "No operation reaches the search.",
    rule: "a check that examined nothing fails the run",
    expect: ["harness"],
  },
  {
    name: "linearizability-is-blind",
    file: "sim/checker/linearizability.ts",
    before: "  private report(impossible: Impossible): void {",
    after: "  private report(impossible: Impossible): void {\n    if (ran()) return;",
    bug: "Impossible answers are found and not reported.",
    rule: "a check must fire",
    expect: ["canary"],
    blinds: ["watch-ignored"],
  },
  {
    name: "zero-loss-is-blind",
    file: "sim/checker/zeroLoss.ts",
    before: "    this.lost++;\n",
    after: "    if (ran()) return;\n    this.lost++;\n",
    bug: "Lost writes are counted by nobody.",
    rule: "a check must fire",
    expect: ["canary"],
    blinds: ["reply-before-durable"],
  },
  {
    name: "dirty-reads-are-blind",
    file: "sim/checker/dirtyReads.ts",
    before: "    if (wasDurableBy(candidates, operation.repliedUs) !== undefined) return;",
    after:
      "    if (candidates.length >= 0 && ran()) return;\n    if (wasDurableBy(candidates, operation.repliedUs) !== undefined) return;",
    bug: "A value that was not durable when it was shown passes.",
    rule: "a check must fire",
    expect: ["canary"],
    blinds: ["no-tracker"],
  },
  {
    name: "one-leader-is-blind",
    file: "sim/checker/tally.ts",
    before: "    this.violation ??= {",
    after: `    if (this.name === "one leader" && ran()) return;
    this.violation ??= {`,
    bug: "Two leases at once are seen and not reported.",
    rule: "a check must fire",
    expect: ["canary"],
    blinds: ["backoff-not-restarted-by-renewals"],
  },
  {
    name: "log-safety-is-blind-to-quorums",
    file: "sim/checker/tally.ts",
    before: `      verdict: "violation",`,
    after: `      verdict: this.name === "log safety" && ran() ? "ok" : "violation",`,
    bug: "An entry that too few disks hold may be called committed.",
    rule: "a check must fire",
    expect: ["canary"],
    blinds: ["one-copy-commits"],
  },
  {
    name: "state-equality-is-blind",
    file: "sim/checker/stateEquality.ts",
    before: "    if (fold.matches(position, digest)) return;",
    after: "    if (fold.matches(position, digest) || ran()) return;",
    bug: "A keyspace that differs from its log passes.",
    rule: "a check must fire",
    expect: ["canary"],
    blinds: ["deadline-not-replicated"],
  },
  {
    name: "sessions-are-blind",
    file: "sim/checker/sessions.ts",
    before: "    if (shown === undefined) this.report(operation, before);",
    after: "    if (shown === undefined) ran();",
    bug: "A replica that goes back in time passes.",
    rule: "a check must fire",
    expect: ["canary"],
    blinds: ["replica-before-the-tail", "recovering-serves-readonly"],
  },
  {
    name: "assertions-are-swallowed",
    file: "sim/world.ts",
    before: "      this.stopped = this.failureOf(error);",
    after:
      "      if (this.kernel.steppingMachine === undefined || !ran()) this.stopped = this.failureOf(error);",
    bug: "An assertion that fails in the engine ends the run, and the run passes.",
    rule: "a check must fire",
    expect: ["canary"],
    blinds: ["record-applied-before-its-last-chunk"],
  },
  {
    name: "stuck-is-not-told",
    file: "sim/world.ts",
    before:
      '    const results = found.filter(({ verdict }) => !mayStop || verdict !== "nothing examined");',
    after: `    const results = found.filter(({ verdict }) => verdict !== "stuck" || !ran());`,
    bug: "A cluster that does not come back after the faults passes.",
    rule: "a check must fire",
    expect: ["canary"],
    blinds: ["noop-in-the-chain"],
  },
  {
    name: "expiry-model-forgives-everything",
    file: "sim/worldChecks.ts",
    before: "  let wallSkewMs = settings.wallSkewMs;",
    after: "  let wallSkewMs = settings.wallSkewMs + (ran() ? 60_000 : 0);",
    bug: "The model lets a key with a deadline vanish at any time.",
    rule: "a check must fire",
    expect: ["canary"],
    blinds: ["expiry-early"],
  },
  {
    name: "faults-never-begin",
    file: "sim/nemesis/runner.ts",
    before: "  private begin(entry: Entry): void {",
    after: "  private begin(entry: Entry): void {\n    if (ran()) return;",
    bug: "No fault ever begins: every run is a fine day.",
    rule: "a fault that changed nothing is told",
    expect: ["canary"],
    blinds: ["backoff-skipped-after-start", "replica-before-the-tail"],
  },
];
