import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

/** The timeline under load, for measurements and tests: no part of the viewer. */
export default defineConfig({
  root: fileURLToPath(new URL("stress", import.meta.url)),
  base: "./",
  logLevel: "warn",
  publicDir: false,
  build: {
    outDir: "../../dist/stress",
    emptyOutDir: true,
    target: "es2023",
    modulePreload: { polyfill: false },
  },
});
