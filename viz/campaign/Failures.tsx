/** What failed, by signature: a thousand failures of one kind are one thing to look at. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { CampaignData, FailureData } from "../../reports/campaignData.ts";
import { plural } from "../../reports/figures.ts";
import { verdictWords } from "../../reports/verdict.ts";
import type { Watched } from "../../reports/watch.ts";
import { SeedLink, SeedLinks } from "./SeedLink.tsx";

interface Props {
  readonly data: CampaignData;
  /** Whether the page lies in the folder of the campaign, beside the reports of its seeds. */
  readonly isInFolder: boolean;
}

const SEEDS_NAMED = 24;
const GROUPS_SHOWN = 20;

export function Failures({ data, isInFolder }: Props): JSX.Element {
  const { failures, watched } = data;
  const [isWhole, setWhole] = useState(false);
  const shown = isWhole ? failures : failures.slice(0, GROUPS_SHOWN);
  return (
    <section class="card wide" aria-label="Failures">
      <h2>
        {failures.length === 0
          ? "Failures: none"
          : `Failures: ${plural(failures.length, "kind")}, told apart by what failed`}
      </h2>
      {failures.length === 0 && (
        <p class="note">
          {data.done === 0
            ? "No seed has ended yet."
            : "Every seed held every promise of its budget."}
        </p>
      )}
      <ol class="failures">
        {shown.map((failure) => (
          <Failure
            key={`${failure.verdict} ${failure.signature}`}
            failure={failure}
            watched={watched}
            isInFolder={isInFolder}
          />
        ))}
      </ol>
      {shown.length < failures.length && (
        <button type="button" onClick={() => setWhole(true)}>
          Show {plural(failures.length - shown.length, "more kind")}
        </button>
      )}
    </section>
  );
}

interface FailureProps {
  readonly failure: FailureData;
  readonly watched: Watched;
  readonly isInFolder: boolean;
}

function Failure({ failure, watched, isInFolder }: FailureProps): JSX.Element {
  const { verdict, signature, seeds, example, minimal } = failure;
  return (
    <li>
      <h3>
        <span class={`badge ${verdict}`}>{verdictWords[verdict]}</span>
        <span class="signature">{signature === "" ? "without a signature" : signature}</span>
        <span class="note">{plural(seeds.length, "seed")}</span>
      </h3>
      <p>
        <SeedLink watched={watched} seed={example.seed} text={`Seed ${example.seed}`} />:{" "}
        {example.headline}
      </p>
      <Replay command={example.replay} />
      {example.folder !== "" &&
        (isInFolder ? (
          <p>
            <a href={`${example.folder}/index.html`}>The report of seed {example.seed}</a>
          </p>
        ) : (
          <p class="note">
            Its report: <code>{example.folder}/index.html</code>
          </p>
        ))}
      {minimal !== undefined && (
        <div class="minimal">
          <p>
            The same with {plural(minimal.faults.length, "fault")} and{" "}
            {plural(minimal.operations, "operation")}: {minimal.sentence}
          </p>
          <ul>
            {minimal.faults.map((fault, index) => (
              <li key={index}>{fault}</li>
            ))}
          </ul>
          <Replay command={minimal.replay} />
        </div>
      )}
      <p class="note">
        Seeds{" "}
        <SeedLinks watched={watched} seeds={seeds.slice(0, SEEDS_NAMED)} count={seeds.length} />
      </p>
    </li>
  );
}

function Replay({ command }: { readonly command: string }): JSX.Element {
  const [told, setTold] = useState("Copy");
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(command);
      setTold("Copied");
    } catch {
      setTold("Select it and copy");
    }
  };
  return (
    <p class="replay">
      <code>{command}</code>
      <button type="button" onClick={() => void copy()}>
        {told}
      </button>
    </p>
  );
}
