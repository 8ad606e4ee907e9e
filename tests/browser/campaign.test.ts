/** The campaign page: results of many seeds, and the way from a seed to its run. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe } from "vitest";
import { drop, dropFile, simulate } from "./handing.ts";
import { desk, phone, test } from "./harness.ts";
import { compareShot } from "./shot.ts";
import { digestOf, runHead } from "./watching.ts";

const folder = mkdtempSync(join(tmpdir(), "azimuth-campaign-"));
const results = join(folder, "swarm-1..12", "results.jsonl");

beforeAll(() => simulate(folder, "swarm", "seeds=1..12", "minimise=0"));
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));

describe("the campaign page", () => {
  test("teaches when it is empty, and says what it expected of a foreign file", async ({
    open,
  }) => {
    const page = await open("campaign.html");
    await page.getByRole("heading", { name: "Many seeds, one picture" }).waitFor();
    await dropFile(page, import.meta.filename);
    await page
      .getByRole("status")
      .getByText(/results\.jsonl/)
      .waitFor();
  });

  test("shows results that are dropped, and a seed of them is a link to its run", async ({
    open,
  }) => {
    const page = await open("campaign.html");
    await page.getByRole("heading", { name: "Many seeds, one picture" }).waitFor();
    await dropFile(page, results);
    await page.getByRole("heading", { name: "swarm 12 seeds" }).waitFor();
    const link = page.getByRole("link", { name: /seed \d+/i }).first();
    const address = (await link.getAttribute("href")) ?? "";
    const seed = /seed=(\d+)/.exec(address)?.[1] ?? "none";
    const other = await open(address);
    await runHead(other)
      .getByRole("heading", { name: `swarm seed ${seed}` })
      .waitFor();
    await digestOf(other);
  });

  test("runs seeds in the page itself", async ({ open }) => {
    const page = await open("campaign.html");
    const form = page.getByRole("form", { name: "Run seeds here" });
    await form.getByRole("button", { name: /Run/ }).click();
    await page.getByRole("region", { name: "All seeds" }).waitFor();
    await form.getByRole("button", { name: /Stop/ }).click();
  });

  test("is announced by the viewer, on which results are dropped", async ({ open }) => {
    const page = await open("");
    await page.getByRole("heading", { name: "Watch a database survive" }).waitFor();
    await dropFile(page, results);
    await page
      .getByRole("status")
      .getByText(/open it on the campaign page/)
      .waitFor();
    await page.getByRole("link", { name: "Campaign" }).click();
    await page.getByRole("heading", { name: "Many seeds, one picture" }).waitFor();
  });

  for (const [name, screen] of [
    ["desk", desk],
    ["phone", phone],
  ] as const) {
    test(`looks as it did, ${name}`, async ({ open }) => {
      const page = await open("campaign.html", { screen });
      await page.getByRole("heading", { name: "Many seeds, one picture" }).waitFor();
      const timeless = readFileSync(results, "utf8").replaceAll(/"wallMs":[\d.]+/g, '"wallMs":500');
      await drop(page, "results.jsonl", timeless);
      const head = page.getByRole("heading", { name: "swarm 12 seeds" });
      await head.waitFor();
      await page.getByRole("img").first().waitFor();
      await compareShot(page, `campaign-${name}`, {
        changing: [page.getByText(/^version /)],
        top: head,
      });
    });
  }
});
