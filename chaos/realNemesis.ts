/** Asks a running cluster for a scenario's faults, each at its time, and writes down what came of it. */
import type { Status } from "../server/chaos/control.ts";
import { createFaultCounter, effectsOf as effectsOfAll, type FaultCounter } from "../sim/place.ts";
import type { FaultRecord, Unavailability } from "../sim/run.ts";
import type { OfferedOperation } from "../sim/clients/offered.ts";
import { type Api, ApiError, type FaultRequest } from "./api.ts";
import { Probe } from "./probe.ts";
import type { RealFault } from "./realFaults.ts";
import { nowUs } from "./socketHost.ts";

/** A role that nobody holds now is looked for again. */
const RETRY_MS = 50;

/** What a fault does, by the interface's kinds. */
const counters: Readonly<Record<string, keyof FaultCounter>> = {
  kill: "processesEnded",
  restart: "processesEnded",
  "rolling-restart": "processesEnded",
  rot: "processesEnded",
  pause: "inputsChanged",
  "slow-cpu": "inputsChanged",
  cut: "messagesCut",
  flap: "messagesCut",
  partition: "messagesCut",
  loss: "messagesCut",
  clog: "messagesDelayed",
  reorder: "messagesDelayed",
  delay: "messagesDelayed",
  duplicate: "messagesDoubled",
  "break-connections": "connectionsBroken",
  "half-open": "connectionsBroken",
  "drop-clients": "connectionsBroken",
  "slow-log": "diskResultsChanged",
  disk: "diskResultsChanged",
  "skew-clock": "clockReadingsSkewed",
  failover: "ordersGiven",
  "log-transfer": "ordersGiven",
};

interface Struck {
  readonly fault: RealFault;
  text: string;
  targets: readonly string[];
  /** By which the cluster knows what was begun for it. */
  readonly ids: number[];
  fromUs: number;
  untilUs: number;
}

export class RealNemesis {
  readonly probes: Probe[] = [];
  private readonly api: Api;
  private readonly shardCount: number;
  private readonly struck: Struck[] = [];
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly tell: (text: string) => void;
  private isHealed = false;
  private failure: Error | undefined = undefined;

  constructor(api: Api, shardCount: number, tell: (text: string) => void) {
    this.api = api;
    this.shardCount = shardCount;
    this.tell = tell;
  }

  /** Times count from now. */
  start(faults: readonly RealFault[]): void {
    for (const fault of faults) {
      const entry: Struck = { fault, text: "", targets: [], ids: [], fromUs: -1, untilUs: -1 };
      this.struck.push(entry);
      this.timers.push(setTimeout(() => void this.strike(entry), fault.atMs));
    }
  }

  /** Ends every fault that still lasts, and begins no other. Rejects with what went wrong in asking for one. */
  async heal(): Promise<void> {
    this.isHealed = true;
    for (const timer of this.timers) clearTimeout(timer);
    await this.api.healAll();
    for (const entry of this.struck) if (entry.fromUs >= 0 && entry.untilUs < 0) this.end(entry);
    if (this.failure !== undefined) throw this.failure;
  }

  /** What each did, as far as it can be seen from outside: who was struck, and what waited for an answer meanwhile. */
  records(
    effectsOf: (id: number) => number,
    offered: readonly OfferedOperation[],
    windows: readonly Unavailability[],
    endUs: number,
  ): FaultRecord[] {
    return this.struck.map(({ fault, text, targets, ids, fromUs, untilUs }) => {
      const { kind } = fault;
      const began = fromUs >= 0;
      const span = { fromUs: began ? fromUs : endUs, untilUs: untilUs < 0 ? endUs : untilUs };
      const meets = (one: { readonly from: number; readonly until: number }): boolean =>
        one.from <= span.untilUs && one.until >= span.fromUs;
      const operationsOverlapped = offered.filter(({ dueUs, endUs: until }) =>
        meets({ from: dueUs, until: until < 0 ? Infinity : until }),
      ).length;
      const isSeen = windows.some((one) => meets({ from: one.fromUs, until: one.untilUs }));
      const effects = createFaultCounter();
      // Effects are counted by the processes; signals to whole zones by whom they strike.
      const counted = ids.reduce((sum, id) => sum + effectsOf(id), 0);
      const [order = "", ofWhom = ""] = text.split(" ");
      const counter = counters[order];
      const isSignal = counted === 0 && (ofWhom === "zone" || order === "rolling-restart");
      if (began && counter !== undefined) effects[counter] = isSignal ? targets.length : counted;
      const mattered =
        began &&
        (isSeen ||
          effectsOfAll(effects) > 0 ||
          (effects.processesEnded > 0 && operationsOverlapped > 0));
      const told = began ? text : `${kind}: nobody held the roles it aims at`;
      return {
        kind,
        text: told,
        targets,
        ...span,
        effects,
        operationsOverlapped,
        mattered,
        phases: [],
      };
    });
  }

  private async strike(entry: Struck): Promise<void> {
    if (this.isHealed) return;
    const { fault } = entry;
    const first = fault.steps.filter(({ afterMs }) => afterMs === 0);
    try {
      const status = await this.api.status();
      const requests = first.map(({ request }) => wholeZone(request, status));
      if (fault.probes) this.probe(fault, status, requests);
      const begun = await Promise.all(requests.map((request) => this.api.begin(request)));
      entry.text = begun.map(({ text }) => text).join(", ");
      entry.targets = begun.flatMap(({ targets }) => targets);
      entry.ids.push(...begun.map(({ id }) => id));
      entry.fromUs = nowUs();
      this.tell(entry.text);
    } catch (error) {
      if (!isAbsence(error)) return this.fail(error);
      this.timers.push(setTimeout(() => void this.strike(entry), RETRY_MS));
      return;
    }
    for (const { afterMs, request } of fault.steps) {
      if (afterMs === 0) continue;
      this.timers.push(setTimeout(() => void this.follow(entry, request), afterMs));
    }
    if (fault.lastsMs === 0) this.end(entry);
    else this.timers.push(setTimeout(() => this.end(entry), fault.lastsMs));
  }

  /** A later step; while nobody holds its role there is nothing to be done. */
  private async follow(entry: Struck, request: FaultRequest): Promise<void> {
    if (this.isHealed) return;
    try {
      const { id, targets, text } = await this.api.begin(
        wholeZone(request, await this.api.status()),
      );
      entry.ids.push(id);
      entry.targets = [...new Set([...entry.targets, ...targets])];
      this.tell(text);
    } catch (error) {
      if (!isAbsence(error)) this.fail(error);
    }
  }

  private end(entry: Struck): void {
    entry.untilUs = nowUs();
    if (entry.fault.lastsMs > 0) this.tell(`over: ${entry.text}`);
  }

  private fail(error: unknown): void {
    this.failure ??= error instanceof Error ? error : new Error(String(error));
  }

  /** One a shard whose primary, or whose log's leader, it strikes. */
  private probe(fault: RealFault, status: Status, requests: readonly FaultRequest[]): void {
    const { machines } = status;
    for (let shard = 0; shard < this.shardCount; shard++) {
      const nodes = machines.filter((one) => one.kind === "database" && one.shard === shard);
      const primary = nodes.find(({ role }) => role === "primary");
      const leader = machines.find(({ leads }) => leads.includes(shard));
      const isHit = requests.some(
        (request) =>
          request["shard"] === shard ||
          (request["group"] !== undefined && request["shard"] === undefined) ||
          [primary, leader].some(
            (one) =>
              one !== undefined && (request["zone"] === one.zone || request["node"] === one.node),
          ),
      );
      if (!isHit) continue;
      const { kind: cause, isPlanned: planned } = fault;
      const { shardCount } = this;
      const from = primary?.node ?? "";
      this.probes.push(new Probe({ shard, shardCount, cause, planned, from, nodes }));
    }
  }
}

/** Nobody holds the role at this moment. */
function isAbsence(error: unknown): boolean {
  return error instanceof ApiError && error.message.startsWith("nobody is");
}

/** "wholeZone" asks for the zone of whoever holds the role. */
function wholeZone(request: FaultRequest, { machines }: Status): FaultRequest {
  if (request["wholeZone"] !== true) return request;
  const { wholeZone: _asked, role, shard, ...rest } = request;
  const isHolder = (one: Status["machines"][number]): boolean => {
    const leads = one.leads.includes(Number(shard));
    if (role === "logLeader") return leads;
    if (role === "logFollower") return one.kind === "log" && one.state === "running" && !leads;
    return one.shard === Number(shard) && one.role === role;
  };
  const zone = machines.find(isHolder)?.zone;
  if (zone === undefined)
    throw new ApiError(`nobody is ${String(role)} of shard ${String(shard)} now`);
  return { ...rest, zone };
}
