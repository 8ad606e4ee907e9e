/**
 * The short form of `npm run fuzz:redis`: random sequences on a real redis-server and on the engine mean the same, but for what
 * is meant to differ, and each of these differences is there.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCampaign, startServers, stopServers, type RealServers } from "../fuzz/campaign.ts";
import { compare } from "../fuzz/lab.ts";
import { meant } from "../fuzz/meant.ts";
import { failureText, onceText } from "../fuzz/print.ts";

/** More, and others: REDIS_COMMANDS=20000 REDIS_SEED=7 npm run test:redis; `npm run fuzz:redis` for more than that. */
const COMMANDS = Number(process.env["REDIS_COMMANDS"] ?? 20_000);
const SEED = Number(process.env["REDIS_SEED"] ?? 1);
const PAIRS = 4;

let servers: readonly RealServers[] = [];

beforeAll(async () => {
  servers = await startServers(PAIRS);
});

afterAll(() => {
  stopServers(servers);
});

describe("random sequences of several clients", () => {
  it("are answered as by a real redis-server 7.0", async () => {
    const campaign = { commands: COMMANDS, seed: SEED, path: "", subject: undefined };
    const nothing = (): void => undefined;
    const quiet = { progress: nothing, differedOnce: nothing, serverEnded: nothing };
    const outcome = await runCampaign(servers, campaign, quiet);
    const { failure, differedOnce, ends, commands } = outcome;
    expect(failure === undefined ? "" : failureText(failure, undefined)).toBe("");
    expect(differedOnce.map((one) => onceText(one, undefined))).toEqual([]);
    expect(ends).toBe(0);
    expect(commands).toBeGreaterThanOrEqual(COMMANDS);
  });
});

describe("a meant difference", () => {
  it("is one of at most 20", () => {
    expect(meant.length).toBeLessThanOrEqual(20);
  });

  // Four hang on the clock, on lots, on C's errno and on gigabytes: nothing shows them for sure.
  for (const { name, shown } of meant.filter((one) => one.shown.length > 0)) {
    it(`is still there: ${name}`, async () => {
      const steps = shown.map((argv) => ({ client: 0, argv }));
      const [pair] = servers;
      if (pair === undefined) throw new Error("no servers");
      const outcome = await compare(pair.alone, { isCluster: false, versions: [3], steps });
      expect(outcome.difference).toBeUndefined();
      expect(outcome.met).toContain(name);
    });
  }
});
