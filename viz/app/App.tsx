/** The whole page: bar, notes, and what there is to see. */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { DropArea } from "./DropArea.tsx";
import { GalleryDialog } from "./GalleryDialog.tsx";
import { HelpDialog } from "./HelpDialog.tsx";
import { InstantBar } from "./InstantBar.tsx";
import { listenToKeys } from "./keys.ts";
import { Notes } from "./Notes.tsx";
import { openFile } from "./opening.ts";
import type { Page } from "./page.ts";
import { Panels } from "./panels/Panels.tsx";
import { RunHead } from "./RunHead.tsx";
import { useStore } from "./store.ts";
import { TimelinePlace } from "./TimelinePlace.tsx";
import { TopBar } from "./TopBar.tsx";
import { TourGuide } from "./TourGuide.tsx";
import { Welcome } from "./Welcome.tsx";

export function App({ page }: { readonly page: Page }): JSX.Element {
  const [isHelpOpen, setHelpOpen] = useState(false);
  const [isGalleryOpen, setGalleryOpen] = useState(false);
  useEffect(() => listenToKeys(page, () => setHelpOpen(true)), [page]);
  return (
    <DropArea
      sign="Drop a report, a trace or a scenario file"
      onFile={(file) => void openFile(page, file)}
    >
      <TopBar page={page} onHelp={() => setHelpOpen(true)} onGallery={() => setGalleryOpen(true)} />
      <Notes page={page} />
      <Content page={page} />
      <HelpDialog isOpen={isHelpOpen} onClose={() => setHelpOpen(false)} />
      <GalleryDialog page={page} isOpen={isGalleryOpen} onClose={() => setGalleryOpen(false)} />
    </DropArea>
  );
}

function Content({ page }: { readonly page: Page }): JSX.Element {
  const crash = useStore(page.store, (state) => state.crash);
  const isReady = useStore(page.store, (state) => state.about !== undefined);
  const phase = useStore(page.store, (state) => state.run?.phase);
  const failure = useStore(page.store, (state) => state.run?.failure ?? "");
  const hasPicture = useStore(page.store, (state) => state.run?.outline !== undefined);
  if (crash !== "") return <Crash page={page} sentence={crash} />;
  if (!isReady) return <p class="starting">Loading the simulator into a worker …</p>;
  if (phase === undefined) return <Welcome page={page} />;
  if (phase === "failed" && !hasPicture) return <Failure page={page} sentence={failure} />;
  return (
    <main class="watch">
      <div class="heads">
        <RunHead page={page} />
        <TourGuide page={page} />
      </div>
      <div class="watched">
        <InstantBar page={page} />
        <TimelinePlace page={page} />
      </div>
      <Panels page={page} />
    </main>
  );
}

interface Trouble {
  readonly page: Page;
  readonly sentence: string;
}

function Crash({ page, sentence }: Trouble): JSX.Element {
  return (
    <main class="trouble" aria-live="assertive">
      <h1>The worker that simulates has ended</h1>
      <p>{sentence}</p>
      <p>
        Nothing is lost but the run, and a run can be had again: it is its scenario and its seed.
      </p>
      <button type="button" class="main-action" onClick={() => page.restart()}>
        Start again
      </button>
    </main>
  );
}

function Failure({ page, sentence }: Trouble): JSX.Element {
  return (
    <main class="trouble" aria-live="assertive">
      <h1>The run could not be begun</h1>
      <p>{sentence}</p>
      <p>Change the scenario, the seed or a parameter above, and press Run.</p>
      <button type="button" class="main-action" onClick={() => page.runAgain()}>
        Try again
      </button>
    </main>
  );
}
