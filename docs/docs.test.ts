import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { eventKinds } from "../sim/trace/vocabulary.ts";
import { faultKinds } from "../sim/nemesis/registry.ts";
import { scenarios } from "../scenarios/registry.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), "utf8");

const pages = ["README.md", ...markdownUnder("docs")];

describe("the documentation", () => {
  it("links only to files that exist", () => {
    const broken: string[] = [];
    for (const page of pages) {
      for (const [, target = ""] of read(page).matchAll(/\]\(([^)#\s]+)[^)]*\)/g)) {
        if (/^[a-z]+:/.test(target)) continue;
        if (!existsSync(join(root, dirname(page), target))) broken.push(`${page} → ${target}`);
      }
    }
    expect(broken).toEqual([]);
  });

  it("explains every event of the trace in docs/trace.md, and no other", () => {
    const explained = [...read("docs/trace.md").matchAll(/^\| `([a-zA-Z.]+)`/gm)].map(([, kind]) =>
      String(kind),
    );
    expect(explained.toSorted()).toEqual([...eventKinds].toSorted());
  });

  it("names for every rule of PROTOCOL.md a test that exists", () => {
    const page = read("docs/PROTOCOL.md");
    const tests = testSources();
    const rules = [...page.matchAll(/^### (\d+)\. /gm)].map(([, rule]) => Number(rule));
    expect(rules).toEqual(Array.from({ length: 26 }, (_, index) => index + 1));
    const missing: string[] = [];
    for (const section of page.split(/^### /m).slice(1)) {
      const named = [...section.matchAll(/^- test: `([^`]+)` in \[[^\]]+\]\(([^)]+)\)/gm)];
      if (named.length === 0) missing.push(`${section.split("\n")[0]}: no test named`);
      for (const [, name = "", file = ""] of named) {
        const source = tests.get(join("docs", file));
        if (source === undefined || !source.includes(name)) missing.push(`${file}: ${name}`);
      }
    }
    expect(missing).toEqual([]);
  });

  it("tells every kind of fault in docs/faults.md, with its group and its fields", () => {
    const told = [
      ...read("docs/faults.md").matchAll(/^\| `(\w+)` \| (\w+) \| [^|]* \| ([^|]*) \|/gm),
    ]
      .map(([, kind, group, fields = ""]) => `${kind} ${group}: ${fields.replaceAll("`", "")}`)
      .toSorted();
    const known = faultKinds.map(
      ({ kind, swarm, fields }) => `${kind} ${swarm.group}: ${Object.keys(fields).join(", ")}`,
    );
    expect(told).toEqual(known.toSorted());
  });

  it("tells every scenario in the list of docs/SCENARIOS.md", () => {
    const told = [...read("docs/SCENARIOS.md").matchAll(/^\| `([a-z-]+)`/gm)].map(
      ([, name]) => name,
    );
    expect(told).toEqual(scenarios.map((scenario) => scenario.name));
  });
});

function markdownUnder(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => join(folder, name));
}

/** Source of every test file by its path from the root. */
function testSources(): Map<string, string> {
  const sources = new Map<string, string>();
  for (const room of ["engine", "sim", "scenarios", "reports", "viz"]) {
    for (const name of readdirSync(join(root, room), { recursive: true, encoding: "utf8" })) {
      if (name.endsWith(".test.ts")) sources.set(join(room, name), read(join(room, name)));
    }
  }
  return sources;
}
