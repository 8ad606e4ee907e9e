import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

/** The pages that stand in one HTML file each, by the name that `--mode` gives. */
const entries: Readonly<Record<string, string>> = {
  report: "report.ts",
  campaign: "campaign/report.tsx",
  pair: "pair.ts",
  chaos: "chaos/main.tsx",
};

/** Bundles one of them into one script that needs no module loader. */
export default defineConfig(({ mode }) => ({
  root: fileURLToPath(new URL(".", import.meta.url)),
  logLevel: "warn",
  build: {
    outDir: "../dist/page",
    emptyOutDir: false,
    copyPublicDir: false,
    lib: {
      entry: entries[mode] ?? "",
      formats: ["iife"],
      name: "azimuthPage",
      fileName: () => `${mode}.js`,
    },
  },
}));
