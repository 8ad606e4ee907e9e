/** The page of a scenario's two runs, simulated and on real processes, as a browser shows it: two seeds of the simulator stand for both. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { pairPage } from "../../reports/html.ts";
import { azOutage } from "../../scenarios/azOutage.ts";
import { simulate } from "../../sim/cli/realSimulation.ts";
import { startChromium, type StartedBrowser } from "./chromium.ts";
import { outFolder } from "./folders.ts";
import { desk, phone, type Screen } from "./harness.ts";

const folder = mkdtempSync(join(tmpdir(), "azimuth-pair-"));
const file = join(folder, "index.html");
/** As scripts/build.js leaves them. */
const built = (ending: string): string =>
  readFileSync(new URL(`../../dist/page/pair.${ending}`, import.meta.url), "utf8");
let started: StartedBrowser;

beforeAll(async () => {
  const times = { horizonMs: 12_000, faultAtMs: 3000, faultForMs: 5000, opsPerSecond: 60 };
  const run = (seed: number) => simulate(azOutage, times, seed, { full: false }).run;
  const pair = { simulated: run(1), real: run(2) };
  writeFileSync(file, pairPage(pair, { script: built("js"), style: built("css") }));
  started = await startChromium();
});

afterAll(async () => {
  await started.close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(screen: Screen, complaints: string[]): Promise<Page> {
  const page = await started.browser.newPage({ viewport: screen });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  await page.goto(pathToFileURL(file).href);
  return page;
}

/** A row of the table by its name: what stands below each world. */
const row = (page: Page, name: string): Promise<string[]> =>
  page
    .locator("table.pair tbody tr")
    .filter({ has: page.locator("td:not(.number)").getByText(name, { exact: true }) })
    .locator("td.number")
    .allTextContents();

it.each([
  { name: "desk", screen: desk },
  { name: "phone", screen: phone },
])("shows both worlds: $name", async ({ name, screen }) => {
  const complaints: string[] = [];
  const page = await open(screen, complaints);
  await page.getByRole("heading", { name: "az-outage seed 2" }).waitFor();
  const heads = await page.locator("table.pair thead th").allTextContents();
  expect(heads).toEqual(["", "", "Simulated", "Real processes"]);
  const verdicts = page.locator("table.pair tbody tr").first().locator("td.number");
  expect(await verdicts.allTextContents()).toEqual(["ALL HELD", "ALL HELD"]);
  expect(await row(page, "writes, longest")).toEqual([
    expect.stringMatching(/ s$/),
    expect.stringMatching(/ s$/),
  ]);
  for (const cell of await row(page, "acknowledged")) expect(Number(cell)).toBeGreaterThan(300);
  expect(await row(page, "acknowledged and lost")).toEqual(["0", "0"]);
  // A timeline each, with the fault on it.
  const worlds = page.locator("section.run");
  expect(await worlds.locator("> h2").allTextContents()).toEqual([
    "Simulated: ALL HELD",
    "Real processes: ALL HELD",
  ]);
  for (const world of await worlds.all()) {
    const stage = world.locator(".stage");
    const box = await stage.boundingBox();
    expect(box?.width).toBeGreaterThan(screen.width * 0.7);
    await expect.poll(() => world.textContent()).toMatch(/zone [abc] dark/);
  }
  await page.locator(".worlds a").last().click();
  await expect
    .poll(() => worlds.last().evaluate((part) => part.getBoundingClientRect().top))
    .toBeLessThan(screen.height);
  await page.screenshot({ path: join(outFolder, `pair-${name}.png`), fullPage: true });
  // Nothing is wider than the screen.
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(width).toBeLessThanOrEqual(screen.width);
  expect(complaints).toEqual([]);
  await page.close();
});
