/** What if: faults added, moved and taken out, a parameter or a decision changed; then both futures side by side. */
import type { JSX } from "preact";
import type { Page } from "../page.ts";
import { isEmpty } from "../forkDraft.ts";
import { hasStarted } from "../runState.ts";
import { useStore } from "../store.ts";
import { FaultPalette } from "./FaultPalette.tsx";
import { ForkChanges } from "./ForkChanges.tsx";
import { ForkFaults } from "./ForkFaults.tsx";
import { ForkResult } from "./ForkResult.tsx";

export function ForkPanel({ page }: { readonly page: Page }): JSX.Element {
  const run = useStore(page.store, (state) => state.run);
  if (!hasStarted(run))
    return <p class="note">A fork needs a run: it is what else could have been.</p>;
  return (
    <div class="fork">
      <ForkResult page={page} />
      <h3>Faults</h3>
      <ForkFaults page={page} outline={run.outline} />
      <FaultPalette page={page} />
      <ForkChanges page={page} />
      <ForkButtons page={page} />
    </div>
  );
}

function ForkButtons({ page }: { readonly page: Page }): JSX.Element {
  const draft = useStore(page.store, (state) => state.draft);
  const nothingChanged = isEmpty(draft);
  const copy = (): void => {
    try {
      void page.copyLink(page.forking.href());
    } catch (error) {
      page.tell({ topic: "failure", tone: "bad", text: String(error) });
    }
  };
  return (
    <div class="row fork-buttons">
      <button
        type="button"
        class="main-action"
        disabled={nothingChanged}
        title={nothingChanged ? "Change something first: then there is a second future" : ""}
        onClick={() => page.forking.start()}
      >
        Run the fork
      </button>
      <button type="button" disabled={nothingChanged} onClick={copy}>
        Copy its link
      </button>
      <button type="button" disabled={nothingChanged} onClick={() => page.forking.discard()}>
        Discard
      </button>
    </div>
  );
}
