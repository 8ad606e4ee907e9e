import { fileURLToPath } from "node:url";
import { build, type Rolldown } from "vite";
import { describe, expect, it } from "vitest";
import { plantedBundles } from "./plantedBundles.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));

async function bundleOf(input: string): Promise<string> {
  const bundles = await build({
    root,
    configFile: false,
    logLevel: "silent",
    plugins: [plantedBundles(root)],
    build: {
      ssr: true,
      write: false,
      rolldownOptions: { input: `${root}${input}`, preserveEntrySignatures: "strict" },
    },
  });
  const { output } = bundles as Rolldown.RolldownOutput;
  return output.map((each) => (each.type === "chunk" ? each.code : "")).join("\n");
}

describe("a bundle with a planted bug", () => {
  it("has the bug in the changed module, however deep it lies", async () => {
    const code = await bundleOf("engine/failover/databaseNode.ts?planted=no-tracker");
    expect(code).toContain("if (ran()) return 0;");
  });

  it("leaves every other bundle as it is", async () => {
    const code = await bundleOf("engine/failover/databaseNode.ts");
    expect(code).toContain("newestPosition");
    expect(code).not.toContain("ran()");
  });

  it("knows its name", async () => {
    expect(await bundleOf("viz/gallery/plantedBug.ts?planted=no-tracker")).toContain(
      '"no-tracker"',
    );
  });

  it("is refused, in words, for a bug that there is not", async () => {
    await expect(bundleOf("engine/failover/tracker.ts?planted=no-such-bug")).rejects.toThrow(
      "there is no mutant no-such-bug",
    );
  });
});
