/** The report's page: reads the run that stands in the document and draws it. Entry of the page's bundle. */
import type { PageData } from "../reports/page.ts";
import { Figure } from "./figure.ts";
import { firstMode } from "./lanes.ts";
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

const source = document.querySelector("#run")?.textContent ?? "";
const root = document.querySelector("#report");
if (root === null) throw new Error("the document has no place for the report");
draw(root, JSON.parse(source) as PageData);

function draw(place: Element, data: PageData): void {
  const { report, moments } = data;
  const figure = new Figure(data);
  const show = (atUs: number): void => {
    figure.showMoment(atUs);
    figure.root.scrollIntoView({ block: "nearest", behavior: "smooth" });
  };
  figure.root.append(legend(report, firstMode(report) === "shards"));
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
    figure.root,
    element("div", { class: "cards" }, ...parts),
  );
  new ResizeObserver(() => figure.resize()).observe(place);
  figure.resize();
}
