/** A run from its choice to its end, by hand. */
import type { Page } from "playwright-core";
import { describe, expect } from "vitest";
import { test } from "./harness.ts";
import { digestOf, instantOf, instantField, runHead, standstillOf, stateOf } from "./watching.ts";

/** As fast as real time: at the usual pace a run may be over before a busy computer has clicked. */
async function slowly(page: Page): Promise<void> {
  const button = page.getByRole("button", { name: "1×", exact: true });
  await button.click();
  await button.blur();
}

describe("a run", () => {
  test("is chosen, begun, paused, resumed, slowed down and brought to its end by clicks", async ({
    open,
  }) => {
    const page = await open("");
    await page.getByRole("heading", { name: "Watch a database survive" }).waitFor();
    await slowly(page);
    await page.getByRole("combobox", { name: "Scenario" }).selectOption("primary-crash");
    await page.getByRole("textbox", { name: "Seed" }).fill("5");
    await page.getByRole("button", { name: "▶ Run" }).click();
    await runHead(page).getByRole("heading", { name: "primary-crash seed 5" }).waitFor();
    await runHead(page).getByText("RUNNING").waitFor();

    await page.getByRole("button", { name: "Pause" }).click();
    await runHead(page).getByText("PAUSED").waitFor();
    const pausedAt = await standstillOf(page);

    await page.getByRole("button", { name: "0.1×", exact: true }).click();
    await page.getByRole("button", { name: "Resume" }).click();
    await runHead(page).getByText("RUNNING").waitFor();
    // It moves on; the number may fall once, when the load begins and its zero with it.
    await expect.poll(() => instantOf(page)).not.toBe(pausedAt);
    const slow = page.getByRole("button", { name: "0.1×", exact: true });
    expect(await slow.getAttribute("aria-pressed")).toBe("true");

    await digestOf(page);
    await runHead(page).getByText("ALL HELD").waitFor();
    expect(await page.getByRole("button", { name: "Pause" }).isDisabled()).toBe(true);
  });

  test("begins, pauses and resumes by keys", async ({ open }) => {
    const page = await open("");
    await page.getByRole("heading", { name: "Watch a database survive" }).waitFor();
    await slowly(page);
    await page.keyboard.press("r");
    await runHead(page).getByText("RUNNING").waitFor();
    await page.keyboard.press("Space");
    await runHead(page).getByText("PAUSED").waitFor();
    await page.keyboard.press("Space");
    await runHead(page).getByText("RUNNING").waitFor();
  });

  test("is stopped where it stands, and can be looked at", async ({ open }) => {
    const page = await open("");
    await slowly(page);
    await page.getByRole("button", { name: /^A zone goes dark The primary/ }).click();
    await runHead(page).getByText("RUNNING").waitFor();
    await expect.poll(() => instantOf(page)).toBeGreaterThan(0);
    await page.getByRole("button", { name: "Stop" }).click();
    await page.getByText("the run ends: given up").waitFor();
    expect(await stateOf(page)).toContain(await instantField(page).inputValue());
  });

  test("takes a parameter, and refuses a wrong one in words", async ({ open }) => {
    const page = await open("");
    await page.getByRole("button", { name: "Parameters" }).click();
    const field = page.getByRole("textbox", { name: /^leaseMs/ });
    await field.fill("soon");
    await page.getByText(/leaseMs is a number/).waitFor();
    await field.fill("1000");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "▶ Run" }).click();
    await digestOf(page);
    await expect.poll(() => page.url()).toContain("leaseMs=1000");
  });
});
