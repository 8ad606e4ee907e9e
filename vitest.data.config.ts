import { defineConfig } from "vitest/config";

/** Tests that need recorded data from outside the repository: `npm run test:data`. */
export default defineConfig({
  test: {
    include: ["**/*.data.test.ts"],
    exclude: ["node_modules/**", "dist/**"],
    testTimeout: 600_000,
  },
});
