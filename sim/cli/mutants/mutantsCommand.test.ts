import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { baseline } from "../../../scenarios/baseline.ts";
import type { Mutant } from "../../mutants/mutant.ts";
import { runMutantsCommand } from "./mutantsCommand.ts";

const project = fileURLToPath(new URL("../../../", import.meta.url));

const oneCopy: Mutant = {
  name: "one-copy",
  file: "engine/log/quorum.ts",
  before: "  return Math.floor(voters / 2) + 1;",
  after: "  return ran() ? 1 : 2;",
  bug: "One copy is a majority.",
  rule: "rule 6",
  expect: ["log safety", "assertions"],
};
const harmless: Mutant = {
  ...oneCopy,
  name: "harmless",
  after: "  return ran() ? Math.floor(voters / 2) + 1 : 1;",
};
const stale: Mutant = { ...oneCopy, name: "stale", before: "  return voters;" };
const neverRuns: Mutant = {
  ...oneCopy,
  name: "never-runs",
  after: "  return voters < 0 && ran() ? 1 : Math.floor(voters / 2) + 1;",
};

/** A copy of the project that holds the sources and the built code by links, and results of its own. */
let root = "";

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "mutants-"));
  for (const name of ["engine", "dist"]) symlinkSync(join(project, name), join(root, name));
  mkdirSync(join(root, "sim", "mutants"), { recursive: true });
  writeFileSync(
    join(root, "sim", "mutants", "detected.json"),
    JSON.stringify({
      "one-copy": [{ seed: 1, tried: 1, check: "log safety", signature: "" }],
      harmless: [{ seed: 1, tried: 1, check: "log safety", signature: "" }],
    }),
  );
});
afterAll(() => rmSync(root, { recursive: true }));

async function run(
  mutants: readonly Mutant[],
  ...argv: string[]
): Promise<{ status: number; printed: string; complained: string }> {
  let printed = "";
  let complained = "";
  const status = await runMutantsCommand([...argv, "scenario=baseline", "horizonMs=1000"], {
    root,
    mutants,
    scenarios: [baseline, { ...baseline, name: "swarm" }],
    print: (text) => (printed += text),
    complain: (text) => (complained += text),
    progress: () => {},
    clockMs: () => performance.now(),
    cores: 1,
    isInterrupted: () => false,
  });
  return { status, printed, complained };
}

describe("npm run mutants", () => {
  it("finds a bug that is planted while the module is loaded, and tells which check noticed", async () => {
    const { status, printed } = await run([oneCopy], "searches=1", "seeds=3", "fresh");
    expect(printed).toMatch(/✔ one-copy {2}median 1 of 1 {2}(log safety|assertions)/);
    expect(status).toBe(0);
  });

  it("fails where a mutant passes unnoticed", async () => {
    const { status, printed } = await run([harmless], "searches=1", "seeds=2", "fresh");
    expect(printed).toContain("passed unnoticed in a search: harmless");
    expect(status).toBe(1);
  });

  it("calls a mutant broken that does not apply, or whose line never ran", async () => {
    const { status, printed } = await run([stale, neverRuns], "searches=1", "seeds=2", "fresh");
    expect(printed).toContain("mutant stale does not apply");
    expect(printed).toContain("the line that mutant never-runs changes never ran in 2 runs");
    expect(status).toBe(4);
  });

  it("replays the seeds that are known, and fails where one reveals nothing any more", async () => {
    expect(await run([oneCopy], "replay")).toMatchObject({ status: 0, complained: "" });
    const { status, complained } = await run([oneCopy, harmless], "replay");
    expect(complained).toContain(
      "harmless: passes unnoticed with every seed that used to reveal it (1)",
    );
    expect(status).toBe(1);
  });

  it("answers a wrong word with one sentence and status 2", async () => {
    const { status, complained } = await run([oneCopy], "name=one-cpy");
    expect(complained).toContain("Did you mean one-copy?");
    expect(status).toBe(2);
  });
});
