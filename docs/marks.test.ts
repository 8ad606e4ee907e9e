import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { beyondSimulation, type MarkName, markNames, marks } from "../engine/marks.ts";

const engine = fileURLToPath(new URL("../engine", import.meta.url));
const files = readdirSync(engine, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .toSorted();
const sources = new Map(files.map((name) => [name, readFileSync(join(engine, name), "utf8")]));

/** Files that say a mark, once for each time. */
function saidIn(name: MarkName): readonly string[] {
  const said: string[] = [];
  for (const [file, source] of sources) {
    if (file.includes(".test.") || file.startsWith("marks.")) continue;
    for (let times = source.split(`"${name}"`).length - 1; times > 0; times--) said.push(file);
  }
  return said;
}

describe("the marks of the engine", () => {
  it("each stand in it exactly once", () => {
    const wrong = markNames.filter((name) => saidIn(name).length !== 1);
    expect(wrong).toEqual([]);
  });

  it("begin with a rule of PROTOCOL.md, or with Raft", () => {
    const wrong = markNames.filter(
      (name) => !/^(rule ([1-9]|1\d|2[0-6])|Raft): \S/.test(marks[name]),
    );
    expect(wrong).toEqual([]);
  });

  it("name a test that hits them where no simulation does, and that test looks at the mark", () => {
    const wrong: string[] = [];
    for (const [name, unreached] of Object.entries(beyondSimulation)) {
      const isThere = [...sources].some(
        ([file, source]) =>
          file.endsWith(".test.ts") &&
          source.includes(unreached.test) &&
          source.includes(`"${name}"`),
      );
      if (!isThere) wrong.push(`${name}: no test "${unreached.test}"`);
    }
    expect(wrong).toEqual([]);
  });

  it("are listed in docs/marks.md: `npx vitest run docs/marks.test.ts -u` writes it anew", async () => {
    await expect(page()).toMatchFileSnapshot("marks.md");
  });
});

function page(): string {
  const lines = [
    "# The marks",
    "",
    "The odd, rare and subtle branches of the engine, from [engine/marks.ts](../engine/marks.ts). [coverage.md](coverage.md) says what they are for.",
    "",
    "| mark | rule | where | what it means |",
    "| --- | --- | --- | --- |",
  ];
  for (const name of markNames) {
    const [rule = "", meaning = ""] = marks[name].split(/: (.*)/s);
    const [file = ""] = saidIn(name);
    lines.push(
      `| ${name} | ${rule.replace("rule ", "")} | [${file}](../engine/${file}) | ${meaning} |`,
    );
  }
  const unreached = Object.entries(beyondSimulation);
  if (unreached.length > 0) {
    lines.push("", "## Reached by a test of their own only", "");
    for (const [name, { why, test }] of unreached) {
      lines.push(`- **${name}**: ${why}; test \`${test}\``);
    }
  }
  return `${lines.join("\n")}\n`;
}
