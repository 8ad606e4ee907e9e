import { defineConfig } from "vitest/config";

// Files share their worker's modules, for no module here keeps state between runs; only tests that replace a module need one of their own.
const replacingModules = "**/*.mutants.test.ts";

export default defineConfig({
  test: {
    exclude: ["**/*.redis.test.ts", "**/*.data.test.ts", "node_modules/**", "dist/**"],
    // A test that fails by its time tells how busy the computer was: only one that hangs may.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 60_000 } },
    maxWorkers: "100%",
    projects: [
      {
        extends: true,
        test: {
          name: "shared",
          include: [
            "{engine,sim,scenarios,reports,viz,bench,server,chaos,compat,fuzz,docs,examples}/**/*.test.ts",
          ],
          exclude: [replacingModules],
          isolate: false,
        },
      },
      {
        extends: true,
        test: { name: "replaced", include: [`{engine,sim}/${replacingModules}`] },
      },
    ],
  },
});
