/**
 * A run made by hand for the tests of reports and page: the zone of each primary goes dark for 20 s under load.
 * Plausible, not true; nothing here was simulated.
 */
import type { Operation, OperationInput, Outcome } from "../sim/checker/history.ts";
import type {
  CheckResult,
  Failover,
  LatencySummary,
  LeaseInterval,
  NodeInfo,
  RoleInterval,
  Run,
  RunVerdict,
  Unavailability,
} from "../sim/run.ts";
import { createFaultCounter } from "../sim/place.ts";
import { commonParameters } from "../sim/scenario.ts";
import type { EventKind, TraceEvent } from "../sim/trace/vocabulary.ts";

export interface TestRunOptions {
  readonly shards?: number;
  readonly replicas?: number;
  readonly operationsPerShard?: number;
  readonly verdict?: RunVerdict;
  readonly seed?: number;
}

const zones = ["a", "b", "c"];
const loadedUs = 3_400_000;
const faultUs = loadedUs + 15_000_000;
const healUs = faultUs + 20_000_000;
const endUs = loadedUs + 64_000_000;

const testCheckpoints: Run["checkpoints"] = [
  { timeUs: 1_000_000, events: 5210, digest: "0a11" },
  { timeUs: 2_000_000, events: 11_870, digest: "b7c2" },
];

export function testRun(options: TestRunOptions = {}): Run {
  const shards = options.shards ?? 1;
  const replicas = options.replicas ?? 2;
  const verdict = options.verdict ?? "ok";
  const draw = generator(options.seed ?? 1);
  const nodes: NodeInfo[] = [];
  const roles: RoleInterval[] = [];
  const leases: LeaseInterval[] = [];
  const unavailability: Unavailability[] = [];
  const failovers: Failover[] = [];
  const trace: TraceEvent[] = [event(0, "", "run.started", -1, options.seed ?? 1)];
  const history: Operation[] = [];
  for (const zone of zones) addLogNode(zone, nodes, roles, trace);
  nodes.push({ node: "monitor", kind: "monitor", zone: "a", shard: -1 });
  for (let shard = 0; shard < shards; shard++) {
    const tookUs = Math.round(3_050_000 + draw() * 600_000);
    const names: string[] = [];
    for (let index = 0; index <= replicas; index++) {
      const again = index < 3 ? "" : String(Math.floor(index / 3) + 1);
      names.push(`db-${shard}-${zones[(index + shard) % 3]}${again}`);
    }
    const inZone = names.map((_, index) => zones[(index + shard) % 3] ?? "a");
    names.forEach((node, index) => {
      nodes.push({ node, kind: "database", zone: inZone[index] ?? "a", shard });
    });
    addShard({ shard, names, inZone, tookUs, roles, leases, trace, failovers, unavailability });
    addOperations(history, shard, names, tookUs, options.operationsPerShard ?? 1200, draw);
  }
  trace.push(event(loadedUs, "", "run.loaded", -1, -1));
  trace.push(event(healUs, "", "run.healed", -1, -1));
  trace.push(event(endUs, "", "run.ended", -1, -1, "horizon reached and every write found"));
  trace.sort((left, right) => left.timeUs - right.timeUs);
  history.sort((left, right) => left.dueUs - right.dueUs);
  return {
    scenario: "az-outage",
    story:
      "The zone of the primary goes dark under load and returns with its disks. A replica takes over and every acknowledged write survives.",
    budget: "within",
    seed: options.seed ?? 1,
    parameters: { ...commonParameters, shards, replicas, target: "primary" },
    overrides: shards === 1 ? {} : { shards, replicas },
    verdict,
    signature: verdict === "ok" ? "" : `made up: ${verdict}`,
    checks: testChecks(verdict, history.length),
    nodes,
    roles,
    leases,
    faults: [testOutage(nodes, history.length)],
    unavailability,
    failovers,
    latencies: testLatencies(),
    operations: countOperations(history, verdict),
    history,
    load: [],
    trace,
    loadedUs,
    simulatedUs: endUs,
    events: 412_337,
    steps: 268_114,
    digest: "5f0c2a9be41d7733",
    checkpoints: testCheckpoints,
    leaderChanges: 1,
    messagesDropped: 0,
    marks: { "read waited for a dirty key": 3 },
  };
}

function testOutage(nodes: readonly NodeInfo[], operations: number): Run["faults"][number] {
  return {
    kind: "zoneOutage",
    text: "zone a goes dark (held the primary of shard 0)",
    targets: ["a", ...nodes.filter((node) => node.zone === "a").map((node) => node.node)],
    fromUs: faultUs,
    untilUs: healUs,
    effects: { ...createFaultCounter(), messagesCut: 4211, diskResultsChanged: 3 },
    operationsOverlapped: Math.round(operations / 3),
    mattered: true,
    phases: ["steady", "appends in flight"],
  };
}

function countOperations(history: readonly Operation[], verdict: RunVerdict): Run["operations"] {
  const count = (outcome: Outcome) =>
    history.filter((operation) => operation.outcome === outcome).length;
  const acknowledged = count("ok");
  return {
    offered: history.length,
    acknowledged,
    failed: count("fail"),
    unknown: count("unknown"),
    lost: verdict === "violation" ? 1 : 0,
    offeredOutsideWindows: acknowledged,
    acknowledgedOutsideWindows: acknowledged,
  };
}

interface ShardParts {
  readonly shard: number;
  readonly names: readonly string[];
  readonly inZone: readonly string[];
  readonly tookUs: number;
  readonly roles: RoleInterval[];
  readonly leases: LeaseInterval[];
  readonly trace: TraceEvent[];
  readonly failovers: Failover[];
  readonly unavailability: Unavailability[];
}

function addShard(parts: ShardParts): void {
  const { shard, names, inZone, tookUs, roles, leases, trace } = parts;
  const isHit = inZone[0] === "a";
  const electedUs = faultUs + tookUs - 900;
  const next = isHit ? 1 : 0;
  names.forEach((node, index) => {
    const role = (fromUs: number, untilUs: number, name: RoleInterval["role"], epoch: number) =>
      roles.push({ node, fromUs, untilUs, role: name, epoch });
    role(0, 150_000, "recovering", 0);
    if (index === 0) {
      role(150_000, 2_900_000, "replica", 0);
      role(2_900_000, isHit ? faultUs : endUs, "primary", 1);
    } else if (inZone[index] === "a") {
      role(150_000, faultUs, "replica", 1);
    } else if (isHit && index === next) {
      role(150_000, electedUs - 1800, "replica", 1);
      role(electedUs - 1800, electedUs, "candidate", 2);
      role(electedUs, endUs, "primary", 2);
    } else {
      role(150_000, endUs, "replica", 1);
    }
    if (inZone[index] === "a") {
      role(faultUs, healUs, "down", 0);
      role(healUs, healUs + 340_000, "recovering", 0);
      role(healUs + 340_000, endUs, "replica", 2);
      trace.push(event(faultUs, node, "machine.crashed", shard, -1, "power lost"));
      trace.push(event(healUs, node, "machine.started", -1, 9));
      trace.push(event(healUs + 340_000, node, "node.recovered", shard, -1));
    }
  });
  const old = names[0] ?? "";
  const elected = names[next] ?? "";
  trace.push(event(2_900_000, old, "role.primary", shard, 1));
  for (let us = 2_900_000; us < (isHit ? faultUs : endUs); us += 500_000) {
    trace.push(event(us, old, "lease.renewed", shard, us + 2_000_000));
  }
  leases.push({
    node: old,
    shard,
    epoch: 1,
    fromUs: 2_900_000,
    untilUs: isHit ? faultUs : endUs,
  });
  if (!isHit) return;
  leases.push({ node: elected, shard, epoch: 2, fromUs: electedUs, untilUs: endUs });
  trace.push(event(electedUs, elected, "role.primary", shard, 2));
  trace.push(event(faultUs, "", "probe.started", shard, -1));
  trace.push(event(faultUs + tookUs, "", "probe.acknowledged", shard, tookUs));
  parts.failovers.push({
    shard,
    cause: "zoneOutage",
    planned: false,
    faultUs,
    firstAckUs: faultUs + tookUs,
    from: old,
    to: elected,
  });
  parts.unavailability.push(
    { shard, access: "write", fromUs: faultUs - 400, untilUs: faultUs + tookUs },
    { shard, access: "read", fromUs: faultUs - 300, untilUs: faultUs + tookUs - 800 },
  );
}

function addLogNode(
  zone: string,
  nodes: NodeInfo[],
  roles: RoleInterval[],
  trace: TraceEvent[],
): void {
  const node = `log-${zone}`;
  nodes.push({ node, kind: "log", zone, shard: -1 });
  const role = (fromUs: number, untilUs: number, name: RoleInterval["role"], epoch: number) =>
    roles.push({ node, fromUs, untilUs, role: name, epoch });
  if (zone !== "a") {
    role(0, 640_000, "log follower", 1);
    role(640_000, endUs, zone === "b" ? "log leader" : "log follower", 2);
    if (zone === "b") trace.push(event(640_000, node, "log.leader", 0, 2));
    return;
  }
  role(0, faultUs, "log follower", 2);
  role(faultUs, healUs, "down", 0);
  role(healUs, healUs + 290_000, "log repairing", 2);
  role(healUs + 290_000, endUs, "log follower", 2);
  trace.push(event(healUs + 290_000, node, "log.repaired", 0, 2));
}

// oxlint-disable-next-line max-params -- a fixture, read in one place
function addOperations(
  history: Operation[],
  shard: number,
  names: readonly string[],
  tookUs: number,
  count: number,
  draw: () => number,
): void {
  for (let index = 0; index < count; index++) {
    const dueUs = Math.round(loadedUs + (index * 60_000_000) / count + draw() * 4000);
    const kind = draw();
    const key = `r:${shard}:${Math.floor(draw() * draw() * 16)}`;
    const isWrite = kind > 0.8;
    const isReplica = kind < 0.08;
    const isDark = dueUs >= faultUs && dueUs < faultUs + tookUs && names[0]?.endsWith("-a");
    const input: OperationInput = isWrite
      ? { f: "set", key, value: `v${index}` }
      : { f: "get", key };
    let latencyUs = isWrite ? 1800 + draw() ** 6 * 6000 : 1050 + draw() ** 8 * 3000;
    let outcome: Outcome = "ok";
    let error = "";
    if (isDark === true && !isReplica) {
      const isTimeout = draw() < 0.8;
      outcome = isTimeout ? "unknown" : "fail";
      error = isTimeout ? "timed out" : "CLUSTERDOWN the shard has no primary";
      latencyUs = isTimeout ? 1_000_000 : 1200;
    }
    const id = shard * count + index;
    const invokedUs = dueUs + 12;
    history.push({
      id,
      offered: id,
      process: index % 12,
      shard,
      input,
      output: outcome === "ok" ? (isWrite ? "OK" : `v${Math.max(0, index - 1)}`) : null,
      outcome,
      dueUs,
      invokedUs,
      completedUs: Math.round(dueUs + latencyUs),
      repliedUs: outcome === "ok" ? Math.round(dueUs + latencyUs - 500) : -1,
      invokedOrder: id * 2,
      completedOrder: id * 2 + 1,
      node: names[isReplica ? 2 : dueUs > faultUs ? 1 : 0] ?? "",
      readonlyReplica: isReplica,
      error,
    });
  }
}

function testChecks(verdict: RunVerdict, operations: number): readonly CheckResult[] {
  const ok = (name: string, examined: number, unit: string, sentence: string): CheckResult => ({
    name,
    verdict: "ok",
    examined,
    unit,
    sentence,
  });
  const checks = [
    ok("linearizable", operations, "operations", "one order explains every answer, key by key"),
    ok("zero loss", 2391, "acknowledged writes", "every one is in the log and in the final scan"),
    ok("no dirty reads", 9604, "reads", "no reader saw a write that did not commit"),
    ok("one leader", 118, "leases", "at no instant were two leases of one shard valid"),
    ok("log", 2604, "entries", "gap-free, exactly once, checksums agree on all three disks"),
    ok("state", 240, "state samples", "each is the fold of a prefix of the log"),
    ok("sessions", 1021, "replica reads", "no client saw a replica go back in time"),
    ok("liveness", 3, "stages", "converged, served fresh operations, scanned every write"),
  ];
  if (verdict === "violation") {
    checks[0] = {
      ...ok(
        "linearizable",
        operations,
        "operations",
        "no order explains operation 811: GET r:0:3 read v41 after v57 was acknowledged",
      ),
      verdict: "violation",
      atUs: faultUs + 3_512_000,
      details: ["legal values then: v57", "last writes: SET v57 by process 4 <acknowledged>"],
    };
  }
  if (verdict === "stuck") {
    checks[7] = {
      ...ok("liveness", 3, "stages", "no append quorum: log-a and log-b are down"),
      verdict: "stuck",
    };
  }
  if (verdict === "undecided") {
    checks[0] = {
      ...ok("linearizable", 90, "operations", "the search budget ran out on key r:0:1"),
      verdict: "unknown",
    };
  }
  if (verdict === "harness") {
    checks[6] = {
      ...ok("sessions", 0, "replica reads", "there was no replica read to judge"),
      verdict: "nothing examined",
    };
  }
  return checks;
}

function testLatencies(): readonly LatencySummary[] {
  const rows: LatencySummary[] = [];
  for (const phase of ["before", "fault", "after", "all"] as const) {
    const factor = phase === "fault" ? 40 : phase === "all" ? 12 : 1;
    rows.push(
      {
        phase,
        access: "write",
        count: 611,
        p50Us: 2210,
        p99Us: 5120 * factor,
        p999Us: 6900 * factor,
        maxUs: 7200 * factor,
      },
      {
        phase,
        access: "read",
        count: 2410,
        p50Us: 1130,
        p99Us: 2980 * factor,
        p999Us: 3600 * factor,
        maxUs: 4100 * factor,
      },
      {
        phase,
        access: "replica read",
        count: 240,
        p50Us: 1090,
        p99Us: 2870,
        p999Us: 3300,
        maxUs: 3900,
      },
    );
  }
  return rows;
}

// oxlint-disable-next-line max-params -- the fields of a trace event
function event(
  timeUs: number,
  node: string,
  kind: EventKind,
  shard: number,
  value: number,
  text: string = "",
): TraceEvent {
  return { timeUs, node, kind, shard, position: -1, value, text };
}

/** A small linear congruential generator: fixtures need variety, not quality. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}
