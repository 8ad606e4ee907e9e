import { defineConfig } from "vitest/config";

/**
 * Client libraries against processes that are killed: `npm run test:clients`. Debian's redis-tools and python3-redis have to be
 * installed. One file at a time: each is a cluster of its own, and the figures that are printed want the machine for themselves.
 */
export default defineConfig({
  test: {
    include: ["tests/clients/*.test.ts"],
    globalSetup: "tests/clients/programs.ts",
    fileParallelism: false,
    testTimeout: 600_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 60_000 } },
  },
});
