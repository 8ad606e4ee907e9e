/** Workers of the campaign page, and what becomes of calls when one dies. */
import { wrap, type Remote } from "comlink";
import type { SeedRunner } from "./localCampaign.ts";
import type { CampaignWorker } from "./protocol.ts";

export interface Connection {
  readonly remote: Remote<CampaignWorker>;
  /** Rejects, in words, when the worker dies. */
  readonly death: Promise<never>;
  close(): void;
}

export function connect(): Connection {
  const worker = new Worker(new URL("../campaignWorker.ts", import.meta.url), { type: "module" });
  let kill: (error: Error) => void = () => undefined;
  const death = new Promise<never>((_, reject) => (kill = reject));
  // Whoever waits for an answer hears of it; nobody may be waiting.
  death.catch(() => undefined);
  worker.addEventListener("error", ({ message }) =>
    kill(new Error(message === "" ? "its script could not be loaded" : message)),
  );
  worker.addEventListener("messageerror", () => kill(new Error("it sent what cannot be read")));
  return { remote: wrap<CampaignWorker>(worker), death, close: () => worker.terminate() };
}

export function connectSeedRunner(): SeedRunner {
  const worker = connect();
  return {
    run: async (scenario, overrides, seed) =>
      Promise.race([worker.remote.runSeed(scenario, overrides, seed), worker.death]),
    close: () => worker.close(),
  };
}

/** One question to a worker of its own. */
export async function askWorker<Answer>(
  question: (remote: Remote<CampaignWorker>) => Promise<Answer>,
): Promise<Answer> {
  const worker = connect();
  try {
    return await Promise.race([question(worker.remote), worker.death]);
  } finally {
    worker.close();
  }
}
