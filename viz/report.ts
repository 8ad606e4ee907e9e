/** The report's page: reads the run that stands in the document and draws it. Entry of the page's bundle. */
import type { PageData } from "../reports/page.ts";
import { reportRun } from "./reportRun.ts";
import { firstMode } from "./timeline/lanes.ts";
import { Timeline } from "./timeline/timeline.ts";
import {
  checksSection,
  failoversSection,
  faultsSection,
  header,
  latencySection,
  legend,
  runSection,
  storySection,
  tiles,
} from "./sections.ts";
import { element } from "./element.ts";

/** A moment is shown with at most so much around it. */
const closeUs = 6_000_000;

const source = document.querySelector("#data")?.textContent ?? "";
const root = document.querySelector("#report");
if (root === null) throw new Error("the document has no place for the report");
draw(root, JSON.parse(source) as PageData);

function draw(place: Element, data: PageData): void {
  const { report, moments } = data;
  const timeline = new Timeline({
    instant: (atUs) => timeline.setInstant(atUs),
    select: (selection) => timeline.select(selection),
    viewed: () => {},
    faultMoved: () => {},
    faultDropped: () => {},
  });
  const show = (sinceLoadUs: number): void => {
    const atUs = sinceLoadUs + report.loadedUs;
    const [fromUs, untilUs] = timeline.domain();
    const halfUs = Math.min(untilUs - fromUs, closeUs) / 2;
    timeline.show(atUs - halfUs, atUs + halfUs);
    timeline.setInstant(atUs);
    timeline.root.scrollIntoView({ block: "nearest", behavior: "smooth" });
  };
  timeline.root.append(legend(report, firstMode(report) === "shards"));
  const parts = [
    storySection(moments, show),
    checksSection(report.checks),
    latencySection(report.latencies),
    failoversSection(report),
    faultsSection(report),
    runSection(report),
  ].filter((part) => part !== undefined);
  place.replaceChildren(
    header(report),
    tiles(report),
    timeline.root,
    element("div", { class: "cards" }, ...parts),
  );
  timeline.showRun(reportRun(data));
}
