import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { meant } from "./meant.ts";
import { notAsked } from "./notAsked.ts";
import { commandLine } from "./print.ts";
import { LuaSyntaxError } from "../engine/scripting/lua/errors.ts";
import { LuaTable } from "../engine/scripting/lua/table.ts";
import { makeMachine } from "../engine/scripting/environment.ts";
import { framesOf, isPush } from "./reply.ts";
import { luaScripts } from "./requests/lua.ts";
import { sameButInvalidations, sameButOrder } from "./messages.ts";
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

  it("have few items: a list of commands is none, whatever stands first in it", () => {
    const list = framesOf(told("psubscribe", "publish", "subscribe", "spublish", "pubsub")).frames;
    expect(list.map(isPush)).toEqual([false]);
    expect(framesOf(told("pmessage", "p", "c", "m")).frames.map(isPush)).toEqual([true]);
  });

  it("may say more often here that everything kept is to be forgotten", () => {
    const forget = ">2\r\n+invalidate\r\n_\r\n";
    const one = ">2\r\n+invalidate\r\n*1\r\n+k\r\n";
    const isSame = (a: string, b: string): boolean =>
      sameButInvalidations(framesOf(a).frames, framesOf(b).frames);
    expect(isSame(one + forget, one)).toBe(true);
    expect(isSame(one, one + forget)).toBe(false);
    expect(isSame(forget, one)).toBe(false);
    expect(isSame(told("message", "c", "m") + one, one + told("message", "c", "m"))).toBe(true);
    expect(isSame(told("message", "c", "m") + one, one + told("message", "c", "n"))).toBe(false);
  });
});

describe("scripts by lot", () => {
  it("are Lua, save few", () => {
    const machine = makeMachine(new LuaTable());
    const drawn = fc.sample(luaScripts(fc.constant(["GET", "a'\0"])), { seed: 1, numRuns: 200 });
    const wrong = drawn.filter((source) => {
      try {
        machine.load(source, "drawn");
        return false;
      } catch (error) {
        if (error instanceof LuaSyntaxError) return true;
        throw error;
      }
    });
    expect(wrong.length).toBeLessThan(10);
    expect(drawn.some((source) => source.includes("redis.call('GET','a\\039\\000')"))).toBe(true);
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
