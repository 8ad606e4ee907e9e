/** The main states of the page, on a desk and in a hand, light and dark: compared with the pictures in shots/. */
import type { Locator, Page } from "playwright-core";
import { describe } from "vitest";
import { desk, phone, test, type OpenOptions } from "./harness.ts";
import { compareShot } from "./shot.ts";
import {
  addressOf,
  digestOf,
  goTo,
  outage,
  picture,
  runHead,
  search,
  showPanel,
} from "./watching.ts";

/** How long it took, and how fast the timeline is drawn. */
function changing(page: Page): readonly Locator[] {
  return [runHead(page).getByText(/simulated/), page.locator(".frame-counter")];
}

function panels(page: Page): Locator {
  return page.getByRole("tablist", { name: "Panels" });
}

const screens: readonly (readonly [name: string, options: OpenOptions])[] = [
  ["desk", { screen: desk }],
  ["phone", { screen: phone }],
];

/** Main states: what to do with a fresh page of the short outage, or of what the address says. */
const states: readonly {
  readonly name: string;
  readonly address?: string;
  readonly act?: (page: Page) => Promise<unknown>;
  /** What a small screen is scrolled to. */
  readonly top?: (page: Page) => Locator;
}[] = [
  { name: "az-outage", address: "#scenario=az-outage&seed=1" },
  {
    name: "failover",
    top: picture,
    act: async (page) => {
      await page.getByRole("button", { name: "Show the first fault and the failover" }).click();
      await goTo(page, "4.1");
      await showPanel(page, "State");
    },
  },
  {
    name: "console",
    top: panels,
    act: async (page) => {
      await goTo(page, "2");
      const panel = await showPanel(page, "Console");
      for (const line of ["ROLE", "DBSIZE", "SET another-key thing"]) {
        await panel.getByRole("textbox", { name: /^Command to/ }).fill(line);
        await page.keyboard.press("Enter");
      }
      await panel.getByText("This would change the past").waitFor();
    },
  },
  {
    name: "explain",
    top: panels,
    act: async (page) => {
      await search(page, "SET → OK db-0-c");
      await page.getByRole("tabpanel", { name: "Explain" }).getByRole("list").first().waitFor();
    },
  },
  {
    name: "fork",
    top: panels,
    act: async (page) => {
      await goTo(page, "10");
      const panel = await showPanel(page, "Fork");
      await panel.getByRole("button", { name: "machinePause", exact: true }).click();
      await panel.getByRole("button", { name: "Run the fork" }).click();
      await panel.getByRole("table").waitFor();
      await panel.getByText(/^They part at/).waitFor();
    },
  },
  {
    name: "tour",
    top: (page) => page.getByRole("region", { name: /^Tour: / }),
    act: async (page) => {
      await page.getByRole("button", { name: "Gallery" }).click();
      await page
        .getByRole("dialog", { name: "Gallery" })
        .getByRole("button", { name: /planted bug no-tracker/ })
        .click();
      await page.getByRole("button", { name: "Next", exact: true }).click();
    },
  },
];

describe("a picture of", () => {
  for (const [screen, options] of screens) {
    test(`welcome and help, ${screen}`, async ({ open }) => {
      const page = await open("", options);
      await page.getByRole("heading", { name: "Watch a database survive" }).waitFor();
      await compareShot(page, `welcome-${screen}`);
      await page.keyboard.press("?");
      await page.getByRole("dialog", { name: "Help" }).waitFor();
      await compareShot(page, `help-${screen}`);
    });

    for (const { name, address = addressOf(outage), act, top } of states) {
      test(`${name}, ${screen}`, async ({ open }) => {
        const page = await open(address, options);
        await digestOf(page);
        await act?.(page);
        const shown = top === undefined ? {} : { top: top(page) };
        await compareShot(page, `${name}-${screen}`, { changing: changing(page), ...shown });
      });
    }
  }

  test("a failover in the dark, desk", async ({ open }) => {
    const page = await open(addressOf(outage), { screen: desk, colours: "dark" });
    await digestOf(page);
    await page.getByRole("button", { name: "Show the first fault and the failover" }).click();
    await compareShot(page, "failover-dark-desk", { changing: changing(page) });
  });
});
