import { defineConfig } from "vitest/config";

/** Compares with a real redis-server, which has to be installed: `npm run test:redis`. */
export default defineConfig({
  test: {
    include: ["tests/redis*.test.ts"],
    testTimeout: 600_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 60_000 } },
  },
});
