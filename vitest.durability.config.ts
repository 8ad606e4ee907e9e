import { defineConfig } from "vitest/config";

/** A real server that is killed under load: `npm run test:durability`. */
export default defineConfig({
  test: {
    include: ["tests/durability.test.ts"],
    testTimeout: 3_600_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 60_000 } },
    disableConsoleIntercept: true,
  },
});
