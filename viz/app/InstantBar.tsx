/** Time travel: the instant that is looked at, steps and jumps from it, and the search for an event. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { firstFaultUs, firstViolationUs } from "./jumps.ts";
import type { Page } from "./page.ts";
import { lookedAtUs } from "./pageState.ts";
import { hasStarted } from "./runState.ts";
import { SearchBox } from "./SearchBox.tsx";
import { jumpToElection, step, stepEvent } from "./steps.ts";
import { useStore } from "./store.ts";
import { instantText, readInstant } from "./times.ts";

export function InstantBar({ page }: { readonly page: Page }): JSX.Element {
  return (
    <div class="instant-bar" role="toolbar" aria-label="The instant">
      <Steps page={page} />
      <Jumps page={page} />
      <SearchBox page={page} />
    </div>
  );
}

const steps: readonly {
  readonly text: string;
  readonly title: string;
  readonly act: (page: Page) => void;
}[] = [
  { text: "−1 s", title: "−1 s: one second back (Shift+,)", act: (page) => step(page, -1_000_000) },
  { text: "−1 ms", title: "−1 ms: one millisecond back (Alt+,)", act: (page) => step(page, -1000) },
  { text: "◂", title: "The event before (,)", act: (page) => stepEvent(page, -1) },
  { text: "▸", title: "The next event (.)", act: (page) => stepEvent(page, 1) },
  { text: "+1 ms", title: "+1 ms: one millisecond on (Alt+.)", act: (page) => step(page, 1000) },
  { text: "+1 s", title: "+1 s: one second on (Shift+.)", act: (page) => step(page, 1_000_000) },
];

function Steps({ page }: { readonly page: Page }): JSX.Element {
  const canMove = useStore(page.store, (state) => hasStarted(state.run));
  const button = ({ text, title, act }: (typeof steps)[number]): JSX.Element => (
    <button
      key={text}
      type="button"
      disabled={!canMove}
      title={title}
      aria-label={title}
      onClick={() => act(page)}
    >
      {text}
    </button>
  );
  return (
    <div class="bar-group">
      {steps.slice(0, 3).map(button)}
      <InstantField page={page} />
      {steps.slice(3).map(button)}
    </div>
  );
}

function InstantField({ page }: { readonly page: Page }): JSX.Element {
  const instantUs = useStore(page.store, lookedAtUs);
  const isChosen = useStore(page.store, (state) => state.instantUs !== undefined);
  const loadedUs = useStore(page.store, (state) => state.run?.outline?.loadedUs ?? 0);
  const [typed, setTyped] = useState<string>();
  const isWrong = typed !== undefined && readInstant(typed, loadedUs) === undefined;
  const go = (): void => {
    const atUs = typed === undefined ? undefined : readInstant(typed, loadedUs);
    if (atUs !== undefined) page.jumpTo(atUs);
    setTyped(undefined);
  };
  return (
    <input
      class={isChosen ? "instant" : "instant present"}
      aria-label="The instant, in seconds from the start of the load"
      title={isWrong ? "A time, such as 15.2 or 250 ms" : "Type a time, such as 15.2 or 250 ms"}
      aria-invalid={isWrong}
      value={typed ?? (instantUs === undefined ? "" : instantText(instantUs, loadedUs))}
      onFocus={(event) => event.currentTarget.select()}
      onInput={(event) => setTyped(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === "Enter") go();
        if (event.key === "Escape") setTyped(undefined);
      }}
      onBlur={go}
    />
  );
}

function Jumps({ page }: { readonly page: Page }): JSX.Element {
  const run = useStore(page.store, (state) => state.run);
  const isChosen = useStore(page.store, (state) => state.instantUs !== undefined);
  const violationUs = firstViolationUs(run);
  const faultUs = firstFaultUs(run);
  return (
    <div class="bar-group">
      <button
        type="button"
        disabled={faultUs === undefined}
        title={faultUs === undefined ? "No fault so far" : "The first fault (f)"}
        onClick={() => faultUs !== undefined && page.jumpTo(faultUs)}
      >
        Fault
      </button>
      <button
        type="button"
        disabled={!hasStarted(run)}
        title="The next election of a primary (e)"
        onClick={() => jumpToElection(page)}
      >
        Election
      </button>
      <button
        type="button"
        disabled={violationUs === undefined}
        title={violationUs === undefined ? "No check has failed" : "The first violation (v)"}
        onClick={() => violationUs !== undefined && page.jumpTo(violationUs)}
      >
        Violation
      </button>
      <button
        type="button"
        disabled={!isChosen}
        title="Back to the present, or the end (n)"
        onClick={() => page.goTo(undefined)}
      >
        Now
      </button>
    </div>
  );
}
