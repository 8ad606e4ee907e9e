/**
 * Agreement with the verdicts that Porcupine's own tests expect, on recorded histories of etcd and of a key-value store,
 * and the first impossible answer of each against a plain search.
 * Needs the data: `npm run test:data`, with AZIMUTH_DATA naming the folder (../shared/data if not said).
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readEtcdLog, readKvLog, writeEtcdLog, writeKvLog } from "./formats/porcupine.ts";
import { recordedOf } from "./formats/recorded.ts";
import { groupBy, judge, type Judgement } from "./judge.ts";
import { type Judged, judgedOf, type RecordedModel, recordedModels } from "./models/recorded.ts";
import { isLinearizableUpTo } from "./testWgl.ts";

const folder = join(process.env["AZIMUTH_DATA"] ?? "../shared/data", "porcupine");
const manifest = join(folder, "manifest.tsv");
if (!existsSync(manifest)) {
  throw new Error(
    `no ${manifest}: set AZIMUTH_DATA to the folder that holds porcupine/manifest.tsv`,
  );
}

interface Row {
  readonly file: string;
  readonly expected: string;
  readonly operations: number;
  /** Porcupine's. */
  readonly steps: number;
}

/** Of a history that Porcupine also searched without keys, the row with keys. */
const rows: readonly Row[] = readFileSync(manifest, "utf8")
  .trim()
  .split("\n")
  .slice(1)
  .map((line) => line.split("\t"))
  .filter(
    ([file = "", model = ""]) => existsSync(join(folder, file)) && !/no.?partition/.test(model),
  )
  .map(([file = "", , expected = "", , operations, , , , , , , steps]) => ({
    file,
    expected,
    operations: Number(operations),
    steps: Number(steps),
  }));

interface Checked {
  readonly text: string;
  readonly judged: readonly Judged[];
  readonly judgement: Judgement<Judged>;
  readonly chosen: RecordedModel;
}

function check(file: string): Checked {
  const text = readFileSync(join(folder, file), "utf8");
  const isKv = file.startsWith("kv/");
  const name = isKv ? "kv" : "cas-register";
  const chosen = recordedModels.find((one) => one.name === name) as RecordedModel;
  const judged = judgedOf(recordedOf((isKv ? readKvLog : readEtcdLog)(text)), chosen);
  const byKey = groupBy(judged, (one) => one.recorded.key);
  const judgement = judge(byKey, () => chosen.model as never, { limit: 300_000, bytes: 1e8 });
  return { text, judged, judgement, chosen };
}

describe("Porcupine's histories", () => {
  it("are there", () => {
    expect(rows.length).toBeGreaterThan(40);
  });

  for (const { file, expected, operations } of rows) {
    it(`${file} is ${expected}, and its first impossible answer makes the difference`, () => {
      const { text, judged, judgement, chosen } = check(file);
      expect(judged).toHaveLength(operations);
      expect(judgement.verdict).toBe(expected === "linearizable" ? "ok" : "violation");
      const { first, firstKey } = judgement;
      const ofKey = judged.filter(({ recorded }) => recorded.key === firstKey);
      // Events are numbered by the lines of the file, so before an event is one number less.
      const at = first?.operation.completedOrder ?? -1;
      const isFine = [at - 1, at].map((order) => isLinearizableUpTo(ofKey, order, chosen.model));
      expect(isFine).toEqual([true, expected === "linearizable"]);
      expect(first?.isExact).not.toBe(false);
      // An order that leads to each state holds every operation that was answered by then.
      const answered = ofKey.filter(
        ({ outcome, completedOrder }) => outcome === "ok" && completedOrder < at,
      );
      for (const order of first?.orders ?? []) {
        expect(new Set(order).size).toBe(order.length);
        expect(answered.filter((one) => !order.includes(one))).toEqual([]);
      }
      const write = file.startsWith("kv/") ? writeKvLog : writeEtcdLog;
      // Some of the files have spaces where the others have tabs.
      const again = write(judged.map(({ recorded }) => recorded));
      expect(again.replaceAll(/\s+/g, " ")).toBe(text.replaceAll(/\s+/g, " "));
    });
  }

  it("take less than a twentieth of Porcupine's steps", () => {
    const jepsen = rows.filter(({ file }) => file.startsWith("jepsen/"));
    const porcupine = jepsen.reduce((sum, { steps }) => sum + steps, 0);
    const explored = jepsen.map(({ file }) => check(file).judgement.explored);
    expect(explored.reduce((sum, one) => sum + one, 0)).toBeLessThan(porcupine / 20);
    expect(Math.max(...explored)).toBeLessThan(2000);
  });
});
