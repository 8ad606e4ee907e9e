/** Against the recorded names of what the real server passes. */
import { join } from "node:path";
import { expect, it } from "vitest";
import { type Baseline, readBaseline } from "./baseline.ts";
import { leftOut } from "./leftOut.ts";
import type { SuiteMode } from "./options.ts";

const folder = join(process.env["AZIMUTH_DATA"] ?? "../shared/data", "redis-suite");
const modes: readonly SuiteMode[] = ["standalone", "cluster", "spawn"];
const baselines: ReadonlyMap<SuiteMode, Baseline> = new Map(
  modes.map((mode) => [mode, readBaseline(folder, mode)]),
);

it("leaves out only what the real server passes", () => {
  const unknown: string[] = [];
  for (const entry of leftOut) {
    const known = (entry.modes ?? modes).flatMap((mode) => [
      ...(baselines.get(mode)?.get(entry.unit) ?? []),
    ]);
    const names = entry.tests === "all" ? known.slice(0, 1) : entry.tests;
    if (known.length === 0) unknown.push(entry.unit);
    unknown.push(...names.filter((name) => !known.includes(name)));
  }
  expect(unknown).toEqual([]);
});

it("leaves out nothing twice", () => {
  for (const mode of modes) {
    const names = leftOut
      .filter((entry) => entry.modes?.includes(mode) !== false)
      .flatMap(({ unit, tests }) =>
        tests === "all" ? [unit] : tests.map((name) => `${unit}: ${name}`),
      );
    expect(new Set(names).size).toBe(names.length);
  }
});

it("leaves out none of the units whole that the product must have whole where the suite starts it", () => {
  const whole =
    "acl acl-v2 auth info maxmemory limits obuf-limits networking client-eviction pubsubshard slowlog introspection protocol tracking";
  const left = leftOut.filter(
    ({ unit, tests }) => tests === "all" && whole.split(" ").includes(unit.slice("unit/".length)),
  );
  expect(left).toEqual([]);
});
