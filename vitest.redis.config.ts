import { defineConfig } from "vitest/config";

/** Compares with a real redis-server, which has to be installed: `npm run test:redis`. */
export default defineConfig({
  test: {
    include: ["tests/redis*.test.ts"],
    testTimeout: 300_000,
    hookTimeout: 60_000,
  },
});
