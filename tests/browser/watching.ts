/** What a person reads off the page, and the ways of doing so that several tests share. */
import type { Locator, Page } from "playwright-core";
import { encodeLink } from "../../reports/link.ts";
import type { RunSpec } from "../../sim/live/runSpec.ts";

/** A short outage: the zone of the primary is dark from 3 s to 9 s of 14 s. */
export const outage: RunSpec = {
  scenario: "az-outage",
  seed: 1,
  overrides: {
    horizonMs: 14_000,
    faultAtMs: 3000,
    faultForMs: 6000,
    opsPerSecond: 40,
    keys: 4,
    workload: "registers",
  },
  edits: [],
};

/** What follows the folder in the address of a run. */
export function addressOf(spec: RunSpec): string {
  return `#${encodeLink({ spec, version: "" })}`;
}

/** The lines that say which run it is and how it came out. */
export function runHead(page: Page): Locator {
  return page.getByRole("region", { name: "The run", exact: true });
}

async function hurry(page: Page): Promise<void> {
  await page.getByRole("button", { name: "max", exact: true }).click();
}

/** Waits for the end of the run, as fast as it goes; its digest. */
export async function digestOf(page: Page): Promise<string> {
  await hurry(page);
  return readAfter(runHead(page).getByText(/digest /), /digest (\w+)/);
}

export async function showPanel(page: Page, name: string): Promise<Locator> {
  await page.getByRole("tab", { name, exact: true }).click();
  return page.getByRole("tabpanel", { name, exact: true });
}

export function instantField(page: Page): Locator {
  return page.getByRole("textbox", { name: /^The instant/ });
}

/** In seconds from the start of the load. */
export async function instantOf(page: Page): Promise<number> {
  return Number.parseFloat(await instantField(page).inputValue());
}

/** Where a run that is to stand still stands: what was under way when it was paused may arrive yet. */
export async function standstillOf(page: Page): Promise<number> {
  for (;;) {
    const before = await instantOf(page);
    await page.waitForTimeout(300);
    const after = await instantOf(page);
    if (after === before) return after;
  }
}

/** Types an instant, such as "15.2" or "250 ms". */
export async function goTo(page: Page, text: string): Promise<void> {
  await instantField(page).fill(text);
  await instantField(page).press("Enter");
}

/** Instant and digest in the state panel, which is shown: as soon as it tells of the instant that the page stands at. */
export async function stateOf(page: Page): Promise<string> {
  const panel = await showPanel(page, "State");
  const instant = await instantField(page).inputValue();
  const line = panel.getByText(/^At .* digest/).filter({ hasText: `At ${instant}, after` });
  return readAfter(line, /(At .*)$/);
}

/** The drawing. */
export function picture(page: Page): Locator {
  return page.getByRole("img", { name: /machines over time/ });
}

/** Where an instant is on the picture, from its left edge, by the labels of two ticks of its axis: the lowest row of texts. */
export async function xOf(page: Page, second: number): Promise<number> {
  const ticks = await picture(page).evaluate((svg) => {
    const left = svg.getBoundingClientRect().left;
    const labels = [...svg.querySelectorAll("text")].flatMap((text) => {
      const at = /^(-?[\d.]+) s$/.exec(text.textContent ?? "")?.[1];
      const box = text.getBoundingClientRect();
      return at === undefined ? [] : { at: Number(at), x: box.x + box.width / 2 - left, y: box.y };
    });
    const lowest = Math.max(...labels.map(({ y }) => y));
    return labels.filter(({ y }) => Math.abs(y - lowest) < 1);
  });
  const [first, last] = [ticks[0], ticks.at(-1)];
  if (first === undefined || last === undefined || first === last) {
    throw new Error("the axis of the picture has no two labels");
  }
  return first.x + ((second - first.at) * (last.x - first.x)) / (last.at - first.at);
}

/** The address that "Copy link" puts into the clipboard. */
export async function copiedLink(page: Page): Promise<string> {
  await page.getByRole("button", { name: "Copy link" }).click();
  await page.getByText("The link is copied.").waitFor();
  return page.evaluate(() => navigator.clipboard.readText());
}

/** Types into the search and takes the first that is found. */
export async function search(page: Page, words: string): Promise<void> {
  const field = page.getByRole("combobox", { name: "Search events and operations" });
  await field.fill(words);
  await page.getByRole("listbox", { name: "Found" }).getByRole("option").first().waitFor();
  await field.press("Enter");
  await field.press("Escape");
  await field.blur();
}

/** Waits for a text and returns what the pattern's first group finds in it. */
export async function readAfter(locator: Locator, pattern: RegExp): Promise<string> {
  const text = (await locator.textContent()) ?? "";
  const found = pattern.exec(text)?.[1];
  if (found === undefined) throw new Error(`"${text}" has nothing of ${String(pattern)}`);
  return found;
}
