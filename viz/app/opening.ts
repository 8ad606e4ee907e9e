/** Opens a file that was dropped or chosen: its run is executed again. */
import type { Remote } from "comlink";
import type { Scenario } from "../../sim/scenario.ts";
import type { RunWorker } from "../protocol.ts";
import { recogniseFile } from "./files.ts";
import type { Page } from "./page.ts";
import { infoOf } from "./pageState.ts";
import { sentenceOf } from "./runHost.ts";

export async function openFile(page: Page, file: File): Promise<void> {
  const text = await file.text();
  // Which scenarios there are is known once the worker has been loaded.
  await page.store.until((state) => state.about !== undefined);
  const opened = recogniseFile(file.name, text);
  switch (opened.kind) {
    case "wrong":
      return page.tell({ topic: "file", tone: "bad", text: opened.sentence });
    case "campaign":
      return page.tell({
        topic: "file",
        tone: "plain",
        text: `${file.name} belongs to a campaign: open it on the campaign page.`,
      });
    case "scenario":
      return openScenario(page, file.name, text);
    case "run": {
      const { spec, digest } = opened;
      if (infoOf(page.store.state.about, spec.scenario) === undefined) {
        const sentence = `${file.name} is a run of "${spec.scenario}", which is no scenario of this build. If it came from a file, open that file.`;
        return page.tell({ topic: "file", tone: "bad", text: sentence });
      }
      page.run(spec);
      if (digest === undefined) return;
      return page.store.change({ expected: { file: file.name, digest } });
    }
  }
}

async function openScenario(page: Page, name: string, text: string): Promise<void> {
  const read = async (remote: Remote<RunWorker>): Promise<Scenario> => remote.scenarioFrom(text);
  try {
    const file = await page.host.ask(read);
    page.run({ scenario: file.name, file, seed: file.seed ?? 1, overrides: {}, edits: [] });
  } catch (error) {
    page.tell({ topic: "file", tone: "bad", text: `${name}: ${sentenceOf(error)}` });
  }
}
