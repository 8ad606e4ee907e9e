/** The page that a server with chaos=yes gives out: the cluster as it is now, its last minutes on the timeline, and buttons for faults. */
import { element } from "../element.ts";
import { roleLegend } from "../timeline/palette.ts";
import { Timeline } from "../timeline/timeline.ts";
import { clusterApi, type Status } from "./clusterApi.ts";
import { History } from "./history.ts";
import { brief, button, faultsCard, ofCluster, zoneCard } from "./panels.ts";

const EVERY_MS = 400;
/** The picture shows so much of the past. */
const SHOWN_US = 90_000_000;
/** What a page has seen is forgotten after so long: it may stand open for days. */
const KEPT_MS = 600_000;

const root = document.querySelector("#chaos");
if (root === null) throw new Error("the document has no place for the page");

let history: History | undefined;
let beganMs = 0;
const trouble = element("p", { class: "trouble", role: "alert" });
const summary = element("p", { class: "headline" });
const zones = element("div", { class: "cards zones" });
const faults = element("div", { class: "active" });
const seconds = element("input", {
  type: "number",
  min: "0",
  max: "3600",
  value: "10",
  id: "seconds",
});
const timeline = new Timeline(
  {
    instant: () => {},
    select: (selection) => timeline.select(selection),
    viewed: () => {},
    faultMoved: () => {},
    faultDropped: () => {},
  },
  false,
);

root.replaceChildren(
  element(
    "header",
    { class: "live" },
    element("h1", {}, "Azimuth: a running cluster"),
    summary,
    element(
      "p",
      { class: "lasting" },
      element("label", { for: "seconds" }, "Faults last "),
      seconds,
      " seconds (0: until healed) ",
      ...ofCluster.map(({ text, help, fault }) => button(text, help, () => begin(fault))),
    ),
    trouble,
  ),
  faults,
  zones,
  timeline.root,
);
timeline.root.append(rolesLegend());
void watch();

async function watch(): Promise<void> {
  for (;;) {
    try {
      show(await clusterApi.status());
      if (trouble.dataset["from"] === "watch") say("", "");
    } catch (error) {
      say(`No answer: ${error instanceof Error ? error.message : String(error)}`, "watch");
    }
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
}

function show(status: Status): void {
  if (history === undefined || performance.now() - beganMs > KEPT_MS) {
    history = new History(status.unixMs);
    beganMs = performance.now();
    history.see(status);
    timeline.showRun(history.run());
  } else {
    history.see(status);
    const run = history.run();
    timeline.grew(run);
    const untilUs = run.outline.simulatedUs;
    timeline.show(Math.max(0, untilUs - SHOWN_US), untilUs);
  }
  const { machines } = status;
  const primaries = machines.filter(({ role }) => role === "primary");
  const led = primaries.map(({ node, shard }) => `shard ${shard} is led by ${node}`);
  const rate = `${history.commandsPerSecond} commands a second`;
  summary.textContent = `${led.length === 0 ? "Nobody leads" : led.join(", ")}; ${rate}; ${status.mode}`;
  keepFocus(() => {
    faults.replaceChildren(
      faultsCard(
        status.faults,
        (id) => order(() => clusterApi.heal(id)),
        () => order(() => clusterApi.healAll()),
      ),
    );
    zones.replaceChildren(
      ...status.zones.map((zone) =>
        zoneCard(
          zone,
          machines.filter((one) => one.zone === zone.zone),
          begin,
        ),
      ),
    );
  });
}

/** The button with the keyboard's focus is made anew: the new one gets it. */
function keepFocus(draw: () => void): void {
  const label = document.activeElement?.getAttribute("aria-label");
  draw();
  if (label === null || label === undefined) return;
  for (const made of document.querySelectorAll("button")) {
    if (made.getAttribute("aria-label") === label) made.focus();
  }
}

function begin(fault: Readonly<Record<string, unknown>>): void {
  const forMs = Math.round(Number(seconds.value) * 1000);
  const lasts = !brief.has(fault["kind"]) && forMs > 0;
  order(() => clusterApi.begin({ ...fault, ...(lasts ? { forMs } : {}) }));
}

function order(what: () => Promise<unknown>): void {
  say("", "");
  what().catch((error: unknown) => {
    say(error instanceof Error ? error.message : String(error), "order");
  });
}

function say(text: string, from: string): void {
  trouble.textContent = text;
  trouble.dataset["from"] = from;
}

function rolesLegend(): HTMLElement {
  const items = roleLegend.map(({ role, colour }) => {
    const swatch = element("span", { class: "swatch" });
    swatch.style.setProperty("--swatch", `var(${colour})`);
    return element("li", {}, swatch, role);
  });
  return element("ul", { class: "legend", "aria-label": "Legend" }, ...items);
}
