/** Time travel in a run that has ended. */
import { describe, expect } from "vitest";
import { withoutTracker } from "../../viz/gallery/tours/withoutTracker.ts";
import { test } from "./harness.ts";
import {
  addressOf,
  digestOf,
  goTo,
  instantOf,
  outage,
  picture,
  showPanel,
  stateOf,
  xOf,
} from "./watching.ts";

describe("an instant", () => {
  test("is taken by a click on the timeline, and the machines are shown as they were", async ({
    open,
  }) => {
    const page = await open(addressOf(outage));
    await digestOf(page);
    const panel = await showPanel(page, "State");
    for (const [second, role] of [
      [2, "primary"],
      [6, "down"],
    ] as const) {
      await picture(page).click({ position: { x: await xOf(page, second), y: 60 } });
      await expect.poll(async () => Math.abs((await instantOf(page)) - second)).toBeLessThan(0.1);
      const at = (await instantOf(page)).toFixed(6);
      await panel.getByText(new RegExp(`^At ${at} s`)).waitFor();
      await panel
        .getByText(new RegExp(`db-0-a ${role}`))
        .first()
        .waitFor();
    }
  });

  test("is moved by buttons, by keys and by hand", async ({ open }) => {
    const page = await open(addressOf(outage));
    await digestOf(page);
    await goTo(page, "4.25");
    expect(await instantOf(page)).toBe(4.25);
    await goTo(page, "4250.5 ms");
    expect(await instantOf(page)).toBe(4.2505);
    await page.getByRole("button", { name: /one second back/ }).click();
    await page.getByRole("button", { name: /one millisecond on/ }).click();
    expect(await instantOf(page)).toBe(3.2515);
    await page.keyboard.press("Shift+Period");
    await page.keyboard.press("Alt+Comma");
    expect(await instantOf(page)).toBe(4.2505);
    await page.keyboard.press("Period");
    const next = await instantOf(page);
    expect(next).toBeGreaterThan(4.2505);
    await page.keyboard.press("Comma");
    expect(await instantOf(page)).toBeLessThanOrEqual(4.2505);
  });

  test("is taken by the keys of the timeline", async ({ open }) => {
    const page = await open(addressOf(outage));
    await digestOf(page);
    await page.getByLabel(/^Timeline\./).focus();
    await page.keyboard.press("f");
    expect(await instantOf(page)).toBe(3);
    await page.keyboard.press("+");
    await page.keyboard.press("+");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("n");
    await page.keyboard.press("Enter");
    const zoomed = await instantOf(page);
    expect(zoomed).toBeGreaterThan(3);
    expect(zoomed).toBeLessThan(4);
  });

  test("is jumped to: fault, election, and back to the end", async ({ open }) => {
    const page = await open(addressOf(outage));
    await digestOf(page);
    await page.getByRole("toolbar").getByRole("button", { name: "Fault" }).click();
    expect(await instantOf(page)).toBe(3);
    await page.keyboard.press("e");
    const elected = await instantOf(page);
    expect(elected).toBeGreaterThan(4);
    const panel = await showPanel(page, "Story");
    await panel.getByText(/is elected primary/).waitFor();
    await page.keyboard.press("n");
    expect(await instantOf(page)).toBeGreaterThanOrEqual(14);
    const now = page.getByRole("button", { name: "Now", exact: true });
    expect(await now.isDisabled()).toBe(true);
  });

  test("is jumped to: the first violation of a run that fails", async ({ open }) => {
    const page = await open(addressOf(withoutTracker.spec));
    await digestOf(page);
    const violation = page.getByRole("button", { name: "Violation" });
    expect(await violation.isEnabled()).toBe(true);
    await page.keyboard.press("v");
    const panel = await showPanel(page, "Checks");
    await panel
      .getByText(/revealed/)
      .first()
      .waitFor();
    expect(await instantOf(page)).toBeGreaterThan(1);
    expect(await instantOf(page)).toBeLessThan(2);
  });
});

describe("the search", () => {
  test("finds an event, goes there, and says when there is none", async ({ open }) => {
    const page = await open(addressOf(outage));
    await digestOf(page);
    await page.keyboard.press("/");
    const field = page.getByRole("combobox", { name: "Search events and operations" });
    await field.pressSequentially("lease.expired db-0");
    await page.getByText("Nothing has all of these words").or(page.getByText(/found/)).waitFor();
    await field.fill("election.stood");
    const first = page.getByRole("option").filter({ hasText: "election.stood" }).first();
    await first.waitFor();
    await field.press("Enter");
    const at = Number.parseFloat((await first.textContent()) ?? "");
    expect(await instantOf(page)).toBe(at);
    await field.press("Escape");
    expect(await page.getByRole("option", { name: /election.stood/ }).count()).toBe(0);
  });

  test("finds an operation, and its way is told from call to answer", async ({ open }) => {
    const page = await open(addressOf(outage));
    await digestOf(page);
    const field = page.getByRole("combobox", { name: "Search events and operations" });
    await field.fill("SET → OK db-0-a");
    await page.getByRole("option").filter({ hasText: "SET" }).first().click();
    const panel = page.getByRole("tabpanel", { name: "Explain" });
    await panel.getByText(/^SET .* on db-0-a: ok/).waitFor();
    const steps = panel.getByRole("listitem");
    expect(await steps.count()).toBeGreaterThan(5);
    await steps.last().getByRole("button").click();
    await panel.getByRole("button", { name: /Where did its copies live/ }).click();
    await panel.getByRole("columnheader", { name: "until" }).waitFor();
    expect(await panel.getByRole("row").count()).toBeGreaterThan(3);
  });
});

describe("the state of all machines", () => {
  test("is that of the instant, whichever way it was come to", async ({ open }) => {
    const page = await open(addressOf(outage));
    await digestOf(page);
    await goTo(page, "5");
    const there = await stateOf(page);
    await goTo(page, "12.5");
    expect(await stateOf(page)).not.toBe(there);
    await goTo(page, "5");
    expect(await stateOf(page)).toBe(there);
  });
});
