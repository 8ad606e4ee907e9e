/** A link shows another reader the same instant of the same run. */
import { describe, expect } from "vitest";
import { test } from "./harness.ts";
import {
  addressOf,
  copiedLink,
  digestOf,
  goTo,
  instantField,
  outage,
  readAfter,
  runHead,
  search,
  showPanel,
  stateOf,
} from "./watching.ts";

describe("a link", () => {
  test("shows the same instant, state, selection and view in a new page", async ({ open }) => {
    const page = await open(addressOf(outage));
    const digest = await digestOf(page);
    await search(page, "election.stood");
    const explained = await showPanel(page, "Explain");
    const selected = await readAfter(explained.getByRole("listitem").first(), /(.*)/);
    await page.keyboard.press("Alt+Period");
    const instant = await instantField(page).inputValue();
    const state = await stateOf(page);

    const other = await open(await copiedLink(page));
    expect(await readAfter(runHead(other).getByText(/digest /), /digest (\w+)/)).toBe(digest);
    await expect.poll(() => instantField(other).inputValue()).toBe(instant);
    expect(await stateOf(other)).toBe(state);
    const panel = await showPanel(other, "Explain");
    await panel.getByText(selected).first().waitFor();
    expect(await copiedLink(other)).toBe(await copiedLink(page));
  });

  test("of a fork shows the fork", async ({ open }) => {
    const page = await open(addressOf(outage));
    await digestOf(page);
    await goTo(page, "10");
    const panel = await showPanel(page, "Fork");
    await panel.getByRole("button", { name: "machinePause", exact: true }).click();
    await panel.getByRole("button", { name: "Run the fork" }).click();
    await panel.getByText(/^They part at/).waitFor();
    await panel.getByRole("button", { name: "Copy its link" }).click();
    await page.getByText("The link is copied.").waitFor();
    const link = await page.evaluate(() => navigator.clipboard.readText());
    await panel.getByRole("button", { name: "Make the fork the run" }).click();
    const digest = await digestOf(page);

    const other = await open(link);
    expect(await digestOf(other)).toBe(digest);
    await runHead(other).getByText("1 changed").waitFor();
  });

  test("in the address bar is followed without a new page", async ({ open }) => {
    const page = await open(addressOf(outage));
    await digestOf(page);
    await page.evaluate(() => void (location.hash = "scenario=baseline&seed=2&horizonMs=3000"));
    await runHead(page).getByRole("heading", { name: "baseline seed 2" }).waitFor();
  });

  test("of another version says so", async ({ open }) => {
    const page = await open(`${addressOf(outage)}&v=0.0.1-abc`);
    await page.getByRole("status").getByText("This link was made by version 0.0.1-abc").waitFor();
    await digestOf(page);
  });

  for (const [what, address, sentence] of [
    ["names no scenario", "#seed=1", /names no scenario: expected scenario=NAME&seed=N/],
    ["has a seed that is none", "#scenario=baseline&seed=one", /seed must be a whole number/],
    ["was cut off", "#scenario=baseline&seed=1&z=%", /was the link cut off\?/],
  ] as const) {
    test(`that ${what} says what was expected`, async ({ open }) => {
      const page = await open(address);
      await page.getByRole("status").getByText(sentence).waitFor();
      await page.getByRole("heading", { name: "Watch a database survive" }).waitFor();
    });
  }

  test("to a scenario that there is not says so, with what to do next", async ({ open }) => {
    const page = await open("#scenario=nosuch&seed=1");
    await page.getByRole("heading", { name: "The run could not be begun" }).waitFor();
    await page.getByText(/unknown scenario "nosuch"\. Valid: baseline/).waitFor();
    await page
      .getByText(/^Change the scenario, the seed or a parameter above, and press Run/)
      .waitFor();
  });
});
