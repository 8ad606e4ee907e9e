/** Keeps the address and the page in step: a link begins its run, and what is looked at is always a link. */
import { decodeLink, encodeLink, type Link } from "../../reports/link.ts";
import type { Page } from "./page.ts";
import { sentenceOf } from "./runHost.ts";
import { linkOf, sameRun, versionNote } from "./linkState.ts";

/** The history of a browser takes about a hundred entries in half a minute. */
const writeEveryMs = 400;

export class AddressBar {
  readonly #page: Page;
  /** What the page itself wrote. */
  #written = "";
  #isDue = false;

  constructor(page: Page) {
    this.#page = page;
  }

  start(): void {
    addEventListener("hashchange", () => this.#read());
    this.#page.store.subscribe(() => this.#writeSoon());
    this.#read();
  }

  /** The address of what is on screen. Throws an Error, in words, if the run is too large for a link. */
  href(): string {
    const link = linkOf(this.#page.store.state);
    const url = new URL(location.href);
    url.hash = link === undefined ? "" : encodeLink(link);
    return url.href;
  }

  #read(): void {
    if (location.hash === this.#written || location.hash.length <= 1) return;
    try {
      this.#open(decodeLink(location.hash));
    } catch (error) {
      this.#page.tell({ topic: "link", tone: "bad", text: sentenceOf(error) });
    }
  }

  #open(link: Link): void {
    const page = this.#page;
    const { about, run } = page.store.state;
    const note = versionNote(link.version, about?.version ?? "");
    if (run === undefined || run.phase === "failed" || !sameRun(run.spec, link.spec)) {
      page.run(link.spec, link);
      if (note !== undefined) page.tell(note);
      return;
    }
    const loadedUs = run.outline?.loadedUs ?? 0;
    if (link.view !== undefined)
      page.timeline.show(loadedUs + link.view[0], loadedUs + link.view[1]);
    page.select(link.selection);
    page.goTo(link.atUs === undefined ? undefined : loadedUs + link.atUs);
  }

  #writeSoon(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    setTimeout(() => {
      this.#isDue = false;
      this.#write();
    }, writeEveryMs);
  }

  #write(): void {
    if (this.#page.store.state.run === undefined) return;
    try {
      const { hash } = new URL(this.href());
      if (hash === this.#written) return;
      this.#written = hash;
      history.replaceState(null, "", hash);
    } catch {
      // Too large for a link: "Copy link" says so.
    }
  }
}
