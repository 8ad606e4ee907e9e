import { appends } from "./appends.ts";
import { cas } from "./cas.ts";
import { counters } from "./counters.ts";
import { expiring } from "./expiring.ts";
import { pairs } from "./pairs.ts";
import { registers } from "./registers.ts";
import type { Workload } from "./workload.ts";

export const workloads: readonly Workload[] = [registers, counters, appends, cas, expiring, pairs];

/** Reads the parameter `workload`: kinds separated by commas. Throws RangeError naming the valid ones. */
export function parseWorkloads(list: string): readonly Workload[] {
  const names = list.split(",").map((name) => name.trim());
  return names.map((name) => {
    const found = workloads.find((workload) => workload.kind === name);
    if (found === undefined) {
      const valid = workloads.map((workload) => workload.kind).join(", ");
      throw new RangeError(`unknown workload kind "${name}"; valid kinds: ${valid}`);
    }
    return found;
  });
}
