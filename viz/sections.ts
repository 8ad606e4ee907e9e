/** The parts of the page around the figure: verdict, key figures, story, checks, tables, replay. */
import { effectsText } from "../reports/faultEffects.ts";
import { countText, durationText, momentText, percentText, plural } from "../reports/figures.ts";
import type { Report } from "../reports/json.ts";
import { promisedUs } from "../reports/promises.ts";
import type { Moment } from "../reports/story.ts";
import { isBad, lengthUs, longestOutage, verdictWords } from "../reports/verdict.ts";
import type { CheckResult, LatencySummary } from "../sim/run.ts";
import { element, table, type Child } from "./element.ts";
import { latencyRange, sharedRange } from "./latencyRanges.ts";
import { roleLegend } from "./timeline/palette.ts";

function section(title: string, className: string, ...children: readonly Child[]): HTMLElement {
  return element("section", { class: `card ${className}` }, element("h2", {}, title), ...children);
}

export function header(report: Report): HTMLElement {
  const isGood = report.verdict === "ok";
  return element(
    "header",
    { class: `verdict ${report.verdict}` },
    element(
      "p",
      { class: "badge" },
      element("span", { class: "mark", "aria-hidden": "true" }, isGood ? "✔" : "✘"),
      verdictWords[report.verdict],
    ),
    element("h1", {}, report.scenario, element("span", { class: "seed" }, ` seed ${report.seed}`)),
    element("p", { class: "headline" }, report.headline),
    element("p", { class: "what" }, report.story),
    element(
      "div",
      { class: "again" },
      element("span", { class: "note" }, `digest ${report.digest}`),
      replay(report.replay),
    ),
  );
}

function replay(command: string): HTMLElement {
  const code = element("code", {}, command);
  const button = element("button", { type: "button" }, "Copy");
  button.addEventListener("click", () => {
    void copy(command, code).then((isCopied) => {
      button.textContent = isCopied ? "Copied" : "Press Ctrl+C";
      setTimeout(() => (button.textContent = "Copy"), 1600);
      return undefined;
    });
  });
  return element("p", { class: "replay" }, code, button);
}

/** A page from a file may not use the clipboard: then the text is selected, ready to be copied by hand. */
async function copy(text: string, shown: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    getSelection()?.selectAllChildren(shown);
    return false;
  }
}

interface Tile {
  readonly name: string;
  readonly figure: string;
  readonly note: string;
  readonly isBad?: boolean;
}

export function tiles(report: Report): HTMLElement {
  const { operations, checks, latencies, unavailability } = report;
  const failed = checks.filter(isBad).length;
  const outage = longestOutage(unavailability, "write");
  const outageUs = outage === undefined ? 0 : lengthUs(outage);
  const planned = report.failovers.length > 0 && report.failovers.every((f) => f.planned);
  const limitUs = promisedUs(planned);
  const outside =
    operations.offeredOutsideWindows === 0
      ? 0
      : operations.acknowledgedOutsideWindows / operations.offeredOutsideWindows;
  const shown: Tile[] = [
    {
      name: "checks held",
      figure: `${checks.length - failed} of ${checks.length}`,
      note: failed === 0 ? "none failed" : `${failed} failed`,
      isBad: failed > 0,
    },
    {
      name: "acknowledged",
      figure: countText(operations.acknowledged),
      note: `${percentText(outside)} outside outages`,
    },
    {
      name: "writes lost",
      figure: countText(operations.lost),
      note: "of those acknowledged",
      isBad: operations.lost > 0,
    },
    {
      name: "longest write outage",
      figure: outageUs === 0 ? "none" : durationText(outageUs),
      note: `promise < ${durationText(limitUs)}`,
      isBad: outageUs >= limitUs,
    },
    ...latencyTiles(latencies),
  ];
  return element("div", { class: "tiles" }, ...shown.map(tile));
}

function latencyTiles(latencies: readonly LatencySummary[]): readonly Tile[] {
  // Before the fault, a latency says what the design costs; in it, how long the fault lasted.
  const phase = latencies.some((row) => row.phase === "before" && row.count > 0) ? "before" : "all";
  const tilesOf: Tile[] = [];
  for (const access of ["write", "read"] as const) {
    const row = latencies.find((each) => each.access === access && each.phase === phase);
    if (row === undefined || row.count === 0) continue;
    tilesOf.push({
      name: phase === "before" ? `${access} p50, no fault` : `${access} p50`,
      figure: durationText(row.p50Us),
      note: `p99 ${durationText(row.p99Us)}`,
    });
  }
  return tilesOf;
}

function tile({ name, figure, note, isBad: bad }: Tile): HTMLElement {
  return element(
    "div",
    { class: bad === true ? "tile bad" : "tile" },
    element("div", { class: "name" }, name),
    element("div", { class: "figure-text" }, figure),
    element("div", { class: "note" }, note),
  );
}

export function legend(report: Report, coloursZones: boolean): HTMLElement {
  const used = new Set(report.roles.map((each) => each.role));
  const entry = (className: string, text: string): HTMLElement =>
    element("li", {}, element("span", { class: `swatch ${className}` }), text);
  const list = element(
    "ul",
    { class: "legend", "aria-label": "Legend" },
    entry("read", "reads"),
    entry("replica-read", "replica reads"),
    entry("write", "writes"),
    entry("fail", "refused (✕)"),
    entry("unknown", "unknown (✕)"),
    entry("fault", "fault"),
    entry("outage", "unavailable, ┤ promise"),
    entry("lease", "valid lease"),
  );
  for (const { role, colour, isHatched } of roleLegend) {
    if (!used.has(role)) continue;
    const item = entry(isHatched ? "hatched" : "", role);
    const swatch = item.firstElementChild;
    if (swatch instanceof HTMLElement) swatch.style.setProperty("--swatch", `var(${colour})`);
    list.append(item);
  }
  if (coloursZones) {
    for (const zone of ["a", "b", "c"]) {
      const item = entry("", `primary in zone ${zone}`);
      const swatch = item.firstElementChild;
      if (swatch instanceof HTMLElement)
        swatch.style.setProperty("--swatch", `var(--zone-${zone})`);
      list.append(item);
    }
  }
  return list;
}

export function storySection(
  moments: readonly Moment[],
  show: (atUs: number) => void,
): HTMLElement {
  const list = element("ol", { class: "story" });
  for (const moment of moments) {
    const jump = element("button", { type: "button", class: "when" }, momentText(moment.atUs));
    jump.addEventListener("click", () => show(moment.atUs));
    list.append(
      element(
        "li",
        { class: `${moment.tone} weight-${moment.weight}` },
        jump,
        element("span", {}, moment.text),
      ),
    );
  }
  return section("What happened", "story-card", list);
}

export function checksSection(checks: readonly CheckResult[]): HTMLElement {
  const ordered = checks.toSorted((left, right) => Number(isBad(right)) - Number(isBad(left)));
  const list = element("ul", { class: "checks" });
  for (const check of ordered) {
    const bad = isBad(check);
    const details = check.details ?? [];
    list.append(
      element(
        "li",
        { class: bad ? "bad" : "good" },
        element("span", { class: "mark", "aria-hidden": "true" }, bad ? "✘" : "✔"),
        element(
          "div",
          {},
          element("strong", {}, check.name),
          check.verdict === "ok" ? undefined : element("em", {}, ` ${check.verdict}`),
          element("span", { class: "examined" }, ` ${countText(check.examined)} ${check.unit}`),
          element("div", {}, check.sentence),
          details.length === 0
            ? undefined
            : element(
                "details",
                bad ? { open: "" } : {},
                element("summary", {}, plural(details.length, "line")),
                element("pre", {}, details.join("\n")),
              ),
        ),
      ),
    );
  }
  return section("Checks", "checks-card", list);
}

const phaseText: Readonly<Record<LatencySummary["phase"], string>> = {
  before: "before the fault",
  fault: "during the fault",
  after: "after the fault",
  all: "whole run",
};

export function latencySection(latencies: readonly LatencySummary[]): HTMLElement {
  const shown = latencies.filter((row) => row.count > 0);
  const ordered = (["write", "read", "replica read"] as const).flatMap((access) =>
    shown.filter((row) => row.access === access),
  );
  const range = sharedRange(shown);
  const rows = ordered.map((row, index): readonly Child[] => [
    row.access === ordered[index - 1]?.access ? "" : `${row.access}s`,
    phaseText[row.phase],
    countText(row.count),
    durationText(row.p50Us),
    durationText(row.p99Us),
    durationText(row.p999Us),
    durationText(row.maxUs),
    latencyRange(row, range),
  ]);
  const right = (text: string): { text: string; isRight: boolean } => ({ text, isRight: true });
  const head = [
    { text: "" },
    { text: "" },
    right("answers"),
    right("p50"),
    right("p99"),
    right("p99.9"),
    right("max"),
    { text: `${durationText(range[0])} – ${durationText(range[1])}, log` },
  ];
  return section(
    "Latency",
    "latency-card wide",
    element("p", { class: "note" }, "From the moment an operation was due: a stall shows in full."),
    element("div", { class: "scroll" }, table(head, rows)),
  );
}

const failoversShown = 12;

export function failoversSection(report: Report): HTMLElement | undefined {
  if (report.failovers.length === 0) return undefined;
  const slowest = report.failovers.toSorted(
    (left, right) => right.firstAckUs - right.faultUs - (left.firstAckUs - left.faultUs),
  );
  const longest = Math.max(...slowest.map((failover) => promisedUs(failover.planned)));
  const rows = slowest.slice(0, failoversShown).map((failover): readonly Child[] => {
    const tookUs = failover.firstAckUs - failover.faultUs;
    const limitUs = promisedUs(failover.planned);
    const bar = element("span", { class: tookUs < limitUs ? "meter" : "meter bad" });
    bar.style.setProperty("--share", `${Math.min(100, (tookUs / limitUs) * 100)}%`);
    bar.style.setProperty("--room", `${(limitUs / longest) * 100}%`);
    return [
      `shard ${failover.shard}`,
      `${failover.from} → ${failover.to}`,
      failover.planned ? "planned" : "unplanned",
      durationText(tookUs),
      `< ${durationText(limitUs)}`,
      bar,
    ];
  });
  const head = [
    { text: "shard" },
    { text: "from → to" },
    { text: "kind" },
    { text: "took", isRight: true },
    { text: "promise", isRight: true },
    { text: "share of the promise" },
  ];
  const rest = slowest.length - rows.length;
  return section(
    "Failovers",
    "failovers-card wide",
    element(
      "p",
      { class: "note" },
      "From the fault to the first acknowledged write, probed every millisecond.",
    ),
    element("div", { class: "scroll" }, table(head, rows)),
    rest > 0 ? element("p", { class: "note" }, `and ${plural(rest, "faster one")}`) : undefined,
  );
}

export function faultsSection(report: Report): HTMLElement | undefined {
  if (report.faults.length === 0) return undefined;
  const rows = report.faults.map((fault): readonly Child[] => [
    momentText(fault.fromUs - report.loadedUs),
    durationText(lengthUs(fault)),
    fault.text,
    effectsText(fault),
    countText(fault.operationsOverlapped),
  ]);
  const right = (text: string): { text: string; isRight: boolean } => ({ text, isRight: true });
  const head = [
    right("at"),
    right("for"),
    { text: "fault" },
    { text: "effects" },
    right("operations overlapped"),
  ];
  return section(
    "Faults and their effects",
    "faults-card wide",
    element("div", { class: "scroll" }, table(head, rows)),
  );
}

export function runSection(report: Report): HTMLElement {
  const list = element("dl", { class: "facts" });
  const fact = (name: string, text: string, isChanged: boolean = false): void => {
    const value = element("dd", isChanged ? { class: "changed" } : {}, text);
    list.append(element("div", {}, element("dt", {}, name), value));
  };
  fact("digest", report.digest);
  fact("events", countText(report.events));
  fact("steps of machines", countText(report.steps));
  fact("simulated", durationText(report.simulatedUs));
  fact("damaged messages dropped", countText(report.messagesDropped));
  fact("budget", report.budget);
  for (const [name, value] of Object.entries(report.parameters)) {
    fact(name, String(value), name in report.overrides);
  }
  return section("The run", "run-card wide", list);
}
