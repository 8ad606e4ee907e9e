/** The page without eyes and without a mouse: names, contrast, keys. Rules of axe-core, and two of our own. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { describe, expect } from "vitest";
import { desk, phone, test } from "./harness.ts";
import { addressOf, digestOf, goTo, outage, runHead, search, showPanel } from "./watching.ts";

const require = createRequire(import.meta.url);
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

interface Finding {
  readonly id: string;
  readonly help: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** What axe-core finds wrong, a line a finding. */
async function findings(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe);
  const violations = await page.evaluate(async () => {
    const { axe: run } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: readonly Finding[] }> };
    };
    return (await run.run()).violations;
  });
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary = "" }) => `${id}: ${help}: ${html} ${failureSummary}`),
  );
}

/** By the browser's own accessibility tree: what takes the focus and has no name or no role. */
async function nameless(page: Page): Promise<readonly string[]> {
  const client = await page.context().newCDPSession(page);
  const { nodes } = await client.send("Accessibility.getFullAXTree");
  await client.detach();
  return nodes.flatMap(({ ignored, role, name, properties = [] }) => {
    const isFocusable = properties.some(
      (each) => each.name === "focusable" && each.value.value === true,
    );
    const isNamed = String(name?.value ?? "").trim() !== "";
    const what = String(role?.value ?? "none");
    const isKnown = !["none", "generic", "GenericContainer"].includes(what);
    return ignored || !isFocusable || (isNamed && isKnown) ? [] : `${what} "${name?.value ?? ""}"`;
  });
}

/** Presses Tab until it comes round; the names of what had the focus, and of those that did not show it. */
async function tour(
  page: Page,
): Promise<{ readonly names: readonly string[]; readonly unseen: readonly string[] }> {
  const names: string[] = [];
  const unseen: string[] = [];
  for (let press = 0; press < 200; press++) {
    await page.keyboard.press("Tab");
    const { name, isBody, isSeen, isAgain } = await page.evaluate(() => {
      const element = document.activeElement ?? document.body;
      const { outlineStyle, boxShadow } = getComputedStyle(element);
      const wasSeen = element.hasAttribute("data-seen");
      element.setAttribute("data-seen", "");
      const label = element.closest("label")?.textContent;
      return {
        name: element.getAttribute("aria-label") ?? label ?? element.textContent ?? "",
        isBody: element === document.body,
        isSeen: outlineStyle !== "none" || boxShadow !== "none",
        isAgain: wasSeen,
      };
    });
    if (isBody || isAgain) break;
    names.push(name);
    if (!isSeen) unseen.push(name);
  }
  return { names, unseen };
}

const states: readonly (readonly [name: string, act: (page: Page) => Promise<unknown>])[] = [
  ["Story", (page) => showPanel(page, "Story")],
  ["Checks", (page) => showPanel(page, "Checks")],
  ["State", (page) => showPanel(page, "State")],
  ["Console", (page) => showPanel(page, "Console")],
  ["Explain", (page) => search(page, "SET → OK db-0-a")],
  ["Fork", (page) => showPanel(page, "Fork")],
  ["Export", (page) => showPanel(page, "Export")],
  ["Parameters", (page) => page.getByRole("button", { name: "Parameters" }).click()],
  ["Help", (page) => page.keyboard.press("?")],
  ["Gallery", (page) => page.getByRole("button", { name: "Gallery" }).click()],
];

describe("everything has a name, a role and enough contrast", () => {
  for (const [screen, colours] of [
    [desk, "light"],
    [desk, "dark"],
    [phone, "light"],
  ] as const) {
    const where = `${screen === desk ? "desk" : "phone"}, ${colours}`;
    test(`welcome, ${where}`, async ({ open }) => {
      const page = await open("", { screen, colours });
      await page.getByRole("heading", { name: "Watch a database survive" }).waitFor();
      expect(await findings(page)).toEqual([]);
      expect(await nameless(page)).toEqual([]);
    });

    test(`a run that has ended, all of its panels and dialogs, ${where}`, async ({ open }) => {
      const page = await open(addressOf(outage), { screen, colours });
      await digestOf(page);
      await goTo(page, "6");
      const found: string[] = [];
      for (const [name, act] of states) {
        await page.keyboard.press("Escape");
        await act(page);
        await page.waitForTimeout(200);
        for (const line of [...(await findings(page)), ...(await nameless(page))]) {
          found.push(`${name}: ${line}`);
        }
      }
      expect(found).toEqual([]);
    });
  }
});

describe("by keys alone", () => {
  test("everything is reached, and shows that it has the focus", async ({ open }) => {
    const page = await open(`${addressOf(outage)}&t=6s`);
    await runHead(page)
      .getByText(/digest /)
      .waitFor();
    const { names, unseen } = await tour(page);
    for (const wanted of [
      /^Scenario/,
      /^Seed/,
      /^Parameters/,
      /Run$/,
      /^max$/,
      /^Gallery$/,
      /^Open …$/,
      /^Copy link$/,
      /^Help$/,
      /one second back/,
      /^The instant/,
      /^Search events/,
      /^Zoom in/,
      /^Timeline\./,
      /^Story$/,
    ]) {
      expect(
        names.some((name) => wanted.test(name.trim())),
        `${String(wanted)} in ${names.join(" | ")}`,
      ).toBe(true);
    }
    expect(unseen).toEqual([]);
  });
});
