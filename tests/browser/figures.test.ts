/**
 * Speed and memory, by the page's own clocks. What is printed counts: the bounds only notice what has gone wrong by far, since a
 * machine that runs tests has other things to do.
 */
import { readFileSync } from "node:fs";
import type { Browser, CDPSession, Page } from "playwright-core";
import { describe, expect } from "vitest";
import type { Timeline } from "../../viz/timeline/timeline.ts";
import { test } from "./harness.ts";
import { digestOf, goTo, picture, runHead, showPanel, xOf } from "./watching.ts";

/** Times of the processor that are longer by this are no noise. */
const slack = 10;
/** Times of a clock tell how busy the computer is, too. */
const clockSlack = 100;
/** For what a page computes to its end. */
const PATIENCE_MS = 540_000;

function print(line: string): void {
  process.stdout.write(`      ${line}\n`);
}

/** What the page of viz/stress keeps for its measurement. */
interface Stress {
  readonly timeline: Timeline;
  readonly lonelyUs: number;
  readonly lonelyPlace: string;
  readonly pictureMs: number;
  readonly longestTaskMs: number;
}

/** Memory of all processes that show pages, in megabytes: what a page holds beside the browser's own. */
async function rendererMegabytes(browser: Browser): Promise<number> {
  const client = await browser.newBrowserCDPSession();
  const { processInfo } = await client.send("SystemInfo.getProcessInfo");
  await client.detach();
  const sizes = processInfo
    .filter(({ type }) => type === "renderer")
    .map(({ id }) => /RssAnon:\s+(\d+) kB/.exec(readFileSync(`/proc/${id}/status`, "utf8"))?.[1]);
  return Math.round(Math.max(...sizes.map(Number)) / 1024);
}

/** What the page's scripts took of the processor so far, however busy the machine is with other things. */
async function scriptMs(client: CDPSession): Promise<number> {
  const { metrics } = await client.send("Performance.getMetrics");
  return 1000 * (metrics.find(({ name }) => name === "ScriptDuration")?.value ?? 0);
}

describe("time travel in the default run of 60 seconds", () => {
  test("shows any instant in 300 ms", async ({ open }) => {
    const page = await open("#scenario=az-outage&seed=1");
    await digestOf(page);
    await showPanel(page, "State");
    const times: number[] = [];
    for (let step = 0; step < 20; step++) {
      // All over the run, far from the instant before.
      const second = `${((step * 37) % 60) + 0.123}`;
      const took = page.evaluate(timeOfState, Number(second).toFixed(6));
      await goTo(page, second);
      times.push(await took);
    }
    const worst = Math.max(...times);
    const middle = times.toSorted((left, right) => left - right)[10] ?? 0;
    print(
      `seeking 20 instants: worst ${worst.toFixed(0)} ms, median ${middle.toFixed(0)} ms (300 ms)`,
    );
    expect(worst).toBeLessThan(300 * clockSlack);
  });
});

/** In the page: from the next Enter to the state of that second in the panel, in milliseconds. */
function timeOfState(second: string): Promise<number> {
  return new Promise((resolve) => {
    let begunMs = 0;
    const begin = (event: KeyboardEvent): void => {
      if (event.key === "Enter") begunMs = performance.now();
    };
    addEventListener("keydown", begin, { capture: true });
    const panel = document.querySelector("[role=tabpanel]") ?? document.body;
    const observer = new MutationObserver(() => {
      if (begunMs === 0 || !panel.textContent.includes(`At ${second} s`)) return;
      observer.disconnect();
      removeEventListener("keydown", begin, { capture: true });
      resolve(performance.now() - begunMs);
    });
    observer.observe(panel, { subtree: true, childList: true, characterData: true });
  });
}

describe("a million rows", () => {
  test("are drawn in time, and the one red among them is seen", async ({ open, viewer }) => {
    const page = await open(new URL("stress/#rows=1000000", viewer.serverUrl).href);
    await page.waitForFunction(
      () => (globalThis as unknown as { stress?: Stress }).stress?.pictureMs,
      undefined,
      {
        timeout: PATIENCE_MS,
      },
    );
    const first = await stressOf(page);
    print(
      `first picture after ${first.pictureMs.toFixed(0)} ms (2000 ms), longest task ${first.longestTaskMs} ms (100 ms)`,
    );
    expect(first.pictureMs).toBeLessThan(2000 * clockSlack);

    const client = await page.context().newCDPSession(page);
    await client.send("Performance.enable", { timeDomain: "threadTicks" });
    for (const [share, boundMs] of [
      [1, 12],
      [0.1, 5],
    ] as const) {
      const before = await scriptMs(client);
      const { times, wallMs } = await page.evaluate(pan, share);
      const meanMs = ((await scriptMs(client)) - before) / times.length;
      const median = times.toSorted((left, right) => left - right)[times.length >> 1] ?? 0;
      const perSecond = (times.length / wallMs) * 1000;
      print(
        `${share} of the range: median ${median.toFixed(1)} ms of work a frame (${boundMs} ms), ${meanMs.toFixed(1)} ms of the processor in the mean, ${perSecond.toFixed(0)} frames a second`,
      );
      expect(meanMs).toBeLessThan(boundMs * slack);
    }
    const megabytes = await rendererMegabytes(viewer.browser);
    print(`memory of the page: ${megabytes} MB (500 MB)`);
    expect(megabytes).toBeLessThan(2 * 500);

    for (const share of [1, 0.1]) {
      const at = first.lonelyUs / 1_000_000;
      await page.evaluate(showAround, { atUs: first.lonelyUs, share });
      const expected = await xOf(page, at);
      const columns = await redColumns(page, first.lonelyPlace);
      const outside = columns.filter((x) => x > expected - 150);
      expect(outside.length).toBeGreaterThan(0);
      expect(outside.filter((x) => Math.abs(x - expected) >= 8)).toEqual([]);
    }
  });
});

async function stressOf(page: Page): Promise<Omit<Stress, "timeline">> {
  return page.evaluate(() => {
    const { stress } = globalThis as unknown as { stress: Stress };
    const { lonelyUs, lonelyPlace, pictureMs, longestTaskMs } = stress;
    return { lonelyUs, lonelyPlace, pictureMs, longestTaskMs };
  });
}

/** In the page: moves and stretches the view for 120 frames; the work of each, and the time of all. */
async function pan(
  share: number,
): Promise<{ readonly times: readonly number[]; readonly wallMs: number }> {
  const { timeline } = (globalThis as unknown as { stress: Stress }).stress;
  timeline.show(0, Infinity);
  const [from, until] = timeline.domain();
  const length = (until - from) * share;
  const frames = 120;
  const begunMs = performance.now();
  for (let frame = 0; frame < frames; frame++) {
    const start = (until - from - length) * (frame / frames);
    timeline.show(start, start + length * (1 - 0.05 * (frame / frames)));
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
  return { times: timeline.frameTimesMs.slice(-frames), wallMs: performance.now() - begunMs };
}

/** In the page: so much of the range, with an instant in its last third. */
async function showAround({
  atUs,
  share,
}: {
  readonly atUs: number;
  readonly share: number;
}): Promise<void> {
  const { timeline } = (globalThis as unknown as { stress: Stress }).stress;
  timeline.show(0, Infinity);
  const [from, until] = timeline.domain();
  const length = (until - from) * share;
  const start = share === 1 ? from : atUs - length * 0.7;
  timeline.show(start, start + length);
  for (let frame = 0; frame < 3; frame++) {
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
}

/** Columns of the picture with a red pixel in the lane of a machine. */
async function redColumns(page: Page, place: string): Promise<readonly number[]> {
  return picture(page).evaluate((svg, name) => {
    const label = [...svg.querySelectorAll("text")].find((text) => text.textContent === name);
    const canvas = svg.parentElement?.querySelector("canvas");
    if (label === undefined || !canvas) throw new Error(`no lane of ${name}`);
    const origin = canvas.getBoundingClientRect();
    const { y, height } = label.getBoundingClientRect();
    const top = Math.round(y + height / 2 - origin.y);
    // A canvas that is read would be drawn otherwise from then on.
    const copy = new OffscreenCanvas(canvas.width, 34).getContext("2d");
    copy?.drawImage(canvas, 0, 6 - top);
    const { data, width } = copy?.getImageData(0, 0, canvas.width, 34) ?? { data: [], width: 1 };
    const found = new Set<number>();
    for (let at = 0; at < data.length; at += 4) {
      const [red = 0, green = 0, blue = 0, alpha = 0] = data.slice(at, at + 4);
      if (alpha > 100 && red > 150 && green < 80 && blue < 80) found.add((at / 4) % width);
    }
    return [...found].sort((left, right) => left - right);
  }, place);
}

describe("a run of a million events", () => {
  test("leaves the page responsive while the worker simulates", async ({ open, viewer }) => {
    const page = await open("");
    await page.getByRole("button", { name: "max", exact: true }).click();
    await page.evaluate(() => {
      const seen = globalThis as unknown as { longestTaskMs: number };
      seen.longestTaskMs = 0;
      new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) {
          seen.longestTaskMs = Math.max(seen.longestTaskMs, duration);
        }
      }).observe({ type: "longtask" });
    });
    await page.evaluate(() => void (location.hash = "scenario=az-outage&seed=1&horizonMs=750000"));
    await runHead(page).getByText("RUNNING").waitFor();
    const digest = runHead(page).getByText(/digest /);
    await digest.waitFor({ timeout: PATIENCE_MS });
    const longest = await page.evaluate(
      () => (globalThis as unknown as { longestTaskMs: number }).longestTaskMs,
    );
    print((await digest.textContent()) ?? "");
    print(
      `longest task of the page: ${longest.toFixed(0)} ms (100 ms); memory of page and worker: ${await rendererMegabytes(viewer.browser)} MB`,
    );
    expect(longest).toBeLessThan(100 * clockSlack);
  });
});
