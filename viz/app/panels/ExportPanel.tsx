/** The run for other tools, and the picture as a file. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Page } from "../page.ts";
import { sentenceOf } from "../runHost.ts";
import { hasStarted } from "../runState.ts";
import { useStore } from "../store.ts";
import { instantText } from "../times.ts";

interface Export {
  readonly name: string;
  /** "window": of what is on screen. */
  readonly scope: "run" | "window";
  readonly text: string;
  readonly ending: string;
  make(page: Page, fromUs: number, untilUs: number): Promise<BlobPart>;
}

const exports: readonly Export[] = [
  {
    name: "Perfetto",
    scope: "run",
    text: "The whole run as a Perfetto trace: open it with “Open trace file” of the Perfetto UI.",
    ending: "perfetto-trace",
    // Comlink hands over bytes that this page alone holds.
    make: async (page) => (await page.host.ask((remote) => remote.perfetto())) as BlobPart,
  },
  {
    name: "ShiViz",
    scope: "window",
    text: "Events and messages of the window, with vector clocks, for ShiViz.",
    ending: "shiviz.log",
    make: (page, fromUs, untilUs) => page.host.ask((remote) => remote.shiviz(fromUs, untilUs)),
  },
  {
    name: "OTLP",
    scope: "window",
    text: "Operations of the window as OpenTelemetry spans, in JSON.",
    ending: "otlp.json",
    make: (page, fromUs, untilUs) => page.host.ask((remote) => remote.otlp(fromUs, untilUs)),
  },
  {
    name: "SVG",
    scope: "window",
    text: "The timeline as it is on screen, as a drawing.",
    ending: "svg",
    make: async (page) => page.timeline.svgText(),
  },
  {
    name: "PNG",
    scope: "window",
    text: "The timeline as it is on screen, as a picture.",
    ending: "png",
    make: async (page) => page.timeline.png(),
  },
];

export function ExportPanel({ page }: { readonly page: Page }): JSX.Element {
  const run = useStore(page.store, (state) => state.run);
  const view = useStore(page.store, (state) => state.view);
  const [working, setWorking] = useState("");
  const [sentence, setSentence] = useState("");
  if (!hasStarted(run))
    return <p class="note">There is nothing to export before the run has begun.</p>;
  const [fromUs, untilUs] = view ?? [0, run.outline.simulatedUs];
  const save = async (each: Export): Promise<void> => {
    setWorking(each.name);
    setSentence("");
    try {
      const name = `${run.spec.scenario}-${run.spec.seed}.${each.ending}`;
      const part = await each.make(page, fromUs, untilUs);
      download(name, new Blob([part]));
      setSentence(`${name} is saved.`);
    } catch (error) {
      setSentence(sentenceOf(error));
    }
    setWorking("");
  };
  return (
    <>
      <p class="note">
        The window is what is on screen: {instantText(fromUs, run.outline.loadedUs)} to{" "}
        {instantText(untilUs, run.outline.loadedUs)}.
      </p>
      <ul class="exports">
        {exports.map((each) => (
          <li key={each.name}>
            <button type="button" disabled={working !== ""} onClick={() => void save(each)}>
              {each.name}
            </button>
            <span>{working === each.name ? "Working …" : each.text}</span>
          </li>
        ))}
      </ul>
      <p role="status">{sentence}</p>
      <h3>On the command line</h3>
      <pre>{run.replay === "" ? "Known when the run has ended." : run.replay}</pre>
    </>
  );
}

function download(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob);
  const anchor = document.createElement("a");
  anchor.href = url;
  anchor.download = name;
  anchor.click();
  // The download has begun by then.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
