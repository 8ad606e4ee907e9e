/** Which run, how fast, and what to do with it. */
import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { openFile } from "./opening.ts";
import type { Page } from "./page.ts";
import { infoOf } from "./pageState.ts";
import { ParameterForm } from "./ParameterForm.tsx";
import { readForm } from "./runForm.ts";
import { isOngoing } from "./runState.ts";
import { useStore } from "./store.ts";

interface Props {
  readonly page: Page;
  readonly onHelp: () => void;
  readonly onGallery: () => void;
}

const iconUrl = new URL("../icon.svg", import.meta.url).href;

export function TopBar({ page, onHelp, onGallery }: Props): JSX.Element {
  return (
    <header class="bar">
      <a class="brand" href="./" aria-label="Azimuth: back to the beginning">
        <img src={iconUrl} alt="" width="22" height="22" />
        Azimuth
      </a>
      <form
        class="bar-group which"
        onSubmit={(event) => {
          event.preventDefault();
          page.runForm();
        }}
      >
        <ScenarioChoice page={page} />
        <SeedField page={page} />
        <ParameterForm page={page} />
        <RunButton page={page} />
      </form>
      <PaceButtons page={page} />
      <div class="bar-group end">
        <button type="button" title="Guided tours of short runs" onClick={onGallery}>
          Gallery
        </button>
        <a class="button" href="./campaign.html" title="The results of many seeds">
          Campaign
        </a>
        <FileButton page={page} />
        <LinkButton page={page} />
        <button type="button" title="Help (?)" aria-label="Help" onClick={onHelp}>
          ?
        </button>
      </div>
    </header>
  );
}

function ScenarioChoice({ page }: { readonly page: Page }): JSX.Element {
  const form = useStore(page.store, (state) => state.form);
  const about = useStore(page.store, (state) => state.about);
  const names = about?.scenarios.map((each) => each.name) ?? [form.scenario];
  return (
    <label class="field">
      <span class="field-name">Scenario</span>
      <select
        id="scenario"
        value={form.file === undefined ? form.scenario : ""}
        onChange={(event) =>
          page.changeForm({
            scenario: event.currentTarget.value,
            file: undefined,
            values: {},
            edits: [],
            mutant: undefined,
          })
        }
      >
        {form.file !== undefined && <option value="">{form.scenario} (file)</option>}
        {names.map((name) => (
          <option key={name} value={name} title={infoOf(about, name)?.story ?? ""}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

function SeedField({ page }: { readonly page: Page }): JSX.Element {
  const form = useStore(page.store, (state) => state.form);
  const about = useStore(page.store, (state) => state.about);
  const read = readForm(form, infoOf(about, form.scenario));
  const error = read.kind === "wrong" ? read.errors["seed"] : undefined;
  return (
    <label class="field seed-field">
      <span class="field-name">Seed</span>
      <input
        inputMode="numeric"
        autoComplete="off"
        value={form.seed}
        aria-invalid={error !== undefined}
        title={error ?? "Another seed is another run of the same story"}
        onInput={(event) => page.changeForm({ seed: event.currentTarget.value })}
      />
    </label>
  );
}

function RunButton({ page }: { readonly page: Page }): JSX.Element {
  const form = useStore(page.store, (state) => state.form);
  const about = useStore(page.store, (state) => state.about);
  const read = readForm(form, infoOf(about, form.scenario));
  const problem = read.kind === "wrong" ? Object.values(read.errors).join(" ") : "";
  return (
    <button
      type="submit"
      class="main-action"
      disabled={about === undefined || problem !== ""}
      title={problem === "" ? "Run from the beginning (r)" : problem}
    >
      ▶ Run
    </button>
  );
}

const speeds: readonly { readonly speed: number; readonly text: string; readonly name: string }[] =
  [
    { speed: 0.1, text: "0.1×", name: "a tenth of real time" },
    { speed: 1, text: "1×", name: "real time" },
    { speed: 10, text: "10×", name: "ten times real time" },
    { speed: 100, text: "100×", name: "a hundred times real time" },
    { speed: Number.POSITIVE_INFINITY, text: "max", name: "as fast as possible" },
  ];

function PaceButtons({ page }: { readonly page: Page }): JSX.Element {
  const pace = useStore(page.store, (state) => state.pace);
  const isGoing = useStore(page.store, (state) => isOngoing(state.run));
  return (
    <div class="bar-group pace">
      <button
        type="button"
        disabled={!isGoing}
        title="Pause and resume (Space)"
        onClick={() => page.setPaused(!pace.isPaused)}
      >
        {pace.isPaused && isGoing ? "Resume" : "Pause"}
      </button>
      <button
        type="button"
        disabled={!isGoing}
        title="End the run where it stands"
        onClick={() => page.stop()}
      >
        Stop
      </button>
      <span class="segments" role="group" aria-label="Speed of simulated time">
        {speeds.map(({ speed, text, name }) => (
          <button
            key={text}
            type="button"
            title={`Simulated time passes at ${name}`.replace("at as", "as")}
            aria-pressed={pace.speed === speed}
            onClick={() => page.setSpeed(speed)}
          >
            {text}
          </button>
        ))}
      </span>
    </div>
  );
}

function FileButton({ page }: { readonly page: Page }): JSX.Element {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        hidden
        accept=".json,.jsonl"
        aria-label="File to open"
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          event.currentTarget.value = "";
          if (file !== undefined) void openFile(page, file);
        }}
      />
      <button
        type="button"
        title="Open report.json, trace.jsonl or a scenario file; or drop it on the page"
        onClick={() => input.current?.click()}
      >
        Open …
      </button>
    </>
  );
}

function LinkButton({ page }: { readonly page: Page }): JSX.Element {
  const hasRun = useStore(page.store, (state) => state.run !== undefined);
  return (
    <button
      type="button"
      disabled={!hasRun}
      title="Copy a link to this run, instant, view and selection (l)"
      onClick={() => void page.copyLink()}
    >
      Copy link
    </button>
  );
}
