import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { afterAll, describe, expect, it } from "vitest";
import { scenarios } from "../../scenarios/registry.ts";
import type { Operation } from "../../sim/checker/history.ts";
import { isReadInput } from "../../sim/checker/history.ts";
import { plantedBundles } from "../../sim/cli/mutants/plantedBundles.ts";
import type { Run } from "../../sim/run.ts";
import * as world from "../../sim/world.ts";
import { momentsOf, type TourRun } from "./moments.ts";
import type { Tour } from "./tour.ts";
import { tours } from "./tours.ts";

type World = Pick<typeof world, "runScenario">;

const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "azimuth-tours-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A bundle of the world with a bug planted, made as the viewer's workers are. */
async function plantedWorld(mutant: string): Promise<World> {
  const entryFileNames = `${mutant}.mjs`;
  await build({
    root,
    configFile: false,
    logLevel: "warn",
    plugins: [plantedBundles(root)],
    build: {
      ssr: true,
      outDir: folder,
      emptyOutDir: false,
      rolldownOptions: {
        input: join(root, `sim/world.ts?planted=${mutant}`),
        output: { entryFileNames },
      },
    },
    ssr: { noExternal: true },
  });
  return (await import(/* @vite-ignore */ join(folder, entryFileNames))) as World;
}

async function runOf({ spec }: Tour): Promise<Run> {
  const { runScenario } = spec.mutant === undefined ? world : await plantedWorld(spec.mutant);
  const scenario = spec.file ?? scenarios.find(({ name }) => name === spec.scenario);
  if (scenario === undefined) throw new Error(`there is no scenario ${spec.scenario}`);
  return runScenario(scenario, spec.overrides, spec.seed, { full: false }).run;
}

function tourRunOf(run: Run): TourRun {
  return {
    ...run,
    faults: run.faults.map((fault, index) => ({ ...fault, id: `${index}-${fault.kind}` })),
    events: run.trace,
    operations: run.history.map((operation) => ({
      ...operation,
      access: accessOf(operation),
      answer: operation.output === null ? "(absent)" : String(operation.output),
    })),
  };
}

function accessOf({ input, readonlyReplica }: Operation): string {
  if (readonlyReplica) return "replica read";
  return isReadInput(input) ? "read" : "write";
}

describe.each(tours)("the tour $id", (tour) => {
  it("comes to what it says, soon, and has a moment for every step, in order", async () => {
    const run = await runOf(tour);
    expect(run.signature.split(":")[0]).toBe(tour.violates);
    expect(run.verdict).toBe(tour.violates === "" ? "ok" : "violation");
    expect(run.simulatedUs).toBeLessThan(25e6);
    expect(run.events).toBeLessThan(15_000);
    const moments = momentsOf(tour, tourRunOf(run));
    expect(moments.length).toBe(tour.steps.length);
    const times = moments.map(({ atUs }) => atUs);
    expect(times).toEqual([...times].sort((one, other) => one - other));
    expect(Math.max(...times)).toBeLessThanOrEqual(run.simulatedUs);
  });

  it("passes with nothing planted", async () => {
    const { mutant, ...spec } = tour.spec;
    if (mutant === undefined) return;
    const run = await runOf({ ...tour, spec });
    expect(run.signature).toBe("");
  });
});

it("docs/GALLERY.md has a paragraph on each, in this order", () => {
  const page = readFileSync(join(root, "docs/GALLERY.md"), "utf8");
  const told = [...page.matchAll(/^\*\*(.+?)\*\*/gm)].map(([, title]) => title);
  expect(told).toEqual(tours.map(({ title }) => title));
});
