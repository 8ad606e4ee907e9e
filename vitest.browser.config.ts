import { defineConfig } from "vitest/config";

/**
 * The viewer in a real browser, Debian's `chromium`, which has to be installed: `npm run test:browser`; with `-- -u` the
 * screenshots of tests/browser/shots are taken anew. One file at a time: the figures that are printed want the machine for themselves.
 */
export default defineConfig({
  test: {
    include: ["tests/browser/*.test.ts"],
    globalSetup: "tests/browser/setup.ts",
    fileParallelism: false,
    testTimeout: 600_000,
    expect: { poll: { timeout: 60_000 } },
    hookTimeout: 600_000,
  },
});
