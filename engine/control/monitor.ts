/**
 * The monitor: polls every machine, asks the infrastructure for those that fall silent, and gives blank log disks their
 * identity. It holds nothing that it could not learn anew: it may die and start anywhere at any time.
 */
import type { ClusterLayout, Effects, Input, NodeId, Now, Random } from "../contract.ts";
import type { Timing } from "../timing.ts";

export interface MonitorConfig {
  readonly nodeId: NodeId;
  readonly layout: ClusterLayout;
  readonly timing: Timing;
}

export interface Monitor {
  readonly config: MonitorConfig;
  readonly random: Random;
}

export function createMonitor(config: MonitorConfig, random: Random): Monitor {
  return { config, random };
}

export function stepMonitor(_monitor: Monitor, _now: Now, _input: Input, _effects: Effects): void {}
