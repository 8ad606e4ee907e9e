/** A scenario's two runs beside each other, simulated and on real processes: what stands in the table, and the table on a terminal. */
import type { LatencySummary, Run } from "../sim/run.ts";
import { countText, durationText, percentText } from "./figures.ts";
import type { Style } from "./terminal.ts";
import { tableLines } from "./textTable.ts";
import { lengthUs, longestOutage, verdictOf, verdictWords } from "./verdict.ts";

export interface Pair {
  readonly simulated: Run;
  readonly real: Run;
}

export interface FigureRow {
  readonly group: string;
  readonly name: string;
  readonly simulated: string;
  readonly real: string;
}

const ABSENT = "–";

export function figureRows({ simulated, real }: Pair): readonly FigureRow[] {
  const rows: FigureRow[] = [];
  const add = (group: string, name: string, of: (run: Run) => string): void => {
    rows.push({ group, name, simulated: of(simulated), real: of(real) });
  };
  add("Verdict", "", (run) => verdictWords[verdictOf(run)]);
  const names = [...new Set([...real.checks, ...simulated.checks].map(({ name }) => name))];
  for (const name of names) add("Checks", name, (run) => checkText(run, name));
  for (const access of ["write", "read"] as const) {
    add("Unavailable", `${access}s, longest`, (run) => outageText(run, access));
  }
  const failovers = Math.max(simulated.failovers.length, real.failovers.length);
  for (let index = 0; index < failovers; index++) {
    add("Failover", `fault ${index + 1}, to the next write`, (run) => failoverText(run, index));
  }
  add("Operations", "offered", (run) => countText(run.operations.offered));
  add("Operations", "acknowledged", (run) => countText(run.operations.acknowledged));
  add("Operations", "unknown", (run) => countText(run.operations.unknown));
  add("Operations", "acknowledged and lost", (run) => countText(run.operations.lost));
  add("Operations", "answered outside the windows", answeredText);
  for (const access of ["write", "read", "replica read"] as const) {
    for (const phase of ["before", "fault", "after"] as const) {
      const find = (run: Run): LatencySummary | undefined =>
        run.latencies.find((one) => one.access === access && one.phase === phase);
      if (find(simulated) === undefined && find(real) === undefined) continue;
      const where = phase === "fault" ? "during" : phase;
      add("Latency p50, p99", `${access}s ${where} the faults`, (run) => latencyText(find(run)));
    }
  }
  return rows;
}

/** Ends in a line feed. */
export function sideBySideText(pair: Pair, style: Style, folder: string): string {
  const { scenario, seed, story } = pair.real;
  const rows: string[][] = [["", "", "simulated", "real processes"]];
  let last = "";
  for (const { group, name, simulated, real } of figureRows(pair)) {
    rows.push([group === last ? "" : group, name, simulated, real]);
    last = group;
  }
  const isGood = [pair.simulated, pair.real].every((run) => verdictOf(run) === "ok");
  const faults = [pair.simulated, pair.real].flatMap((run) => run.faults.map(({ text }) => text));
  const lines = [
    style(`${isGood ? "✔" : "✘"} ${scenario}, seed ${seed}`, isGood ? "good" : "bad"),
    `  ${story}`,
    ...tableLines(rows, ["left", "left", "right", "right"]),
    ...(faults.length > 0 ? ["Faults", ...faults.map((text) => `  ${text}`)] : []),
    ...badLines("simulated", pair.simulated, style),
    ...badLines("real processes", pair.real, style),
    ...(folder === "" ? [] : [`Page   ${folder}/index.html`]),
  ];
  return `${lines.join("\n")}\n`;
}

function badLines(where: string, run: Run, style: Style): readonly string[] {
  return run.checks
    .filter(({ verdict }) => verdict !== "ok" && verdict !== "expected violation")
    .map(({ name, sentence }) => style(`${where}: ${name}: ${sentence}`, "bad"));
}

function checkText(run: Run, name: string): string {
  const check = run.checks.find((one) => one.name === name);
  if (check === undefined) return ABSENT;
  return `${check.verdict === "ok" ? "✔" : `✘ ${check.verdict}`} ${countText(check.examined)}`;
}

function outageText(run: Run, access: "write" | "read"): string {
  const windows = run.unavailability.filter((one) => one.access === access);
  const longest = longestOutage(windows, access);
  if (longest === undefined) return "never";
  const others = windows.length > 1 ? `, ${windows.length} windows` : "";
  return `${durationText(lengthUs(longest))}${others}`;
}

function failoverText({ failovers }: Run, index: number): string {
  const found = failovers[index];
  return found === undefined ? ABSENT : durationText(found.firstAckUs - found.faultUs);
}

function answeredText({ operations }: Run): string {
  const { offeredOutsideWindows, acknowledgedOutsideWindows } = operations;
  if (offeredOutsideWindows === 0) return ABSENT;
  return percentText(acknowledgedOutsideWindows / offeredOutsideWindows);
}

function latencyText(latency: LatencySummary | undefined): string {
  if (latency === undefined) return ABSENT;
  return `${durationText(latency.p50Us)}, ${durationText(latency.p99Us)}`;
}
