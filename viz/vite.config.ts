import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

/** Bundles the report's page into one script that needs no module loader, so that it can stand inside one HTML file. */
export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  logLevel: "warn",
  build: {
    outDir: "../dist/page",
    emptyOutDir: true,
    copyPublicDir: false,
    lib: {
      entry: "report.ts",
      formats: ["iife"],
      name: "azimuthReport",
      fileName: () => "report.js",
    },
  },
});
