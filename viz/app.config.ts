import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { plantedBundles } from "../sim/cli/mutants/plantedBundles.ts";

const here = fileURLToPath(new URL(".", import.meta.url));
const project = fileURLToPath(new URL("..", import.meta.url));
/** As scripts/build.js names it. */
const { version } = JSON.parse(
  readFileSync(new URL("../dist/version.json", import.meta.url), "utf8"),
) as { readonly version: string };

/**
 * The viewer: static files that work from any folder of any web server. The pages carry their content security policy, which
 * a development server could not keep; so `npm run viz` serves what is built here.
 */
export default defineConfig({
  root: here,
  base: "./",
  logLevel: "warn",
  publicDir: false,
  define: { AZIMUTH_VERSION: JSON.stringify(version) },
  worker: {
    format: "es",
    plugins: () => [plantedBundles(project)],
    // A worker for every planted bug takes its time, and there is no more to say about that.
    rolldownOptions: { checks: { pluginTimings: false } },
  },
  build: {
    outDir: "../dist/app",
    emptyOutDir: true,
    target: "es2023",
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: ["index.html", "campaign.html"].map((name) => join(here, name)),
      checks: { pluginTimings: false },
    },
    // The worker holds engine, simulator, scenarios and checks.
    chunkSizeWarningLimit: 2000,
  },
});
