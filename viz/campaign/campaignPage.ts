/** Acts on what a person does on the campaign page: reads files, runs seeds in workers, hands results on. */
import { proxy } from "comlink";
import { campaignData, CampaignTally, type CampaignData } from "../../reports/campaignData.ts";
import { countText, plural } from "../../reports/figures.ts";
import { resultsSchema, type ResultsHeader } from "../../reports/resultsHeader.ts";
import { sentenceOf } from "../app/runHost.ts";
import { Store } from "../app/store.ts";
import { askWorker, connect, connectSeedRunner } from "./connection.ts";
import { LocalCampaign, type LocalPlan } from "./localCampaign.ts";
import { type LocalForm, readLocalForm, type ReadLocalForm } from "./localForm.ts";
import type { CampaignAbout } from "./protocol.ts";

export interface CampaignPageState {
  /** Undefined until the first worker has said it. */
  readonly about: CampaignAbout | undefined;
  readonly form: LocalForm;
  /** What is on screen; undefined: nothing yet. */
  readonly data: CampaignData | undefined;
  /** Counts files and campaigns: each is drawn from the top. */
  readonly opened: number;
  /** Where it came from: a file's name, or seeds that were run here. */
  readonly source: string;
  readonly note: { readonly tone: "plain" | "bad"; readonly text: string } | undefined;
  /** What goes on, in words, and how much of it is done, 0 to 1. */
  readonly work: { readonly text: string; readonly share: number } | undefined;
  readonly isRunning: boolean;
  /** The lines of results.jsonl, of seeds that were run here. */
  readonly lines: readonly string[];
}

/** Where the viewer of single runs is, as seen from this page. */
const viewer = "./";
/** Drawing all anew takes a moment: while seeds end it is done this often. */
const DRAW_EVERY_MS = 500;

export class CampaignPage {
  readonly store: Store<CampaignPageState>;
  /** As many workers as the machine has cores, as far as the browser says. */
  readonly mostWorkers: number = Math.max(1, navigator.hardwareConcurrency);
  /** Ends what goes on: a campaign keeps the seeds that have ended. */
  #end: () => void = () => undefined;
  /** What was opened or begun last: what comes late from before is not shown. */
  #latest: object = {};

  constructor() {
    const form = { scenario: "swarm", first: "1", last: "60", budget: "within" };
    this.store = new Store<CampaignPageState>({
      about: undefined,
      form: { ...form, workers: String(this.mostWorkers) },
      data: undefined,
      opened: 0,
      source: "",
      note: undefined,
      work: undefined,
      isRunning: false,
      lines: [],
    });
  }

  async start(): Promise<void> {
    try {
      const about = await askWorker(async (remote) => remote.about());
      this.store.change({ about });
    } catch (error) {
      const text = `The worker that simulates did not start: ${sentenceOf(error)} Load the page again.`;
      this.store.change({ note: { tone: "bad", text } });
    }
  }

  changeForm(part: Partial<LocalForm>): void {
    this.store.change({ form: { ...this.store.state.form, ...part } });
  }

  /** The campaign that the form names; undefined before it is known what there is. */
  readForm(): ReadLocalForm | undefined {
    const { about, form } = this.store.state;
    if (about === undefined) return undefined;
    const info = about.scenarios.find(({ name }) => name === form.scenario);
    return readLocalForm(form, info, this.mostWorkers);
  }

  async openFile(file: File): Promise<void> {
    const token = this.#begin(`Reading ${file.name}`);
    const tell = (share: number): void => {
      if (this.#latest !== token) return;
      this.store.change({ work: { text: `Reading ${file.name}`, share } });
    };
    const reader = connect();
    this.#end = () => reader.close();
    try {
      const reading = reader.remote.readFile(file, viewer, proxy(tell));
      const { data, remark } = await Promise.race([reading, reader.death]);
      if (this.#latest !== token) return;
      const note = remark === "" ? undefined : { tone: "plain" as const, text: remark };
      const opened = this.store.state.opened + 1;
      this.store.change({ data, opened, note, source: file.name, lines: [], work: undefined });
    } catch (error) {
      if (this.#latest !== token) return;
      const text = `${file.name}: ${sentenceOf(error)}`;
      this.store.change({ note: { tone: "bad", text }, work: undefined });
    } finally {
      reader.close();
    }
  }

  async runForm(): Promise<void> {
    const read = this.readForm();
    const { about } = this.store.state;
    if (read?.kind !== "plan" || about === undefined) return;
    const { plan } = read;
    const token = this.#begin("Starting workers");
    this.store.change({ isRunning: true, data: undefined, lines: [] });
    try {
      const header = await headerOf(about, plan);
      if (this.#latest !== token) return;
      await this.#run(token, plan, header, about);
    } catch (error) {
      if (this.#latest !== token) return;
      this.store.change({ note: { tone: "bad", text: sentenceOf(error) } });
    }
    if (this.#latest === token) this.store.change({ isRunning: false, work: undefined });
  }

  /** Seeds that have ended stay. */
  stop(): void {
    this.#end();
  }

  /** results.jsonl of the seeds that were run here. */
  download(): void {
    const url = URL.createObjectURL(new Blob(this.store.state.lines.map((line) => `${line}\n`)));
    const link = document.createElement("a");
    link.href = url;
    link.download = "results.jsonl";
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  }

  /** Ends whatever goes on. */
  #begin(text: string): object {
    const token = {};
    this.#latest = token;
    this.#end();
    this.store.change({ note: undefined, work: { text, share: 0 }, isRunning: false });
    return token;
  }

  async #run(
    token: object,
    plan: LocalPlan,
    header: ResultsHeader,
    about: CampaignAbout,
  ): Promise<void> {
    const { scenario, overrides, seeds, workers } = plan;
    const count = seeds.last - seeds.first + 1;
    const tally = new CampaignTally();
    const lines = [JSON.stringify(header)];
    const beganMs = performance.now();
    let drawnMs = beganMs;
    const draw = (): void => {
      drawnMs = performance.now();
      const speed = { wallMs: drawnMs - beganMs, workers, ran: tally.results.length };
      const watched = { viewer, version: about.version, scenario, overrides };
      const frame = { ...watched, asked: count, speed, minimal: new Map(), missedGoals: [] };
      const data = campaignData(tally, frame, about.demand);
      const source = `${plural(tally.results.length, "seed")} run here`;
      this.store.change({ data, source, lines: [...lines] });
    };
    const campaign = new LocalCampaign(plan, connectSeedRunner, (result) => {
      if (this.#latest !== token) return;
      tally.add(result);
      lines.push(JSON.stringify(result));
      const done = tally.results.length;
      const text = `${countText(done)} of ${plural(count, "seed")}`;
      this.store.change({ work: { text, share: done / count } });
      if (performance.now() - drawnMs >= DRAW_EVERY_MS) draw();
    });
    this.#end = () => campaign.stop();
    await campaign.run();
    if (this.#latest === token) draw();
  }
}

async function headerOf(about: CampaignAbout, plan: LocalPlan): Promise<ResultsHeader> {
  const { scenario, overrides, seeds } = plan;
  return {
    schema: resultsSchema,
    version: about.version,
    scenario,
    overrides,
    plan: await askWorker(async (remote) => remote.planOf(scenario, overrides)),
    seeds,
    shard: { index: 1, count: 1 },
  };
}
