import { describe, expect, it } from "vitest";
import { scenarios } from "../../../scenarios/registry.ts";
import { mutants } from "../../mutants/registry.ts";
import { parseOptions } from "./options.ts";

const parse = (...argv: string[]): ReturnType<typeof parseOptions> =>
  parseOptions(argv, mutants, scenarios);

describe("the words behind npm run mutants", () => {
  it("mean every mutant and five searches of 2,000 swarm seeds unless told", () => {
    expect(parse()).toMatchObject({ mode: "hunt", isAll: true, limit: 2000, searches: 5 });
    expect(parse().mutants.length).toBe(mutants.length);
    expect(parse().scenario.name).toBe("swarm");
  });

  it("choose mutants by name, by comma and by beginning", () => {
    const { mutants: chosen } = parse("name=lease-from-answer,vote-*");
    expect(chosen.map((mutant) => mutant.name)).toEqual([
      "lease-from-answer",
      "vote-before-sync",
      "vote-for-any-log",
    ]);
  });

  it("suggest the name that was meant", () => {
    expect(() => parse("name=lease-from-anser")).toThrow(
      'unknown mutant "lease-from-anser". Did you mean lease-from-answer?',
    );
    expect(() => parse("replya")).toThrow("Did you mean replay?");
    expect(() => parse("scenario=swam")).toThrow("Did you mean swarm?");
  });

  it("are refused with what was expected", () => {
    expect(() => parse("seeds=0")).toThrow("seeds expects a whole number from 1 to 1000000");
    expect(() => parse("--seeds")).toThrow("options are written key=value");
    expect(() => parse("list", "replay")).toThrow("one word at a time");
    expect(() => parse("seeds=1", "seeds=2")).toThrow("seeds is given twice");
  });

  it("ask for help with --help too", () => {
    expect(parse("name=lease-from-answer", "--help").mode).toBe("help");
  });
});
