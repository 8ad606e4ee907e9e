/** The page of a scenario's two runs, simulated and on real processes: their figures in one table, their timelines below each other. */
import type { PairData } from "../reports/html.ts";
import type { PageData } from "../reports/page.ts";
import { verdictWords } from "../reports/verdict.ts";
import { element } from "./element.ts";
import { reportRun } from "./reportRun.ts";
import { checksSection, legend, storySection } from "./sections.ts";
import { firstMode } from "./timeline/lanes.ts";
import { Timeline } from "./timeline/timeline.ts";

const source = document.querySelector("#data")?.textContent ?? "";
const root = document.querySelector("#report");
if (root === null) throw new Error("the document has no place for the report");
draw(root, JSON.parse(source) as PairData);

function draw(place: Element, data: PairData): void {
  const { scenario, seed, story } = data.real.report;
  const timelines = [drawRun("Simulated", data.simulated), drawRun("Real processes", data.real)];
  place.replaceChildren(
    element(
      "header",
      { class: "verdict pair" },
      element("h1", {}, scenario, element("span", { class: "seed" }, ` seed ${seed}`)),
      element("p", { class: "what" }, story),
      element(
        "p",
        { class: "worlds" },
        jump("Simulated", data.simulated),
        jump("Real processes", data.real),
      ),
    ),
    figures(data),
    ...timelines.map(({ parts }) => parts),
  );
  for (const drawn of timelines) drawn.show();
}

/** To the world's own part of the page, with what it came to. */
function jump(title: string, { report }: PageData): HTMLElement {
  return element(
    "a",
    { href: `#${idOf(title)}`, class: report.verdict },
    `${title}: ${verdictWords[report.verdict]}`,
  );
}

function idOf(title: string): string {
  return title.toLowerCase().replaceAll(" ", "-");
}

function figures({ rows }: PairData): HTMLElement {
  const head = ["", "", "Simulated", "Real processes"].map((text) =>
    element("th", { scope: "col" }, text),
  );
  let last = "";
  const body = rows.map(({ group, name, simulated, real }) => {
    const isFirst = group !== last;
    last = group;
    return element(
      "tr",
      isFirst ? { class: "first" } : {},
      element("th", { scope: "row" }, isFirst ? group : ""),
      element("td", {}, name),
      element("td", { class: "number" }, simulated),
      element("td", { class: "number" }, real),
    );
  });
  return element(
    "section",
    { class: "card figures" },
    element("h2", {}, "Side by side"),
    element(
      "div",
      { class: "wide" },
      element(
        "table",
        { class: "pair" },
        element("thead", {}, element("tr", {}, ...head)),
        element("tbody", {}, ...body),
      ),
    ),
  );
}

/** One run; its timeline is drawn by `show`, once it stands in the document. */
function drawRun(title: string, data: PageData): { readonly parts: Element; show(): void } {
  const { report, moments } = data;
  const timeline = new Timeline({
    instant: (atUs) => timeline.setInstant(atUs),
    select: (selection) => timeline.select(selection),
    viewed: () => {},
    faultMoved: () => {},
    faultDropped: () => {},
  });
  timeline.root.append(legend(report, firstMode(report) === "shards"));
  const goTo = (sinceLoadUs: number): void => timeline.setInstant(sinceLoadUs + report.loadedUs);
  const parts = element(
    "section",
    { class: "run", id: idOf(title) },
    element("h2", { class: report.verdict }, `${title}: ${verdictWords[report.verdict]}`),
    element("p", { class: "headline" }, report.headline),
    timeline.root,
    element("div", { class: "cards" }, storySection(moments, goTo), checksSection(report.checks)),
  );
  return { parts, show: () => timeline.showRun(reportRun(data)) };
}
