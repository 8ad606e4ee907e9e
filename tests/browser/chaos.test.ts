/** The page of a running cluster, as a server with chaos=yes gives it out: a zone is killed and healed by real clicks. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ServerProcess } from "../clients/zoneProcesses.ts";
import { type StartedBrowser, startChromium } from "./chromium.ts";
import { outFolder } from "./folders.ts";
import { desk, phone, type Screen } from "./harness.ts";

const PORT = 27_800;
const dir = mkdtempSync(join(tmpdir(), "azimuth-chaos-page-"));
let server: ServerProcess;
let started: StartedBrowser;

beforeAll(async () => {
  const options = [`port=${PORT}`, `dir=${dir}`, "chaos=yes"];
  server = await ServerProcess.start([...options, "chaos-token=a secret"]);
  started = await startChromium();
});

afterAll(async () => {
  await started.close();
  await server.kill();
  rmSync(dir, { recursive: true, force: true, maxRetries: 10 });
});

async function open(screen: Screen, token: string, complaints: string[]): Promise<Page> {
  const page = await started.browser.newPage({ viewport: screen });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  await page.goto(`http://127.0.0.1:${PORT + 1000}/#token=${encodeURIComponent(token)}`);
  return page;
}

/** "a down", "b running, process 7": without the number. */
const states = (page: Page): Promise<string[]> =>
  page
    .locator(".zone .state")
    .allTextContents()
    .then((texts) => texts.map((text) => text.replace(/, process.*/, "")));

/** The page is drawn anew while the mouse button is down: it has to be the same button when it comes up. */
const unhurried = { delay: 1_500 };

it.each([
  { name: "desk", screen: desk },
  { name: "phone", screen: phone },
])("shows a zone that is killed and healed: $name", async ({ name, screen }) => {
  const complaints: string[] = [];
  const page = await open(screen, "a secret", complaints);
  const led = page.getByText(/shard 0 is led by db-0-[abc]/);
  await led.waitFor({ timeout: 120_000 });
  const [, zone = ""] = /db-0-([abc])/.exec((await led.textContent()) ?? "") ?? [];
  await page.getByLabel("Faults last").fill("0");
  await page.getByRole("button", { name: `Kill zone ${zone}` }).click(unhurried);
  await expect.poll(() => states(page)).toContain("down");
  await expect.poll(() => led.textContent()).not.toContain(`db-0-${zone}`);
  expect(await page.locator(".faults").textContent()).toContain(`kill zone ${zone}`);
  await page.screenshot({ path: join(outFolder, `chaos-${name}.png`), fullPage: true });
  // Nothing is wider than the screen.
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(width).toBeLessThanOrEqual(screen.width);
  await page.getByRole("button", { name: `Heal kill zone ${zone}` }).click(unhurried);
  await expect.poll(() => states(page)).toEqual(Array(3).fill("running"));
  expect(complaints).toEqual([]);
  await page.close();
});

it("says what is wrong without the token", async () => {
  const page = await open(desk, "", []);
  await expect.poll(() => page.locator(".trouble").textContent()).toContain("chaos-token");
  await page.close();
});
