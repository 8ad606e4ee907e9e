/** What is saved is whole, and what Node would have written. */
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { PNG } from "pngjs";
import { describe, expect } from "vitest";
import { filmViewOf } from "../../reports/filmView.ts";
import { perfettoTrace } from "../../reports/perfetto.ts";
import { scenarios } from "../../scenarios/registry.ts";
import { LiveRun } from "../../sim/live/liveRun.ts";
import { test } from "./harness.ts";
import { addressOf, digestOf, outage, picture, showPanel } from "./watching.ts";

async function save(page: Page, name: string): Promise<Buffer> {
  const panel = await showPanel(page, "Export");
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    panel.getByRole("button", { name, exact: true }).click(),
  ]);
  await panel.getByText(/ is saved\.$/).waitFor();
  expect(download.suggestedFilename()).toMatch(/^az-outage-1\./);
  return readFileSync(await download.path());
}

describe("an export", () => {
  test("to Perfetto has the bytes that Node writes", async ({ open }) => {
    const page = await open(addressOf(outage));
    await digestOf(page);
    const live = new LiveRun(outage, scenarios);
    live.advance(Infinity, Infinity);
    const expected = perfettoTrace(filmViewOf(live));
    const saved = await save(page, "Perfetto");
    expect(saved.length).toBeGreaterThan(10_000);
    expect(Buffer.compare(saved, expected)).toBe(0);
  });

  test("to ShiViz and OTLP has the window that is on screen", async ({ open }) => {
    const page = await open(addressOf(outage));
    await digestOf(page);
    await page.getByRole("button", { name: "Show the first fault and the failover" }).click();
    const log = (await save(page, "ShiViz")).toString();
    expect(log.split("\n").length).toBeGreaterThan(100);
    expect(log).toContain("db-0-c");
    const otlp = JSON.parse((await save(page, "OTLP")).toString()) as { resourceSpans: unknown[] };
    expect(otlp.resourceSpans.length).toBeGreaterThan(0);
  });

  test("to SVG is a document that a browser draws by itself", async ({ open, viewer }) => {
    const page = await open(addressOf(outage));
    await digestOf(page);
    const box = await picture(page).boundingBox();
    const text = (await save(page, "SVG")).toString();
    const other = await viewer.browser.newPage();
    await other.goto(`data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`);
    const root = other.locator("svg").first();
    const width = await root.getAttribute("width");
    expect([width, await root.getAttribute("height")]).toEqual([
      String(box?.width),
      String(box?.height),
    ]);
    expect(await root.locator("*").count()).toBeGreaterThan(100);
    await other.close();
    expect(text).not.toContain("<script");
  });

  test("to PNG has the size of the picture, and is not empty", async ({ open }) => {
    const page = await open(addressOf(outage));
    await digestOf(page);
    const box = await picture(page).boundingBox();
    const png = PNG.sync.read(await save(page, "PNG"));
    expect([png.width, png.height]).toEqual([box?.width, box?.height]);
    const colours = new Set<number>();
    for (let at = 0; at < png.data.length; at += 4) colours.add(png.data.readUInt32BE(at));
    expect(colours.size).toBeGreaterThan(20);
  });
});
