/** What happened when, in sentences; each is a way to its instant. */
import type { JSX } from "preact";
import { momentText } from "../../../reports/figures.ts";
import type { Page } from "../page.ts";
import { useStore } from "../store.ts";

export function StoryPanel({ page }: { readonly page: Page }): JSX.Element {
  const run = useStore(page.store, (state) => state.run);
  const atUs = useStore(page.store, (state) =>
    state.instantUs === undefined
      ? undefined
      : state.instantUs - (state.run?.outline?.loadedUs ?? 0),
  );
  const moments = run?.moments ?? [];
  if (moments.length === 0) {
    return (
      <>
        <p>{run?.outline?.story}</p>
        <p class="note">
          The story is told when the run has ended. Until then the timeline shows what happens;
          Pause stops the clock.
        </p>
        <FaultsSoFar page={page} />
      </>
    );
  }
  const current = atUs === undefined ? -1 : moments.findLastIndex((each) => each.atUs <= atUs);
  return (
    <ol class="story">
      {moments.map((moment, index) => (
        <li
          key={index}
          class={`${moment.tone} weight-${moment.weight}`}
          aria-current={index === current ? "step" : undefined}
        >
          <button type="button" class="when" onClick={() => page.jumpToMoment(moment)}>
            {momentText(moment.atUs)}
          </button>
          <span>{moment.text}</span>
        </li>
      ))}
    </ol>
  );
}

function FaultsSoFar({ page }: { readonly page: Page }): JSX.Element | null {
  const outline = useStore(page.store, (state) => state.run?.outline);
  if (outline === undefined || outline.faults.length === 0) return null;
  return (
    <ol class="story">
      {outline.faults.map((fault) => (
        <li key={fault.id} class="bad weight-1">
          <button type="button" class="when" onClick={() => page.jumpTo(fault.fromUs)}>
            {momentText(fault.fromUs - outline.loadedUs)}
          </button>
          <span>{fault.text}</span>
        </li>
      ))}
    </ol>
  );
}
