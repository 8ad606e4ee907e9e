/** Guided tours and the help. */
import { describe, expect } from "vitest";
import { holdSimulator } from "./handing.ts";
import { test } from "./harness.ts";
import { digestOf, instantOf, runHead } from "./watching.ts";

describe("the gallery", () => {
  test("leads through a run with a planted bug to the moment that matters", async ({ open }) => {
    const page = await open("");
    await page.getByRole("button", { name: "Gallery" }).click();
    const gallery = page.getByRole("dialog", { name: "Gallery" });
    await gallery.getByRole("button", { name: /planted bug no-tracker/ }).click();
    await runHead(page).getByText("planted bug: no-tracker").waitFor();
    const guide = page.getByRole("region", { name: /^Tour: / });
    const next = guide.getByRole("button", { name: "Next" });
    const done = guide.getByRole("button", { name: "Done" });
    await next.click();
    const seen: number[] = [];
    while (!(await done.isVisible())) {
      seen.push(await instantOf(page));
      await page.keyboard.press("ArrowRight");
    }
    await runHead(page)
      .getByText(/BROKEN|VIOLAT|✘/)
      .first()
      .waitFor();
    expect(seen).toEqual(seen.toSorted((left, right) => left - right));
    await guide.getByRole("button", { name: "Run it without the bug" }).click();
    await digestOf(page);
    await runHead(page).getByText("ALL HELD").waitFor();
  });

  test("leads through a run that is chosen while the simulator still loads", async ({ open }) => {
    const page = await open("");
    const letGo = await holdSimulator(page);
    await page.getByRole("button", { name: "Gallery" }).click();
    const gallery = page.getByRole("dialog", { name: "Gallery" });
    await gallery.getByRole("button", { name: /planted bug no-tracker/ }).click();
    letGo();
    await runHead(page).getByText("planted bug: no-tracker").waitFor();
  });

  test("leads through the engine as it is, step by step, and back", async ({ open }) => {
    const page = await open("");
    await page.getByRole("button", { name: /^A zone goes dark, and nothing is lost/ }).click();
    const guide = page.getByRole("region", { name: /^Tour: / });
    await guide.getByText("1 of 6").waitFor();
    await guide.getByRole("button", { name: "Next" }).click();
    await guide.getByText("2 of 6").waitFor();
    const second = await instantOf(page);
    for (let step = 3; step <= 6; step++) {
      await guide.getByRole("button", { name: "Next" }).click();
      await guide.getByText(`${step} of 6`).waitFor();
    }
    expect(await instantOf(page)).toBeGreaterThan(second);
    await guide.getByRole("button", { name: "Back" }).click();
    await guide.getByText("5 of 6").waitFor();
    await guide.getByRole("button", { name: "Leave" }).click();
    await guide.waitFor({ state: "detached" });
  });
});

describe("the help", () => {
  test("opens and closes by keys, and names every key", async ({ open }) => {
    const page = await open("");
    await page.getByRole("heading", { name: "Watch a database survive" }).waitFor();
    await page.keyboard.press("?");
    const help = page.getByRole("dialog", { name: "Help" });
    await help.getByRole("heading", { name: "Keys", exact: true }).waitFor();
    await help.getByText("run from the beginning").waitFor();
    await page.keyboard.press("Escape");
    await help.waitFor({ state: "hidden" });
  });
});
