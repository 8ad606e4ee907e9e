/**
 * The histories of etcd that Porcupine is measured with, read beforehand: verdict, first impossible answer and longest legal
 * order of each. The manifest beside them tells Porcupine's CPU time for the verdict alone.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readEtcdLog } from "../sim/checker/formats/porcupine.ts";
import { recordedOf } from "../sim/checker/formats/recorded.ts";
import { groupBy, judge } from "../sim/checker/judge.ts";
import { type Judged, judgedOf, recordedModels } from "../sim/checker/models/recorded.ts";
import type { Counted } from "./measured.ts";

const folder: string = join(process.env["AZIMUTH_DATA"] ?? "../shared/data", "porcupine");

export function hasRecordedHistories(): boolean {
  return existsSync(join(folder, "manifest.tsv"));
}

interface RecordedHistory {
  readonly byKey: ReadonlyMap<string, readonly Judged[]>;
  readonly isLinearizable: boolean;
  readonly porcupineCpuSeconds: number;
}

/** Reads before it is called: `check` is what is measured, the quickest round counts, as it did for Porcupine. */
export function recordedCase(rounds: number): () => Counted {
  const histories = readHistories();
  return () => {
    let best = Infinity;
    let isRight = true;
    let operations = 0;
    for (let round = 0; round < rounds; round++) {
      const cpu = process.cpuUsage();
      for (const history of histories) isRight = isJudgedRight(history) && isRight;
      const { user, system } = process.cpuUsage(cpu);
      best = Math.min(best, (user + system) / 1e6);
    }
    for (const { byKey } of histories) for (const all of byKey.values()) operations += all.length;
    return {
      simulatedSeconds: 0,
      steps: 0,
      events: 0,
      operations,
      syncs: 0,
      verdict: isRight ? "ok" : "a verdict differs from the manifest's",
      recorded: {
        files: histories.length,
        bestCpuSeconds: best,
        porcupineCpuSeconds: histories.reduce((sum, one) => sum + one.porcupineCpuSeconds, 0),
      },
    };
  };
}

const registers = recordedModels.find(({ name }) => name === "cas-register");

function isJudgedRight({ byKey, isLinearizable }: RecordedHistory): boolean {
  const { verdict } = judge(byKey, () => registers?.model as never, { limit: 300_000, bytes: 1e8 });
  return verdict === (isLinearizable ? "ok" : "violation");
}

function readHistories(): readonly RecordedHistory[] {
  if (registers === undefined) throw new Error("no model cas-register");
  const histories: RecordedHistory[] = [];
  const rows = readFileSync(join(folder, "manifest.tsv"), "utf8").trim().split("\n").slice(1);
  for (const row of rows) {
    const fields = row.split("\t");
    const [file = "", , expected] = fields;
    if (!file.startsWith("jepsen/") || !existsSync(join(folder, file))) continue;
    const history = recordedOf(readEtcdLog(readFileSync(join(folder, file), "utf8")));
    histories.push({
      byKey: groupBy(judgedOf(history, registers), ({ recorded }) => recorded.key),
      isLinearizable: expected === "linearizable",
      porcupineCpuSeconds: Number(fields[10]),
    });
  }
  return histories;
}
