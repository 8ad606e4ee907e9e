/** The page that a server with chaos=yes gives out: the cluster as it is now, its last minutes on the timeline, and buttons for faults. */
import { render } from "preact";
import { element } from "../element.ts";
import { roleLegend } from "../timeline/palette.ts";
import { Timeline } from "../timeline/timeline.ts";
import { clusterApi, type Status } from "./clusterApi.ts";
import { History } from "./history.ts";
import { LivePage } from "./LivePage.tsx";
import { brief, type Fault } from "./panels.tsx";

const EVERY_MS = 400;
/** The picture shows so much of the past. */
const SHOWN_US = 90_000_000;
/** What a page has seen is forgotten after so long: it may stand open for days. */
const KEPT_MS = 600_000;

const root = document.querySelector("#chaos");
if (root === null) throw new Error("the document has no place for the page");
const place = root;
place.replaceChildren();

let history: History | undefined;
let beganMs = 0;
let status: Status | undefined;
let trouble = { text: "", from: "" };
let seconds = "10";
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
timeline.root.append(rolesLegend());
draw();
void watch();

/** Elements stay where they are as long as what they stand for does: a click that begins before it and ends behind it is one. */
function draw(): void {
  render(
    <LivePage
      status={status}
      commandsPerSecond={history?.commandsPerSecond ?? 0}
      trouble={trouble.text}
      timeline={timeline.root}
      setSeconds={(text) => (seconds = text)}
      begin={begin}
      heal={(id) => order(() => clusterApi.heal(id))}
      healAll={() => order(() => clusterApi.healAll())}
    />,
    place,
  );
}

async function watch(): Promise<void> {
  for (;;) {
    try {
      show(await clusterApi.status());
      if (trouble.from === "watch") say("", "");
    } catch (error) {
      say(`No answer: ${error instanceof Error ? error.message : String(error)}`, "watch");
    }
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
}

function show(seen: Status): void {
  status = seen;
  if (history === undefined || performance.now() - beganMs > KEPT_MS) {
    history = new History(seen.unixMs);
    beganMs = performance.now();
    history.see(seen);
    timeline.showRun(history.run());
  } else {
    history.see(seen);
    const run = history.run();
    timeline.grew(run);
    const untilUs = run.outline.simulatedUs;
    timeline.show(Math.max(0, untilUs - SHOWN_US), untilUs);
  }
  draw();
}

function begin(fault: Fault): void {
  const forMs = Math.round(Number(seconds) * 1000);
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
  trouble = { text, from };
  draw();
}

function rolesLegend(): HTMLElement {
  const items = roleLegend.map(({ role, colour }) => {
    const swatch = element("span", { class: "swatch" });
    swatch.style.setProperty("--swatch", `var(${colour})`);
    return element("li", {}, swatch, role);
  });
  return element("ul", { class: "legend", "aria-label": "Legend" }, ...items);
}
