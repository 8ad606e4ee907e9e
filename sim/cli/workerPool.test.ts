import { describe, expect, it } from "vitest";
import type { CampaignAnswer, CampaignPlan } from "./campaignJob.ts";
import { WorkerPool } from "./workerPool.ts";

const plan = {} as CampaignPlan;

/** A worker whose seeds do what the body says: `answer(seed)` answers. */
function workerThat(body: string): URL {
  const source = `
    import { parentPort } from "node:worker_threads";
    const answer = (seed) => parentPort.postMessage({ result: { seed, verdict: "ok", wallMs: 1 }, problem: "" });
    parentPort.on("message", ({ seeds }) => { for (const seed of seeds) { ${body} } });
  `;
  return new URL(`data:text/javascript,${encodeURIComponent(source)}`);
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

async function run(pool: WorkerPool, seeds: readonly number[]): Promise<CampaignAnswer[]> {
  const answers: CampaignAnswer[] = [];
  await pool.run({ seeds, onAnswer: (answer) => answers.push(answer) });
  return answers.sort((left, right) => left.result.seed - right.result.seed);
}

const options = { plan, workers: 2, mayWrite: () => false };

describe("the pool", () => {
  it("runs every seed once, job after job, on the same threads", async () => {
    const pool = new WorkerPool({ ...options, script: workerThat("answer(seed);") });
    for (const seeds of [upTo(500), upTo(7), []]) {
      const answers = await run(pool, seeds);
      expect(answers.map((answer) => answer.result.seed)).toEqual(seeds);
    }
    await pool.close();
  });

  it("loses only the seed at hand when a worker dies, and says of what", async () => {
    const script = workerThat("if (seed % 100 === 50) throw new Error('no memory'); answer(seed);");
    const pool = new WorkerPool({ ...options, script });
    const answers = await run(pool, upTo(300));
    await pool.close();
    expect(answers.map((answer) => answer.result.seed)).toEqual(upTo(300));
    const failed = answers.filter((answer) => answer.result.verdict !== "ok");
    expect(failed.map((answer) => answer.result.seed)).toEqual([50, 150, 250]);
    expect(failed[0]?.result).toMatchObject({
      verdict: "harness",
      signature: "worker died: no memory",
      headline: "the worker thread died: no memory",
    });
  });

  it("ends a run that never ends", async () => {
    const script = workerThat("if (seed === 5) for (;;) {} answer(seed);");
    // Longer than it takes a thread to start on a busy computer, which counts.
    const pool = new WorkerPool({ ...options, script, seedLimitMs: 6000 });
    const answers = await run(pool, upTo(9));
    await pool.close();
    const failed = answers.filter((answer) => answer.result.verdict !== "ok");
    expect(failed.map((answer) => answer.result.headline)).toEqual([
      "the worker thread died: its run had not ended after 6 s",
    ]);
    expect(answers).toHaveLength(9);
  });

  it("gives up when workers cannot even start", async () => {
    const pool = new WorkerPool({ ...options, script: new URL("file:///nowhere/worker.js") });
    await expect(run(pool, upTo(9))).rejects.toThrow("die before they have run a single seed");
    await pool.close();
  });

  it("ends at once when closed, with the answers it has", async () => {
    const script = workerThat("if (seed === 5) for (;;) {} answer(seed);");
    const pool = new WorkerPool({ ...options, workers: 1, script });
    const answers: number[] = [];
    await pool.run({
      seeds: upTo(9),
      onAnswer: ({ result }) => {
        answers.push(result.seed);
        if (result.seed === 4) void pool.close();
      },
    });
    expect(answers).toEqual([1, 2, 3, 4]);
  });
});
