/** `check FILE model=NAME`: the checker alone, on anybody's history. */
import { sayOperation, tellTimesIn } from "../../checker/describe.ts";
import { sayRecorded } from "../../checker/formats/recorded.ts";
import type { Operation } from "../../checker/history.ts";
import { groupBy, judge } from "../../checker/judge.ts";
import type { Model, Timed } from "../../checker/models/model.ts";
import { judgedOf, type RecordedModel, recordedModels } from "../../checker/models/recorded.ts";
import { modelsByKey, specificationOf } from "../../checker/models/ofKey.ts";
import { worldBeginsUnixUs } from "../../clock.ts";
import { commonParameters } from "../../scenario.ts";
import type { Surroundings } from "../commands.ts";
import { unknownName } from "../../input/nearest.ts";
import type { Subcommand } from "../subcommands.ts";
import { UsageError } from "../../input/usageError.ts";
import { checkLists } from "./checkLists.ts";
import { reportOfJudgement, type HistoryReport, textOfReport } from "./historyReport.ts";
import { formatsHelp, type HistoryFile, readHistoryFile, toldWithPath } from "./historyFile.ts";
import { fileAndPairs } from "./words.ts";

const DEFAULT_LIMIT = 300_000;
const DEFAULT_MEGABYTES = 512;
const REDIS = "redis";
const LISTS = "list-append";

const modelsHelp = [
  ...recordedModels.map(({ name, summary }) => `  ${name.padEnd(16)}${summary}`),
  `  ${LISTS.padEnd(16)}txn [[:append K V] [:r K nil]]: anomalies of transactions, in the manner of Elle`,
  `  ${REDIS.padEnd(16)}what a run of ours records: strings, transactions, deadlines`,
  "",
].join("\n");

export const checkCommand: Subcommand = {
  name: "check",
  summary: "the checker alone, on anybody's history: Jepsen, Porcupine, or a run's history.jsonl",
  usage: `npm run sim -- check FILE [model=NAME] [format=FORMAT] [key=KEY] [limit=N] [memory=MB] [show=N] [json]

Tells whether there is one order of the operations, each between its invocation and its completion, that the
model allows. If there is none: the first answer that is impossible (the history cut just before it is fine,
cut just after it is not), what was possible before it, and the longest legal order up to there.

  model=NAME     see below; where the words of the history leave one choice it need not be told
  format=FORMAT  what FILE is, where its first line does not tell
  key=KEY        operations on this key only
  limit=N        configurations for one answer, ${DEFAULT_LIMIT} unless told; beyond it the key stays undecided
  memory=MB      the same for the memory of one key's search, ${DEFAULT_MEGABYTES} unless told
  show=N         how many operations of the legal order are shown, 12 unless told; json has all
  json           prints the result for a machine

Models
${modelsHelp}
Formats
${formatsHelp}
Exit status: 0 linearizable, 1 not, 5 undecided within the limits, 2 wrong usage or a file that cannot be
read, with the line that is wrong.
`,
  run: async (argv, around) => check(argv, around),
};

function check(argv: readonly string[], around: Surroundings): number {
  const keys = ["model", "format", "key", "limit", "memory", "show", "json"];
  const { path, pairs, isJson } = fileAndPairs("check", argv, keys);
  const limits = {
    limit: numberOf(pairs, "limit", DEFAULT_LIMIT),
    bytes: numberOf(pairs, "memory", DEFAULT_MEGABYTES) * 1024 * 1024,
  };
  const show = numberOf(pairs, "show", 12);
  const file = onlyKey(readHistoryFile(path, pairs.get("format")), pairs.get("key"));
  const name = modelNameOf(file, pairs.get("model"));
  const report = toldWithPath(path, () => {
    if (name === LISTS) return checkLists(file);
    return name === REDIS ? checkOwn(file, limits) : checkRecorded(file, name, limits);
  });
  around.print(
    isJson ? `${JSON.stringify(report, undefined, 2)}\n` : textOfReport(report, show, around.style),
  );
  return { ok: 0, violation: 1, unknown: 5 }[report.verdict];
}

function numberOf(pairs: ReadonlyMap<string, string>, key: string, usual: number): number {
  const text = pairs.get(key);
  if (text === undefined) return usual;
  const value = /^\d{1,12}$/.test(text) ? Number(text) : 0;
  if (value > 0) return value;
  throw new UsageError(
    `${key} expects a whole number above 0, such as ${key}=${usual}; got "${text}"`,
  );
}

function onlyKey(file: HistoryFile, key: string | undefined): HistoryFile {
  if (key === undefined) return file;
  const recorded = file.recorded.filter((one) => one.key === key);
  const own = file.own && {
    ...file.own,
    operations: file.own.operations.filter(({ input }) => input.key === key),
  };
  if ((own?.operations ?? recorded).length > 0) return { ...file, recorded, own };
  throw new UsageError(`${file.path} has no operation on the key "${key}"`);
}

/** The one that was asked for, or the only one that the history's words leave. */
function modelNameOf(file: HistoryFile, asked: string | undefined): string {
  const names = [...recordedModels.map(({ name }) => name), LISTS, REDIS];
  if (asked === "etcd-cas-register") return "cas-register";
  if (asked !== undefined) {
    if (asked === REDIS && file.own === undefined) {
      throw new UsageError(`model=${REDIS} is for a run's history.jsonl`);
    }
    if (names.includes(asked)) return asked;
    throw new UsageError(unknownName("model", asked, names));
  }
  if (file.own !== undefined) return REDIS;
  if (file.format === "porcupine-kv") return "kv";
  const used = new Set(file.recorded.map(({ f }) => f));
  if (used.has("txn")) return LISTS;
  const fitting = recordedModels.filter(({ words }) => [...used].every((word) => word in words));
  const all = fitting.map(({ name }) => name);
  if (all.length === 1 || all[0] === "cas-register") return all[0] as string;
  const which =
    all.length === 0 ? `none knows all of ${[...used].join(", ")}` : `${all.join(", ")} would do`;
  throw new UsageError(`which model? Write model=NAME: ${which}`);
}

interface Limits {
  readonly limit: number;
  readonly bytes: number;
}

function checkRecorded(file: HistoryFile, name: string, limits: Limits): HistoryReport {
  const chosen = recordedModels.find((one) => one.name === name) as RecordedModel;
  const judged = judgedOf(file.recorded, chosen);
  const byKey = groupBy(judged, (one) => one.recorded.key);
  const judgement = judge(
    byKey,
    () => chosen.model as Model<unknown, (typeof judged)[number]>,
    limits,
  );
  return reportOfJudgement(
    file.path,
    name,
    judgement,
    chosen.model as Model<unknown, Timed>,
    (one) => sayRecorded(one.recorded),
  );
}

/** A run's own history, by the models that its workloads name. Reads of replicas promise less, and are left out. */
function checkOwn(file: HistoryFile, limits: Limits): HistoryReport {
  const deadlines = {
    epochUnixMs: file.own?.epochUnixMs ?? worldBeginsUnixUs / 1000,
    skewMs: Number(commonParameters["wallSkewMs"]),
  };
  const modelOf = modelsByKey(deadlines);
  const byKey = ownByKey(file.own?.operations ?? []);
  const judgement = judge(byKey, modelOf, limits);
  const nameState = {
    describe: (state: unknown): string => modelOf(judgement.firstKey).describe(state),
  };
  const say = (one: Operation): string => tellTimesIn(sayOperation(one), 0);
  const report = reportOfJudgement(file.path, REDIS, judgement, nameState, say);
  const lists = checkLists(file);
  if (lists.answers === 0) return report;
  return {
    ...report,
    verdict: lists.verdict === "violation" ? "violation" : report.verdict,
    answers: report.answers + lists.answers,
    keys: report.keys + lists.keys,
    anomalies: lists.anomalies,
  };
}

/** Without what other checks judge: transactions on lists, reads of a whole keyspace, reads of replicas. */
function ownByKey(operations: readonly Operation[]): ReadonlyMap<string, readonly Operation[]> {
  const judged = operations.filter(
    ({ input, readonlyReplica }) =>
      !readonlyReplica && input.f !== "wide" && specificationOf(input.key) !== "lists",
  );
  const byKey = groupBy(
    judged.filter(({ input }) => input.f !== "flush"),
    ({ input }) => input.key,
  );
  // Each key of the shard is emptied.
  for (const flush of judged.filter(({ input }) => input.f === "flush")) {
    for (const ofKey of byKey.values()) if (ofKey[0]?.shard === flush.shard) ofKey.push(flush);
  }
  return byKey;
}
