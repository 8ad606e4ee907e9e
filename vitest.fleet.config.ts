import { defineConfig } from "vitest/config";

/** The fleet with a real nats-server, which has to be installed: `npm run test:fleet`. */
export default defineConfig({
  test: {
    include: ["tests/fleet.test.ts"],
    testTimeout: 600_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 60_000 } },
  },
});
