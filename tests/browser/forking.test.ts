/** The console and the second future. */
import type { Locator, Page } from "playwright-core";
import { describe, expect } from "vitest";
import { test } from "./harness.ts";
import {
  addressOf,
  digestOf,
  goTo,
  outage,
  picture,
  readAfter,
  showPanel,
  stateOf,
  xOf,
} from "./watching.ts";

/** The lines under a command that was sent. */
async function send(panel: Locator, line: string): Promise<void> {
  await panel.getByRole("textbox", { name: /^Command to/ }).fill(line);
  await panel.getByRole("textbox", { name: /^Command to/ }).press("Enter");
}

/** Waits until both futures have ended and stand side by side. */
async function bothFutures(page: Page): Promise<Locator> {
  const panel = page.getByRole("tabpanel", { name: "Fork" });
  await panel.getByText(/^They part at/).waitFor();
  const table = panel.getByRole("table");
  await table.getByRole("rowheader", { name: "verdict" }).waitFor();
  return table;
}

/** When a fault begins in the second future, in milliseconds of the load. */
function beginning(fault: Locator): Promise<string> {
  return fault.getByRole("textbox", { name: /^atMs/ }).inputValue();
}

describe("the console", () => {
  test("answers as the node would have at the instant, and changes nothing", async ({ open }) => {
    const page = await open(addressOf(outage));
    const digest = await digestOf(page);
    await goTo(page, "2");
    const before = await stateOf(page);
    const panel = await showPanel(page, "Console");
    await send(panel, "ROLE");
    await panel.getByText('"master"').waitFor();
    await send(panel, "DBSIZE");
    await panel.getByText("(integer)").first().waitFor();
    await panel.getByRole("combobox", { name: "Node" }).selectOption("db-0-b");
    await send(panel, "ROLE");
    await panel.getByText('"slave"').waitFor();
    await send(panel, "NOSUCH command");
    await panel.getByText(/ERR unknown command/).waitFor();
    await panel.getByRole("textbox", { name: /^Command to/ }).press("ArrowUp");
    const recalled = panel.getByRole("textbox", { name: /^Command to/ });
    expect(await recalled.inputValue()).toBe("NOSUCH command");
    expect(await stateOf(page)).toBe(before);
    expect(await digestOf(page)).toBe(digest);
  });

  test("asks to fork when a command would change the past, and both futures stand", async ({
    open,
  }) => {
    const page = await open(addressOf(outage));
    await digestOf(page);
    await goTo(page, "2");
    const panel = await showPanel(page, "Console");
    await send(panel, "SET another-key thing");
    await panel.getByText("This would change the past").waitFor();
    await panel.getByRole("button", { name: "Fork from here" }).click();
    await bothFutures(page);
    const fork = page.getByRole("tabpanel", { name: "Fork" });
    await fork.getByRole("button", { name: "Make the fork the run" }).click();
    await goTo(page, "2.5");
    const console = await showPanel(page, "Console");
    await send(console, "GET another-key");
    await console.getByText('"thing"').waitFor();
  });

  test("says why a node that is dead gives no answer", async ({ open }) => {
    const page = await open(addressOf(outage));
    await digestOf(page);
    await goTo(page, "6");
    const panel = await showPanel(page, "Console");
    await panel.getByRole("combobox", { name: "Node" }).selectOption("db-0-a");
    await send(panel, "PING");
    await panel.getByText(/^No answer: /).waitFor();
  });
});

describe("a fault", () => {
  test("is dragged from the palette into the timeline, and the fork runs", async ({ open }) => {
    const page = await open(addressOf(outage));
    await digestOf(page);
    const panel = await showPanel(page, "Fork");
    await panel.getByRole("searchbox", { name: "Search the faults" }).fill("crash");
    const chip = panel.getByRole("button", { name: "machineCrash", exact: true });
    await chip.dragTo(picture(page), { targetPosition: { x: await xOf(page, 11), y: 60 } });
    const added = panel
      .getByRole("listitem")
      .filter({ hasText: "machineCrash" })
      .filter({ hasText: "atMs" });
    await added.waitFor();
    expect(Math.abs(Number(await beginning(added)) - 11_000)).toBeLessThan(100);
    await panel.getByRole("button", { name: "Run the fork" }).click();
    const table = await bothFutures(page);
    await table.getByRole("columnheader", { name: "the fork" }).waitFor();
  });

  test("is added at the instant by keys alone", async ({ open }) => {
    const page = await open(addressOf(outage));
    await digestOf(page);
    await goTo(page, "10.5");
    await page.keyboard.press("Tab");
    await page.keyboard.press("6");
    const panel = page.getByRole("tabpanel", { name: "Fork" });
    await panel.getByRole("searchbox", { name: "Search the faults" }).focus();
    await page.keyboard.type("pause");
    const chip = panel.getByRole("button", { name: "machinePause", exact: true });
    while (!(await chip.evaluate((element) => element === document.activeElement))) {
      await page.keyboard.press("Tab");
    }
    await page.keyboard.press("Enter");
    const added = panel
      .getByRole("listitem")
      .filter({ hasText: "machinePause" })
      .filter({ hasText: "atMs" });
    await added.waitFor();
    expect(await beginning(added)).toBe("10500");
  });

  test("is moved by the mouse and by keys, and taken out", async ({ open }) => {
    const page = await open(addressOf(outage));
    await digestOf(page);
    const panel = await showPanel(page, "Fork");
    const fault = panel
      .getByRole("listitem")
      .filter({ hasText: "zoneOutage" })
      .filter({ hasText: "atMs" });
    await fault.waitFor();
    expect(await beginning(fault)).toBe("3000");

    const box = await picture(page).boundingBox();
    const [from, to] = [await xOf(page, 5), await xOf(page, 7)];
    if (box === null) throw new Error("there is no picture");
    await page.mouse.move(box.x + from, box.y + 8);
    await page.mouse.down();
    await page.mouse.move(box.x + (from + to) / 2, box.y + 8, { steps: 4 });
    await page.mouse.move(box.x + to, box.y + 8, { steps: 4 });
    await page.mouse.up();
    await expect.poll(() => beginning(fault)).not.toBe("3000");
    expect(Math.abs(Number(await beginning(fault)) - 5000)).toBeLessThan(150);

    await fault.getByRole("button", { name: "As it was" }).click();
    await expect.poll(() => beginning(fault)).toBe("3000");
    await picture(page).click({ position: { x: from, y: 8 } });
    await page.getByLabel(/^Timeline\./).focus();
    await page.keyboard.press("Shift+ArrowRight");
    await page.keyboard.press("Enter");
    await showPanel(page, "Fork");
    await expect.poll(async () => Number(await beginning(fault))).toBeGreaterThan(3000);

    await panel.getByRole("button", { name: "Take out zoneOutage" }).click();
    await panel.getByRole("button", { name: "Run the fork" }).click();
    const table = await bothFutures(page);
    const outages = table.getByRole("row", { name: /longest write outage/ });
    expect(await readAfter(outages.getByRole("cell").nth(1), /(.*)/)).toBe("none");
  });
});
