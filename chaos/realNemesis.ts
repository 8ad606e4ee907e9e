/** Asks a running cluster for a scenario's faults, each at its time, and writes down what came of it. */
import type { Status } from "../server/chaos/control.ts";
import { createFaultCounter } from "../sim/place.ts";
import type { FaultRecord, Unavailability } from "../sim/run.ts";
import type { OfferedOperation } from "../sim/clients/offered.ts";
import { type Api, ApiError, type FaultRequest } from "./api.ts";
import { Probe } from "./probe.ts";
import type { RealFault } from "./realFaults.ts";
import { nowUs } from "./socketHost.ts";

/** A role that nobody holds now is looked for again. */
const RETRY_MS = 50;

interface Struck {
  readonly fault: RealFault;
  text: string;
  targets: readonly string[];
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
      const entry: Struck = { fault, text: "", targets: [], fromUs: -1, untilUs: -1 };
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
    offered: readonly OfferedOperation[],
    windows: readonly Unavailability[],
    endUs: number,
  ): FaultRecord[] {
    return this.struck.map(({ fault, text, targets, fromUs, untilUs }) => {
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
      // The cluster says that it was done; how many messages it cost nobody has counted.
      if (began && kind === "plannedFailover") effects.ordersGiven = 1;
      else if (began) effects.processesEnded = text.startsWith("kill") ? targets.length : 0;
      const mattered =
        began && (isSeen || (effects.processesEnded > 0 && operationsOverlapped > 0));
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
    try {
      const status = await this.api.status();
      const requests = fault.requests.map((request) => wholeZone(request, status));
      if (fault.probes) this.probe(fault, status, requests);
      const begun = await Promise.all(requests.map((request) => this.api.begin(request)));
      entry.text = begun.map(({ text }) => text).join(", ");
      entry.targets = begun.flatMap(({ targets }) => targets);
      entry.fromUs = nowUs();
      this.tell(entry.text);
      if (fault.forMs < 0) return this.end(entry);
      const end = async (): Promise<void> => {
        await Promise.all(begun.map(({ id }) => this.api.heal(id)));
        this.end(entry);
      };
      this.timers.push(
        setTimeout(() => void end().catch((error) => this.fail(error)), fault.forMs),
      );
    } catch (error) {
      if (!(error instanceof ApiError) || !error.message.startsWith("nobody is")) {
        return this.fail(error);
      }
      this.timers.push(setTimeout(() => void this.strike(entry), RETRY_MS));
    }
  }

  private end(entry: Struck): void {
    entry.untilUs = nowUs();
    if (entry.fault.forMs >= 0) this.tell(`over: ${entry.text}`);
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
