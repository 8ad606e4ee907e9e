/**
 * The viewer in a browser, for tests: `test` gives `open`, which opens a page of the built viewer, served from a folder below the root
 * of a server. Whatever a page complains of fails the test that opened it: errors, refused policies, requests to another host.
 */
import { join } from "node:path";
import type { BrowserContextOptions, Page, Worker } from "playwright-core";
import { test as plain } from "vitest";
import { startChromium, type StartedBrowser } from "./chromium.ts";
import { servedFolder, outFolder } from "./folders.ts";
import { StaticServer } from "./staticServer.ts";

/** Deep, and with a sign that is escaped: what the page loads must be named from where it stands. */
const path = "/some/folder/of%20pages/";

/** For a click or a text, which are waited for in as many steps as it takes: a busy computer is no fault of the page. */
const PATIENCE_MS = 120_000;

export interface Screen {
  readonly width: number;
  readonly height: number;
}

export const desk: Screen = { width: 1440, height: 900 };
export const phone: Screen = { width: 390, height: 844 };

export interface OpenOptions {
  readonly screen?: Screen;
  readonly colours?: "light" | "dark";
}

export interface Viewer {
  /** Of all that is served. */
  readonly serverUrl: string;
  /** Of the viewer's folder. */
  readonly url: string;
  readonly browser: StartedBrowser["browser"];
}

/** `address`: what follows the viewer's folder, such as "#scenario=az-outage&seed=1"; or a whole address. */
export type Open = (address: string, options?: OpenOptions) => Promise<Page>;

interface Fixtures {
  readonly viewer: Viewer;
  readonly open: Open;
}

export const test = plain.extend<Fixtures>({
  viewer: [
    // oxlint-disable-next-line no-empty-pattern -- vitest reads the names of what a fixture needs from its first argument
    async ({}, use) => {
      const server = await StaticServer.start(servedFolder, path);
      const started = await startChromium();
      const { url: serverUrl } = server;
      await use({ serverUrl, url: new URL("app/", serverUrl).href, browser: started.browser });
      await started.close();
      await server.close();
    },
    { scope: "file" },
  ],
  open: async ({ viewer, task }, use) => {
    const visit = new Visit(viewer, task.name);
    await use((address, options) => visit.open(address, options));
    if (task.result?.state === "fail") await visit.keepPictures();
    await visit.close();
    if (visit.complaints.length > 0) {
      throw new Error(`the page complained:\n${visit.complaints.join("\n")}`);
    }
  },
});

/** The pages of one test, and what they complained of. */
class Visit {
  readonly complaints: string[] = [];
  readonly #viewer: Viewer;
  readonly #name: string;
  readonly #pages: Page[] = [];

  constructor(viewer: Viewer, name: string) {
    this.#viewer = viewer;
    this.#name = name;
  }

  /** Every page has a context of its own: nothing is shared but what its address says. */
  async open(
    address: string,
    { screen = desk, colours = "light" }: OpenOptions = {},
  ): Promise<Page> {
    const options: BrowserContextOptions = {
      viewport: screen,
      deviceScaleFactor: 1,
      colorScheme: colours,
      reducedMotion: "reduce",
      hasTouch: screen === phone,
      permissions: ["clipboard-read", "clipboard-write"],
      acceptDownloads: true,
    };
    const context = await this.#viewer.browser.newContext(options);
    context.setDefaultTimeout(PATIENCE_MS);
    const page = await context.newPage();
    this.#pages.push(page);
    await this.#listen(page);
    await page.goto(new URL(address, this.#viewer.url).href);
    return page;
  }

  async close(): Promise<void> {
    await Promise.all(this.#pages.map((page) => page.context().close()));
  }

  /** For whoever reads the failure. */
  async keepPictures(): Promise<void> {
    const name = this.#name.replaceAll(/\W+/g, "-");
    for (const [index, page] of this.#pages.entries()) {
      await page.screenshot({ path: join(outFolder, `${name}.page${index + 1}.png`) });
    }
  }

  async #listen(page: Page): Promise<void> {
    const complain = (text: string): void => void this.complaints.push(text);
    page.on("pageerror", (error) => complain(`error of the page: ${error.message}`));
    page.on("crash", () => complain("the page crashed"));
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") {
        complain(`console ${message.type()}: ${message.text()}`);
      }
    });
    page.on("worker", (worker: Worker) => {
      worker.on("console", (message) => complain(`console of a worker: ${message.text()}`));
    });
    page.on("request", (request) => {
      if (!isOurs(request.url(), this.#viewer.serverUrl)) complain(`request to ${request.url()}`);
    });
    page.on("response", (response) => {
      if (response.status() >= 400) complain(`${response.status()} for ${response.url()}`);
    });
    await page.exposeFunction("complainOfPolicy", complain);
    await page.addInitScript(() => {
      addEventListener("securitypolicyviolation", (event) => {
        const text = `policy ${event.violatedDirective} refused ${event.blockedURI}`;
        (globalThis as unknown as { complainOfPolicy(text: string): void }).complainOfPolicy(text);
      });
    });
  }
}

/** Data and blobs are the page's own. */
function isOurs(url: string, ours: string): boolean {
  return url.startsWith(ours) || url.startsWith("data:") || url.startsWith("blob:");
}
