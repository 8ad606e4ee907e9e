/** Debian's chromium, with the same fonts on every machine. */
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Browser } from "playwright-core";

const usualPaths = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Throws an Error that names the package if there is no browser. */
function chromiumPath(): string {
  const named = process.env["CHROMIUM"];
  const paths = named === undefined ? usualPaths : [named];
  const found = paths.find(isExecutable);
  if (found !== undefined) return found;
  const where = named === undefined ? "" : ` at ${named}, which CHROMIUM names`;
  throw new Error(`there is no Chromium${where}: apt-get install chromium fonts-dejavu-core`);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Whatever else is installed, every family is DejaVu: Chromium depends on it by way of fontconfig. */
const fontRules = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>/usr/share/fonts/truetype/dejavu</dir>
  <match target="pattern">
    <test name="family" compare="contains"><string>mono</string></test>
    <edit name="family" mode="assign" binding="strong"><string>DejaVu Sans Mono</string></edit>
  </match>
  <match target="pattern">
    <test name="family" compare="not_contains"><string>Mono</string></test>
    <edit name="family" mode="assign" binding="strong"><string>DejaVu Sans</string></edit>
  </match>
</fontconfig>
`;

export interface StartedBrowser {
  readonly browser: Browser;
  close(): Promise<void>;
}

export async function startChromium(): Promise<StartedBrowser> {
  const executablePath = chromiumPath();
  const folder = mkdtempSync(join(tmpdir(), "chromium-"));
  const fonts = join(folder, "fonts.conf");
  writeFileSync(fonts, fontRules);
  const browser = await chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--font-render-hinting=none",
      "--disable-lcd-text",
      "--force-color-profile=srgb",
      // Else memory is told in coarse steps.
      "--enable-precise-memory-info",
    ],
    env: { ...process.env, FONTCONFIG_FILE: fonts },
  });
  const close = async (): Promise<void> => {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { browser, close };
}
