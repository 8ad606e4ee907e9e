import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{engine,sim,scenarios,reports,viz,bench,server,compat,fuzz,docs,examples}/**/*.test.ts"],
    exclude: ["**/*.redis.test.ts", "**/*.data.test.ts", "node_modules/**", "dist/**"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
