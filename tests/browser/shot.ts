/**
 * Screenshots that are compared with committed ones. Fonts, colours and pixel ratio are fixed by the harness and motion is reduced; what is
 * left between machines is another version of Chromium, whose edges of letters and lines differ by shades. So a pixel counts as
 * another one only beyond a visible difference, and a picture as another one only if many are: in all, or close together.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import pixelmatch from "pixelmatch";
import type { Locator, Page } from "playwright-core";
import { PNG } from "pngjs";
import { inject } from "vitest";
import { outFolder, shotFolder } from "./folders.ts";

/** Of a pixel's colour, from 0 (none) to 1 (black and white). */
const visibleDifference = 0.12;
/** Of all pixels of a picture. */
const mostInAll = 0.01;
/** Of the pixels of a square anywhere in it, as large as a button: something has come or gone there. */
const mostInSquare = 0.4;
const squarePixels = 48;

export interface ShotOptions {
  /** What is never the same twice, such as how long a run took: its text is taken away. */
  readonly changing?: readonly Locator[];
  /** Scrolled to the top of the screen; undefined: the page is at its top. */
  readonly top?: Locator;
}

/** Compares what is on screen. */
export async function compareShot(
  page: Page,
  name: string,
  { changing = [], top = page.locator("body") }: ShotOptions = {},
): Promise<void> {
  // The pointer changes what is under it.
  await page.mouse.move(0, 0);
  await settled(page);
  for (const locator of changing) {
    await locator.evaluateAll((elements) => elements.forEach((each) => (each.textContent = "…")));
  }
  await top.evaluate((element) => element.scrollIntoView({ block: "start" }));
  await settled(page);
  const actual = PNG.sync.read(await page.screenshot());
  const path = join(shotFolder, `${name}.png`);
  if (inject("renewShots")) {
    mkdirSync(shotFolder, { recursive: true });
    writeFileSync(path, packed(actual));
    return;
  }
  const differences = existsSync(path)
    ? differencesOf(actual, PNG.sync.read(readFileSync(path)), name)
    : [`there is no ${path}`];
  if (differences.length === 0) return;
  writeFileSync(join(outFolder, `${name}.actual.png`), packed(actual));
  throw new Error(
    `${name}: ${differences.join("; ")}. Look at ${outFolder}; if it is as it should be: npm run test:browser -- -u`,
  );
}

/** Waits until two pictures, a moment apart, are the same. */
async function settled(page: Page): Promise<void> {
  let before = await page.screenshot();
  for (let round = 0; round < 40; round++) {
    await page.waitForTimeout(100);
    const after = await page.screenshot();
    if (after.equals(before)) return;
    before = after;
  }
}

/** In words; empty: as good as equal. */
function differencesOf(actual: PNG, expected: PNG, name: string): readonly string[] {
  const { width, height } = expected;
  if (actual.width !== width || actual.height !== height) {
    return [`${actual.width}×${actual.height} pixels instead of ${width}×${height}`];
  }
  const marked = new PNG({ width, height });
  const options = { threshold: visibleDifference };
  const inAll =
    pixelmatch(actual.data, expected.data, marked.data, width, height, options) / (width * height);
  const inSquare =
    pixelmatch(actual.data, expected.data, null, width, height, {
      ...options,
      windowSize: squarePixels,
    }) /
    squarePixels ** 2;
  const found = [
    ...(inAll > mostInAll
      ? [`${percent(inAll)} of all pixels differ, at most ${percent(mostInAll)} may`]
      : []),
    ...(inSquare > mostInSquare
      ? [
          `${percent(inSquare)} of a square of ${squarePixels} pixels differ, at most ${percent(mostInSquare)} may`,
        ]
      : []),
  ];
  if (found.length > 0) writeFileSync(join(outFolder, `${name}.difference.png`), packed(marked));
  return found;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}

/** Small enough to be committed: no alpha, and thirty-two shades of each colour, which nobody can tell. */
function packed(png: PNG): Buffer {
  const plain = new PNG({ width: png.width, height: png.height });
  png.data.forEach(
    (value, at) => (plain.data[at] = Math.round((Math.round((value / 255) * 31) / 31) * 255)),
  );
  return PNG.sync.write(plain, {
    colorType: 2,
    deflateLevel: 9,
    deflateStrategy: 0,
    filterType: 0,
  });
}
