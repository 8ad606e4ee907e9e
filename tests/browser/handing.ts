/** Files as the command line writes them, and the hand that drops them on a page. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Runs the built simulator's command line; its files go into the folder. */
export function simulate(folder: string, ...words: readonly string[]): void {
  const done = spawnSync(process.execPath, ["dist/sim/cli/main.js", ...words, `out=${folder}`], {
    cwd: root,
    encoding: "utf8",
  });
  if (done.status !== 0)
    throw new Error(`${words.join(" ")} failed:\n${done.stdout}${done.stderr}`);
}

/** As if a hand let go of a file over the page. */
export async function drop(page: Page, name: string, text: string): Promise<void> {
  const dataTransfer = await page.evaluateHandle(
    ({ named, content }) => {
      const made = new DataTransfer();
      made.items.add(new File([content], named));
      return made;
    },
    { named: name, content: text },
  );
  const target = page.getByRole("banner");
  for (const kind of ["dragover", "drop"]) await target.dispatchEvent(kind, { dataTransfer });
}

export function dropFile(page: Page, path: string): Promise<void> {
  return drop(page, basename(path), readFileSync(path, "utf8"));
}

/** Loads the page anew with its simulator held back: it has begun to load it, and goes on when what this resolves to is called. */
export async function holdSimulator(page: Page): Promise<() => void> {
  let letGo = (): void => {};
  const held = new Promise<void>((resolve) => (letGo = resolve));
  await page.route(/\/worker-/, async (route) => {
    await held;
    await route.continue();
  });
  await page.reload();
  await page.getByText("Loading the simulator into a worker …").waitFor();
  return letGo;
}
