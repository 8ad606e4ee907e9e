import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { meant } from "./meant.ts";
import { notAsked } from "./notAsked.ts";
import { commandLine } from "./print.ts";
import { framesOf } from "./reply.ts";
import { sameButOrder } from "./messages.ts";
import { parseOptions } from "./options.ts";
import { sequences } from "./sequences.ts";

describe("sequences", () => {
  it("are what a run of the same seed is given: the path of one is its index", async () => {
    const arbitrary = sequences(undefined);
    const sampled = fc.sample(arbitrary, { seed: 5, numRuns: 10 });
    const run: unknown[] = [];
    await fc.assert(
      fc.asyncProperty(arbitrary, async (sequence) => {
        run.push(sequence);
      }),
      { seed: 5, numRuns: 10 },
    );
    expect(run).toEqual(sampled);
    const again: unknown[] = [];
    await fc.assert(
      fc.asyncProperty(arbitrary, async (sequence) => {
        again.push(sequence);
      }),
      { seed: 5, path: "7", numRuns: 10 },
    );
    expect(again[0]).toEqual(sampled[7]);
  });
});

describe("frames", () => {
  it("end where they end, and what is cut off stays", () => {
    const { frames, rest } = framesOf("*2\r\n:1\r\n$-1\r\n%1\r\n+a\r\n~0\r\n$3\r\na");
    expect(frames.map(({ raw }) => raw)).toEqual(["*2\r\n:1\r\n$-1\r\n", "%1\r\n+a\r\n~0\r\n"]);
    expect(rest).toBe("$3\r\na");
  });

  it("have pushes in their middle, which are not counted", () => {
    const { frames } = framesOf("*2\r\n>1\r\n+p\r\n:1\r\n:2\r\n");
    expect(frames.map(({ raw }) => raw)).toEqual([">1\r\n+p\r\n", "*2\r\n:1\r\n:2\r\n"]);
  });

  it("count what SUBSCRIBE says in a transaction", () => {
    const { frames } = framesOf("*2\r\n:1\r\n>1\r\n+p\r\n");
    expect(frames.map(({ items }) => items.length)).toEqual([2]);
  });
});

describe("messages", () => {
  const told = (...words: string[]): string =>
    `*${words.length}\r\n${words.map((word) => `+${word}\r\n`).join("")}`;
  const same = (a: string, b: string): boolean =>
    sameButOrder(framesOf(a).frames, framesOf(b).frames);

  it("may come to two patterns in any order, two messages not", () => {
    const [p, q] = [told("pmessage", "p", "c", "m"), told("pmessage", "q", "c", "m")];
    const other = told("pmessage", "p", "c", "n");
    expect(same(p + q, q + p)).toBe(true);
    expect(same(p + other, other + p)).toBe(false);
    expect(same(p + q, p)).toBe(false);
  });
});

describe("docs/COMPATIBILITY.md", () => {
  const page = readFileSync(new URL("../docs/COMPATIBILITY.md", import.meta.url), "utf8");

  it("tells every meant difference with its reason", () => {
    const rows = meant.map(({ name, why }) => `| ${name} | ${why} |`);
    expect(rows.filter((row) => !page.includes(row))).toEqual([]);
  });

  it("tells every command that is not asked, with the reason", () => {
    const lines = notAsked.map(({ why, names }) => {
      const shown = names.map((name) => name.replace(/\|$/, "").replace("|", " ").toUpperCase());
      return `- commands that ${why}: ${shown.join(", ")}`;
    });
    expect(lines.filter((line) => !page.includes(line))).toEqual([]);
  });
});

describe("the words of the command line", () => {
  it("are refused with what was expected", () => {
    expect(() => parseOptions(["comands=1"])).toThrow('cannot use "comands=1"');
    expect(() => parseOptions(["seed=x"])).toThrow("seed=x: expected a whole number");
    expect(() => parseOptions(["about=trees"])).toThrow(
      "about=trees: expected one of all, strings",
    );
    expect(parseOptions(["seed=7", "path=3:1"])).toEqual({
      commands: 1,
      seed: 7,
      path: "3:1",
      subject: undefined,
    });
  });

  it("show requests as redis-cli reads them", () => {
    expect(commandLine(["SET", "{k}a", 'a "\n'])).toBe('SET {k}a "a \\"\\x0a"');
  });
});
