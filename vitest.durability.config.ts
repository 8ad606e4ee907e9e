import { defineConfig } from "vitest/config";

/** A real server that is killed under load: `npm run test:durability`. */
export default defineConfig({
  test: {
    include: ["tests/durability.test.ts"],
    // Two hundred instants take as long as the machine is busy; each wait inside has its own limit.
    testTimeout: 0,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 60_000 } },
    disableConsoleIntercept: true,
  },
});
