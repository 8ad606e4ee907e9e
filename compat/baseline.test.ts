import { describe, expect, it } from "vitest";
import { leftOut } from "./leftOut.ts";
import { compare, merge, parseBaseline, parseUnitLog } from "./baseline.ts";

const log = [
  "[ready]: 4711",
  "\u001b[32m[ok]\u001b[0m: SADD against non set - (a) (12 ms)",
  "[\u001b[1;32;49mok\u001b[0m]: Doubled (0 ms)",
  "[ok]: Doubled (3 ms)",
  "[\u001b[1;31;49merr\u001b[0m]: Broken in tests/unit/type/set.tcl",
  "Expected 1 to be equal to 2",
  "[exception]: Executing test client: I/O error",
  "[ignore]: needs:repl denied",
].join("\n");

describe("comparison with the baseline", () => {
  it("reads units and names, names that stand twice once", () => {
    const baseline = parseBaseline("unit_type_set\tA (b)\nunit_type_set\tA (b)\nunit_geo\tB\n");
    expect([...baseline.keys()]).toEqual(["unit/type/set", "unit/geo"]);
    expect([...(baseline.get("unit/type/set") ?? [])]).toEqual(["A (b)"]);
  });

  it("reads what the suite printed, colours or not", () => {
    const outcome = parseUnitLog("unit/type/set", log, "", 1.5);
    expect([...outcome.passed]).toEqual(["SADD against non set - (a)", "Doubled"]);
    expect(outcome.failed).toEqual(["Broken in tests/unit/type/set.tcl"]);
    expect(outcome.broken).toBe("[exception]: Executing test client: I/O error");
  });

  it("spares at most ten tests of servers that the suite does not start", () => {
    const spared = leftOut.filter(({ modes }) =>
      (["standalone", "cluster"] as const).some((mode) => modes?.includes(mode) !== false),
    );
    expect(spared.filter(({ tests, reason }) => tests === "all" || reason.text === "")).toEqual([]);
    const names = spared.flatMap(({ tests }) => tests);
    expect(names.length).toBeLessThanOrEqual(10);
  });

  it("misses what neither passed nor is left out", () => {
    const chain = "SRANDMEMBER with a dict containing long chain";
    const names = ["Doubled", "Broken", "Never run", chain];
    const baseline = parseBaseline(names.map((name) => `unit_type_set\t${name}\n`).join(""));
    const outcome = parseUnitLog("unit/type/set", log, "", 1);
    const compared = compare(outcome, baseline, "standalone");
    expect(compared.missing).toEqual(["Broken", "Never run"]);
    expect(compared).toMatchObject({ known: 4, agreed: 1, leftOut: 1 });
  });

  it("names what passed only when the unit ran again, and goes on missing what never did", () => {
    const baseline = parseBaseline(["A", "B", "C"].map((name) => `unit_auth\t${name}\n`).join(""));
    const once = (passes: string, broken: string) => {
      const text = passes.split("").map((name) => `[ok]: ${name} (1 ms)\n`);
      return compare(parseUnitLog("unit/auth", text.join(""), broken, 2), baseline, "standalone");
    };
    expect(merge(once("A", "ended after 300 s"), once("B", ""))).toMatchObject({
      known: 3,
      agreed: 2,
      missing: ["C"],
      late: ["B"],
      broken: "",
      seconds: 4,
    });
    expect(merge(once("AB", ""), once("ABC", "")).late).toEqual(["C"]);
  });
});
