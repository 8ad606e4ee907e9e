import { describe, expect, it } from "vitest";
import { plainStyle, terminalReport } from "./terminal.ts";
import { testRun } from "./testRun.ts";

const measured = {
  wallMs: 420,
  folder: "reports/out/az-outage-1",
  watch: "http://localhost:4173/#scenario=az-outage&seed=1&v=0.1.0-0123456789ab",
};

describe("the terminal's report", () => {
  it("tells the story of an outage as the golden file has it", async () => {
    const text = terminalReport(testRun(), plainStyle, measured);
    await expect(text).toMatchFileSnapshot("__golden__/terminal.txt");
  });

  it("puts the verdict and one sentence first", () => {
    const text = terminalReport(testRun({ verdict: "violation" }), plainStyle, measured);
    const [first, second] = text.split("\n");
    expect(first).toBe("✘ VIOLATION  az-outage, seed 1");
    expect(second).toContain("GET r:0:3 read v41 after v57 was acknowledged");
  });

  it("never exceeds 100 columns, with one shard or eighty", () => {
    for (const shards of [1, 80]) {
      const run = testRun({ shards, replicas: 5, operationsPerShard: 40, verdict: "violation" });
      const lines = terminalReport(run, plainStyle, measured).split("\n");
      expect(lines.filter((line) => line.length > 100)).toEqual([]);
    }
  });

  it("tells eighty shards in no more lines than one needs twice", () => {
    const many = terminalReport(
      testRun({ shards: 80, operationsPerShard: 20 }),
      plainStyle,
      measured,
    );
    expect(many.split("\n").length).toBeLessThan(80);
    expect(many).toContain("and 24 more");
  });

  it("colours by what the style makes of it and by nothing else", () => {
    const text = terminalReport(
      testRun(),
      (word, style) => `<${style}>${word}</${style}>`,
      measured,
    );
    expect(text).toContain("<good>✔ ALL HELD  az-outage, seed 1</good>");
    expect(text).not.toContain("\u001b");
  });

  it("shows control characters of keys and values as codes", () => {
    const run = testRun();
    const [check] = run.checks;
    const evil = { ...run, checks: [{ ...check!, sentence: "read \u001b[2J" }] };
    const text = terminalReport(evil, plainStyle, measured);
    expect(text).toContain("read \\x1b[2J");
    expect(text).not.toContain("\u001b");
  });
});
