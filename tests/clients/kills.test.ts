import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { campaign, type CampaignResult, LEAST_WRITES } from "./campaign.ts";
import { check, type Verdict } from "./check.ts";
import { ioredis } from "./libraries/ioredis.ts";
import { nodeRedis } from "./libraries/nodeRedis.ts";
import { redisCli } from "./libraries/redisCli.ts";
import { redisPy } from "./libraries/redisPy.ts";
import { ZoneProcesses } from "./zoneProcesses.ts";

const kinds = [ioredis, nodeRedis, redisPy, redisCli];
/** The gate takes fewer. */
const kills = Number(process.env["CLIENTS_KILLS"] ?? 10);

describe.each([
  { shards: 2, port: 27_200, kills },
  { shards: 1, port: 27_300, kills: Math.min(kills, 2) },
])(
  "clients of $shards shards while primaries' processes are killed $kills times, and then a zone",
  (shape) => {
    let cluster: ZoneProcesses | undefined;
    let result: CampaignResult;
    const verdicts: Map<string, Verdict> = new Map();

    beforeAll(async () => {
      cluster = await ZoneProcesses.start(shape);
      result = await campaign(cluster, kinds, shape.kills);
    }, 1_800_000);

    afterAll(async () => {
      await cluster?.stop();
      if (result !== undefined) tell(shape, result, verdicts);
    });

    it.each(kinds)("$name: every answer fits one order of the operations", ({ name }) => {
      const library = result.libraries.find((one) => one.name === name);
      const verdict = check(library?.history ?? "");
      verdicts.set(name, verdict);
      expect(verdict.status === 0 ? "" : verdict.text).toBe("");
      expect(verdict.answers).toBeGreaterThan(100);
    });

    it.each(kinds)("$name: queues give first what came first, each element once", ({ name }) => {
      const library = result.libraries.find((one) => one.name === name);
      const verdict = check(library?.queues ?? "", "model=queue");
      expect(verdict.status === 0 ? "" : verdict.text).toBe("");
      expect(verdict.answers).toBeGreaterThan(10);
    });

    it.each(kinds)("$name: no acknowledged write is lost", ({ name }) => {
      const library = result.libraries.find((one) => one.name === name);
      expect(library?.acknowledged).toBeGreaterThanOrEqual(LEAST_WRITES);
      expect(library?.lost).toBe(0);
    });

    it.each(kinds)("$name: messages tell of what is there, to the end", ({ name }) => {
      const library = result.libraries.find((one) => one.name === name);
      expect(library?.faults).toEqual([]);
      expect(library?.heardAtEnd).toBeGreaterThan(0);
    });

    it("a writer that asks every node in turn loses nothing either", () => {
      expect(result.acknowledged).toBeGreaterThanOrEqual(LEAST_WRITES);
      expect(result.lost).toBe(0);
    });
  },
);

/** The table of docs/SERVER.md. */
function tell(
  { shards, kills: killed }: { readonly shards: number; readonly kills: number },
  result: CampaignResult,
  verdicts: ReadonlyMap<string, Verdict>,
): void {
  const commit = spawnSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" }).stdout;
  const rows = [
    "| client | kills | operations | acknowledged probe writes | lost | no write for, p50 | longest | checker |",
    "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ...result.libraries.map((one) => {
      const status = verdicts.get(one.name)?.status;
      const word = status === 0 ? "linearizable" : status === 1 ? "VIOLATION" : "undecided";
      return `| ${one.name} | ${killed} + zone | ${one.operations} | ${one.acknowledged} | ${one.lost} | ${seconds(one.outagesMs)} | ${word} |`;
    }),
    `| none: every node in turn | ${killed} + zone | | ${result.acknowledged} | ${result.lost} | ${seconds(result.outagesMs)} | |`,
  ];
  const text = `${shards} shards, commit ${commit.trim()}\n\n${rows.join("\n")}\n`;
  const folder = fileURLToPath(new URL("../../reports/out/", import.meta.url));
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}clients-${shards}.md`, text);
  process.stdout.write(`\n${text}\n`);
}

function seconds(outagesMs: readonly number[]): string {
  const sorted = outagesMs.toSorted((a, b) => a - b);
  const [middle = NaN, longest = NaN] = [sorted[Math.floor(sorted.length / 2)], sorted.at(-1)];
  return `${(middle / 1000).toFixed(2)} s | ${(longest / 1000).toFixed(2)} s`;
}
