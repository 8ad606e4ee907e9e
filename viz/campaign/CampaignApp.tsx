/** The whole campaign page: bar, form, note, and the results if there are any. */
import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { DropArea } from "../app/DropArea.tsx";
import { useStore } from "../app/store.ts";
import type { CampaignPage } from "./campaignPage.ts";
import { CampaignView } from "./CampaignView.tsx";
import { LocalForm } from "./LocalForm.tsx";

interface Props {
  readonly page: CampaignPage;
}

export function CampaignApp({ page }: Props): JSX.Element {
  const note = useStore(page.store, (state) => state.note);
  const data = useStore(page.store, (state) => state.data);
  const opened = useStore(page.store, (state) => state.opened);
  return (
    <DropArea
      sign="Drop results.jsonl or summary.json of a campaign"
      onFile={(file) => void page.openFile(file)}
    >
      <Bar page={page} />
      {note !== undefined && (
        <div class="notes" role="status">
          <p class={`note-line ${note.tone}`}>{note.text}</p>
        </div>
      )}
      <main class="campaign-main">
        <LocalForm page={page} />
        {data === undefined ? (
          <Empty page={page} />
        ) : (
          <CampaignView key={opened} data={data} isInFolder={false} />
        )}
      </main>
    </DropArea>
  );
}

const iconUrl = new URL("../icon.svg", import.meta.url).href;

function Bar({ page }: Props): JSX.Element {
  const input = useRef<HTMLInputElement>(null);
  const isReady = useStore(page.store, (state) => state.about !== undefined);
  const source = useStore(page.store, (state) => state.source);
  return (
    <header class="bar">
      <a class="brand" href="./" aria-label="Azimuth: to the viewer of single runs">
        <img src={iconUrl} alt="" width="22" height="22" />
        Azimuth
      </a>
      <span class="note">Campaign{source === "" ? "" : `: ${source}`}</span>
      <div class="bar-group end">
        <input
          ref={input}
          type="file"
          hidden
          accept=".json,.jsonl"
          aria-label="File to open"
          onChange={(event) => {
            const file = event.currentTarget.files?.[0];
            event.currentTarget.value = "";
            if (file !== undefined) void page.openFile(file);
          }}
        />
        <button
          type="button"
          disabled={!isReady}
          title="Open results.jsonl or summary.json of a campaign; or drop it on the page"
          onClick={() => input.current?.click()}
        >
          Open …
        </button>
      </div>
    </header>
  );
}

function Empty({ page }: Props): JSX.Element {
  const work = useStore(page.store, (state) => state.work);
  if (work !== undefined) return <p class="starting">{work.text} …</p>;
  return (
    <section class="empty">
      <h1>Many seeds, one picture</h1>
      <p class="lead">
        A single run shows what happened once. A campaign runs the same story under many seeds, each
        with other delays, other loads, other faults, and asks what held in all of them: how long
        failovers took, which fault met which phase of the protocol, and what failed.
      </p>
      <p class="lead">
        Run some seeds here with the form above. Or run thousands on the command line,{" "}
        <code>npm run sim -- swarm seeds=1..1000</code>, and drop <code>results.jsonl</code> from{" "}
        <code>reports/out/swarm-1..1000/</code> on this page. (The folder’s <code>index.html</code>{" "}
        shows the same without this page.)
      </p>
    </section>
  );
}
