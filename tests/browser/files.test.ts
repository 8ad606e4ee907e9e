/** Files that are dropped on the page or opened by its button. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { drop, dropFile, holdSimulator, simulate } from "./handing.ts";
import { test } from "./harness.ts";
import { digestOf, outage, runHead } from "./watching.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "azimuth-files-"));
const outcome = join(folder, "az-outage-1");

beforeAll(() => {
  const parameters = Object.entries(outage.overrides).map(([name, value]) => `${name}=${value}`);
  simulate(folder, "scenario=az-outage", "seed=1", ...parameters);
});
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));

function reportedDigest(): string {
  const report = JSON.parse(readFileSync(join(outcome, "report.json"), "utf8")) as {
    digest: string;
  };
  return report.digest;
}

describe("a file that is dropped", () => {
  for (const name of ["report.json", "trace.jsonl", "history.jsonl"]) {
    test(`${name}: its run is executed again, and comes to the same digest`, async ({ open }) => {
      const page = await open("");
      await page.getByRole("heading", { name: "Watch a database survive" }).waitFor();
      await dropFile(page, join(outcome, name));
      await runHead(page).getByRole("heading", { name: "az-outage seed 1" }).waitFor();
      expect(await digestOf(page)).toBe(reportedDigest());
      if (name === "report.json")
        await page
          .getByRole("status")
          .getByText(/digest/)
          .waitFor();
    });
  }

  test("a scenario: it is run", async ({ open }) => {
    const page = await open("");
    await page.getByRole("heading", { name: "Watch a database survive" }).waitFor();
    await dropFile(page, join(root, "scenarios/found/half-open-at-the-end.json"));
    await digestOf(page);
  });

  test("a report that says another digest: the page says that they differ", async ({ open }) => {
    const page = await open("");
    await page.getByRole("heading", { name: "Watch a database survive" }).waitFor();
    const text = readFileSync(join(outcome, "report.json"), "utf8");
    await drop(page, "report.json", text.replace(reportedDigest(), "0123456789abcdef"));
    await digestOf(page);
    await page
      .getByRole("status")
      .getByText(/0123456789abcdef/)
      .waitFor();
  });

  for (const [name, text, sentence] of [
    ["photo.jpg", "\xff\xd8\xff", /photo\.jpg is not JSON\. Expected: report\.json/],
    [
      "data.json",
      '{"schema":"other/1"}',
      /has the schema "other\/1", which this page does not read/,
    ],
    ["broken.json", '{"name":"x","nemesis":[{"kind":"nosuch"}]}', /broken\.json: .*/],
  ] as const) {
    test(`${name}: the page says what it expected`, async ({ open }) => {
      const page = await open("");
      await page.getByRole("heading", { name: "Watch a database survive" }).waitFor();
      await drop(page, name, text);
      await page.getByRole("status").getByText(sentence).waitFor();
    });
  }
});

describe("the button that opens a file", () => {
  const choose = async (page: Page): Promise<void> => {
    const asked = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: "Open …" }).click();
    await (await asked).setFiles(join(outcome, "report.json"));
  };

  test("opens what is chosen", async ({ open }) => {
    const page = await open("");
    await page.getByRole("heading", { name: "Watch a database survive" }).waitFor();
    await choose(page);
    expect(await digestOf(page)).toBe(reportedDigest());
  });

  test("a file that is chosen while the simulator loads is opened behind that", async ({
    open,
  }) => {
    const page = await open("");
    const letGo = await holdSimulator(page);
    await choose(page);
    letGo();
    await runHead(page).getByRole("heading", { name: "az-outage seed 1" }).waitFor();
    expect(await digestOf(page)).toBe(reportedDigest());
  });
});
