/** What the check of a history comes to, as data and as text. */
import { countText, plural } from "../../../reports/figures.ts";
import { printable, wrapLines } from "../../../reports/textTable.ts";
import type { Style } from "../../../reports/terminal.ts";
import type { Judgement } from "../../checker/judge.ts";
import type { Model, Timed } from "../../checker/models/model.ts";

export interface HistoryReport {
  readonly file: string;
  readonly model: string;
  readonly verdict: "ok" | "violation" | "unknown";
  readonly answers: number;
  readonly keys: number;
  /** Configurations searched; for transactions, 0. */
  readonly explored: number;
  readonly impossible: ImpossibleReport | undefined;
  readonly undecided: readonly UndecidedReport[];
  /** Of transactions: each anomaly with its explanation. */
  readonly anomalies: readonly AnomalyReport[];
}

interface ImpossibleReport {
  readonly key: string;
  readonly operation: string;
  /** The history cut just before the answer can be explained, cut just after it cannot; false: it may be an earlier answer. */
  readonly isExact: boolean;
  readonly pending: readonly string[];
  /** What was possible just before, each with one legal order that leads to it. */
  readonly before: readonly { readonly state: string; readonly order: readonly string[] }[];
}

interface UndecidedReport {
  readonly key: string;
  readonly provedAnswers: number;
  readonly answers: number;
  readonly from: string;
}

interface AnomalyReport {
  readonly name: string;
  readonly explanation: readonly string[];
}

// oxlint-disable-next-line max-params -- the parts of a report
export function reportOfJudgement<O extends Timed>(
  file: string,
  model: string,
  judgement: Judgement<O>,
  judgedBy: Pick<Model<unknown, Timed>, "describe">,
  say: (operation: O) => string,
): HistoryReport {
  const { verdict, answers, keys, explored, first, firstKey, undecided } = judgement;
  const impossible = first && {
    key: firstKey,
    operation: say(first.operation),
    isExact: first.isExact,
    pending: first.overlapping.map(say),
    before: first.states.map((state, index) => ({
      state: judgedBy.describe(state),
      order: (first.orders[index] ?? []).map(say),
    })),
  };
  return {
    file,
    model,
    verdict,
    answers,
    keys,
    explored,
    impossible,
    undecided: undecided.map(({ key, from, proved, answers: all }) => ({
      key,
      provedAnswers: proved,
      answers: all,
      from: say(from),
    })),
    anomalies: [],
  };
}

const width = 100;
const STATES_SHOWN = 6;
const KEYS_SHOWN = 8;

export function textOfReport(report: HistoryReport, show: number, style: Style): string {
  const { file, model, verdict, answers, keys, explored } = report;
  const words = { ok: "✔ LINEARIZABLE", violation: "✘ NOT LINEARIZABLE", unknown: "✘ UNDECIDED" };
  const onlyAnomalies = report.anomalies.length > 0 && report.impossible === undefined;
  const title = onlyAnomalies ? "✘ ANOMALIES" : words[verdict];
  const searched = explored > 0 ? `, ${countText(explored)} configurations searched` : "";
  const lines = [
    style(
      `${title}  ${file}`,
      verdict === "ok" ? "good" : verdict === "unknown" ? "warning" : "bad",
    ),
    `  model ${model}: ${countText(answers)} answers on ${plural(keys, "key")}${searched}`,
  ];
  if (report.impossible !== undefined)
    lines.push("", ...impossibleLines(report.impossible, show, style));
  if (report.undecided.length > 0) lines.push("", ...undecidedLines(report.undecided, style));
  for (const { name, explanation } of report.anomalies.slice(0, KEYS_SHOWN)) {
    lines.push("", style(`  ${name}`, "strong"), ...explanation.flatMap((one) => indented(one, 4)));
  }
  return `${lines.join("\n")}\n`;
}

function impossibleLines(found: ImpossibleReport, show: number, style: Style): readonly string[] {
  const { key, operation, isExact, before, pending } = found;
  const lines = [style("  The first impossible answer", "strong"), ...indented(operation, 4)];
  if (!isExact) lines.push("    (or an earlier one: the limits did not suffice to tell)");
  const name = key === "" ? "the state" : `the key ${key}`;
  lines.push("", style(`  Just before it ${name} was one of`, "strong"));
  for (const { state } of before.slice(0, STATES_SHOWN)) lines.push(...indented(state, 4));
  if (before.length > STATES_SHOWN) lines.push(`    and ${before.length - STATES_SHOWN} others`);
  const longest = before.reduce(
    (best, one) => (one.order.length > best.order.length ? one : best),
    {
      state: "",
      order: [] as readonly string[],
    },
  );
  const { order } = longest;
  if (order.length > 0) {
    const hidden = Math.max(0, order.length - show);
    const note = hidden > 0 ? `, its last ${show}` : "";
    lines.push(
      "",
      style(
        `  The longest legal order up to there: ${plural(order.length, "operation")}${note}`,
        "strong",
      ),
    );
    order.slice(hidden).forEach((one, index) => {
      lines.push(...numbered(one, hidden + index + 1));
    });
    lines.push(
      ...indented(
        `leads to ${longest.state}, and from no state that is possible then ${operation.replace(/ \(.*$/, "")} can follow`,
        6,
      ),
    );
  }
  const left = pending.filter((one) => !order.includes(one));
  if (left.length > 0) {
    lines.push("", style("  Running at that moment, and no help either", "strong"));
    for (const one of left.slice(0, show)) lines.push(...indented(one, 4));
    if (left.length > show) lines.push(`    and ${left.length - show} others`);
  }
  return lines;
}

function undecidedLines(undecided: readonly UndecidedReport[], style: Style): readonly string[] {
  const lines = [style("  Beyond the limits; everything before is proved", "strong")];
  for (const { key, provedAnswers, answers, from } of undecided.slice(0, KEYS_SHOWN)) {
    const name = key === "" ? "" : `key ${key}: `;
    lines.push(
      ...indented(`${name}${provedAnswers} of ${answers} answers proved, up to ${from}`, 4),
    );
  }
  if (undecided.length > KEYS_SHOWN)
    lines.push(`    and ${undecided.length - KEYS_SHOWN} other keys`);
  return lines;
}

function indented(text: string, columns: number): readonly string[] {
  const pad = " ".repeat(columns);
  return wrapLines(printable(text), width - columns).map((line) => pad + line);
}

function numbered(text: string, number: number): readonly string[] {
  return wrapLines(printable(text), width - 10).map((line, index) =>
    index === 0 ? `${String(number).padStart(8)}  ${line}` : `${" ".repeat(10)}${line}`,
  );
}
