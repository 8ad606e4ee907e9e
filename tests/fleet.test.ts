/**
 * The fleet, with a real nats-server and workers that are processes of their own: what one of them takes with it when it is killed, others
 * do again, and nothing is lost or counted twice. `npm run test:fleet`; needs nats-server.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { resultsSchema } from "../reports/resultsHeader.ts";
import { failedSeed, type SeedResult } from "../reports/seedResult.ts";
import { swarm } from "../scenarios/swarm.ts";
import { campaignName, cutRange, makePlan, type FleetPlan } from "../sim/cli/fleet/fleetPlan.ts";
import { FleetServer } from "../sim/cli/fleet/fleetServer.ts";
import { planFingerprint, readResults } from "../sim/cli/resultsFile.ts";
import { codeVersion } from "../sim/cli/version.ts";
import { NatsServer } from "./natsServer.ts";

const main = fileURLToPath(new URL("../dist/sim/cli/main.js", import.meta.url));

let folder = "";
let nats: NatsServer;
let started: Command[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "fleet-"));
  started = [];
  nats = await NatsServer.start();
});
afterEach(() => {
  for (const command of started) command.child.kill("SIGKILL");
  nats.stop();
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
});

/** A command line in a process of its own. */
class Command {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  output = "";
  private notify: () => void = () => undefined;

  constructor(line: string) {
    this.child = spawn(process.execPath, [main, ...line.split(" ")], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.output += text;
        this.notify();
      });
    }
    this.ended = new Promise((resolve) => this.child.on("close", (status) => resolve(status)));
    started.push(this);
  }

  async succeeds(): Promise<void> {
    const status = await this.ended;
    if (status !== 0) throw new Error(`exit status ${status}:\n${this.output}`);
  }

  /** Resolves once the output holds the text so many times. */
  async says(text: string, times: number = 1): Promise<void> {
    while (this.output.split(text).length <= times) {
      const change = new Promise<void>((resolve) => (this.notify = resolve));
      const ending = this.ended.then(() => {
        if (this.output.split(text).length > times) return;
        throw new Error(`ended without saying "${text}":\n${this.output}`);
      });
      await Promise.race([change, ending]);
    }
  }
}

function fleet(line: string): Command {
  return new Command(`fleet ${line} nats=${nats.address}`);
}

async function submit(line: string): Promise<string> {
  const command = fleet(`submit ${line}`);
  await command.succeeds();
  return /Submitted ([\w-]+):/.exec(command.output)?.[1] ?? "";
}

function resultsIn(...parts: readonly string[]): readonly SeedResult[] {
  const { results } = readResults(join(folder, ...parts, "results.jsonl"));
  return [...results].sort((left, right) => left.seed - right.seed);
}

function digests(results: readonly SeedResult[]): readonly string[] {
  return results.map(({ seed, verdict, digest }) => `${seed} ${verdict} ${digest}`);
}

/** A plan as a submitter would make it, for tests that play a part themselves. */
function planOf(first: number, last: number, version: string = codeVersion()): FleetPlan {
  const plan = planFingerprint(swarm, {});
  const shard = { index: 1, count: 1 };
  const about = { version, scenario: "swarm", overrides: {}, plan };
  const header = { schema: resultsSchema, ...about, seeds: { first, last }, shard } as const;
  return makePlan(header, swarm, 600);
}

async function withServer<T>(use: (server: FleetServer) => Promise<T>): Promise<T> {
  const server = await FleetServer.open(nats.address);
  try {
    return await use(server);
  } finally {
    await server.close();
  }
}

/** Holds the only worker still at a moment at which it has taken a range and not finished it. */
async function stopAtWork({ child }: Command, campaign: string): Promise<void> {
  // At once: while a connection is made it could finish everything.
  child.kill("SIGSTOP");
  await withServer(async (server) => {
    for (;;) {
      // What it had sent has arrived by then.
      await sleep(100);
      const state = await server.stateOf(campaign);
      if (state?.rangesAtWork === 1) return;
      if (state === undefined || state.rangesWaiting === 0) throw new Error("it was too quick");
      child.kill("SIGCONT");
      await sleep(10);
      child.kill("SIGSTOP");
    }
  });
}

describe("a fleet", () => {
  it("of three workers, one killed in the middle, loses nothing and counts nothing twice", async () => {
    const seeds = 48;
    const campaign = await submit(`swarm seeds=1..${seeds} range=4 silenceMs=1500`);
    const collector = fleet(`collect campaign=${campaign} out=${join(folder, "fleet")}`);
    const victim = fleet(`work campaign=${campaign} workers=1`);
    await victim.says(" done");
    await stopAtWork(victim, campaign);
    const others = [2, 3].map(() => fleet(`work campaign=${campaign} workers=1`));
    for (const worker of others) await worker.says(" done");
    victim.child.kill("SIGKILL");
    for (const worker of others) await worker.succeeds();
    expect([0, 1, 3]).toContain(await collector.ended);
    expect(others.some((worker) => worker.output.includes("given out for the 2nd time"))).toBe(
      true,
    );
    const summary = JSON.parse(
      readFileSync(join(folder, "fleet", `swarm-1..${seeds}`, "summary.json"), "utf8"),
    ) as { readonly done: number };
    expect(summary.done).toBe(seeds);
    const alone = new Command(`swarm seeds=1..${seeds} out=${join(folder, "alone")}`);
    await alone.ended;
    const found = digests(resultsIn("fleet", `swarm-1..${seeds}`));
    expect(found).toHaveLength(seeds);
    expect(found).toEqual(digests(resultsIn("alone", `swarm-1..${seeds}`)));
  });

  it("goes on when the server crashes and returns", async () => {
    const campaign = await submit("swarm seeds=1..40 range=4 silenceMs=2000");
    const collector = fleet(`collect campaign=${campaign} out=${folder}`);
    const worker = fleet(`work campaign=${campaign} workers=1`);
    await worker.says(" done");
    await nats.crashAndReturn(1500);
    await worker.succeeds();
    await collector.ended;
    expect(resultsIn("swarm-1..40").map((result) => result.seed)).toEqual(
      Array.from({ length: 40 }, (_, index) => index + 1),
    );
  });
});

describe("a worker", () => {
  it("that is interrupted finishes the range at hand and leaves the rest", async () => {
    const campaign = await submit("swarm seeds=1..900 range=5");
    const worker = fleet(`work campaign=${campaign} workers=1`);
    await worker.says(" done");
    worker.child.kill("SIGINT");
    await worker.succeeds();
    const done = Number(/Done here: (\d+) seeds/.exec(worker.output)?.[1]);
    expect(done % 5).toBe(0);
    const state = await withServer((server) => server.stateOf(campaign));
    expect(state?.results).toBe(done);
    // A range that came while the worker was ending was given back; the server counts it as at work until somebody takes it.
    const { rangesWaiting = 0, rangesAtWork = 0 } = state ?? {};
    expect(rangesWaiting + rangesAtWork).toBe(180 - done / 5);
    expect(rangesAtWork).toBeLessThanOrEqual(1);
    const collector = fleet(`collect campaign=${campaign} out=${folder} wait=no`);
    expect(await collector.ended).toBe(130);
    expect(collector.output).toContain(`Not complete: ${done} of 900 seeds are in`);
  });

  it("of another version is refused", async () => {
    const plan = planOf(1, 5, "0.0.9-000000000000");
    await withServer((server) => server.submit("other", plan, cutRange(plan.header.seeds, 5)));
    const worker = fleet("work campaign=other");
    expect(await worker.ended).toBe(2);
    expect(worker.output).toContain(
      `campaign other was submitted by version 0.0.9-000000000000, and this is version ${codeVersion()}: build the submitter's commit here`,
    );
    const anything = fleet("work");
    await anything.says("not taken: campaign other was submitted by version 0.0.9");
    await anything.says("no ranges left; waiting for a campaign");
    const campaign = await submit("swarm seeds=1..2");
    await anything.says(`${campaign}: 2 seeds of 1..2 done`);
    anything.child.kill("SIGINT");
    expect(await anything.ended).toBe(0);
  });

  it("reports a range over which three workers fell silent", async () => {
    const plan = planOf(1, 3);
    const campaign = campaignName(plan.header);
    await withServer(async (server) => {
      await server.submit(campaign, plan, cutRange(plan.header.seeds, 3));
      const queue = await server.rangesOf(campaign);
      await server.publishResult(campaign, { ...failedSeed(2, "", "", 0), verdict: "ok" });
      for (let death = 1; death <= 3; death++) {
        const delivered = await queue.next(60_000);
        expect(delivered).toMatchObject({ range: { first: 1, last: 3 }, delivery: death });
      }
    });
    const worker = fleet(`work campaign=${campaign}`);
    await worker.succeeds();
    const collector = fleet(`collect campaign=${campaign} out=${folder}`);
    expect(await collector.ended).toBe(4);
    expect(collector.output).toContain("HARNESS FAILED, 2 seeds: fleet: workers fell silent");
    expect(collector.output).toContain("seeds 1, 3\n");
  });
});

describe("collecting", () => {
  it("counts a seed once, and says so when two workers told different things of it", async () => {
    const plan = planOf(1, 2);
    const result = (seed: number, digest: string): SeedResult => ({
      ...failedSeed(seed, "", "", 1),
      verdict: "ok",
      digest,
    });
    await withServer(async (server) => {
      await server.submit("twice", plan, []);
      for (const each of [result(1, "a"), result(1, "a"), result(1, "b"), result(2, "c")]) {
        await server.publishResult("twice", each);
      }
    });
    const collector = fleet(`collect campaign=twice out=${folder}`);
    expect(await collector.ended).toBe(4);
    expect(collector.output).toContain(
      "two workers told different things of seed 1: digests a and b",
    );
    expect(collector.output).toContain("2 results came twice");
    expect(resultsIn("swarm-1..2")).toHaveLength(2);
  });
});

describe("submitting", () => {
  it("twice does not run a campaign twice, until it is dropped", async () => {
    const campaign = await submit("swarm seeds=1..9 budget=over range=4");
    const again = fleet("submit swarm seeds=1..9 budget=over");
    expect(await again.ended).toBe(0);
    expect(again.output).toContain(`${campaign} is there already, and is not run twice`);
    const list = fleet("list");
    await list.ended;
    expect(list.output).toMatch(new RegExp(`${campaign} .* 3 ranges waiting, .*0 at work`));
    expect(await fleet(`drop campaign=${campaign}`).ended).toBe(0);
    const work = fleet(`work campaign=${campaign}`);
    expect(await work.ended).toBe(2);
    expect(work.output).toContain(`there is no campaign ${campaign} on this server`);
  });
});

describe("without a server that fits", () => {
  it("says what was expected", async () => {
    const nobody = new Command("fleet list nats=nats://127.0.0.1:1");
    expect(await nobody.ended).toBe(4);
    expect(nobody.output).toContain("no NATS server answers at nats://127.0.0.1:1");
    expect(nobody.output).toContain('expected one with JetStream, such as "nats-server -js"');
    const plain = await NatsServer.start(false);
    try {
      const command = new Command(`fleet list nats=${plain.address}`);
      expect(await command.ended).toBe(4);
      expect(command.output).toContain("has no JetStream");
      expect(command.output).toContain("start it with -js");
    } finally {
      plain.stop();
    }
  });
});
