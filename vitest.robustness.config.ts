import { defineConfig } from "vitest/config";

/** A million broken frames: `npm run test:robustness`. ROBUSTNESS_FRAMES and ROBUSTNESS_SEED choose others. */
export default defineConfig({
  test: {
    include: ["server/robustness/*.test.ts"],
    // A million take as long as the machine is busy.
    testTimeout: 0,
    env: {
      ROBUSTNESS_FRAMES: process.env["ROBUSTNESS_FRAMES"] ?? "1000000",
      ROBUSTNESS_SEED: process.env["ROBUSTNESS_SEED"] ?? "1",
    },
  },
});
