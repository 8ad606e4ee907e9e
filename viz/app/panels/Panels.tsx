/** The panels beside the timeline, one at a time. */
import type { JSX } from "preact";
import type { Page } from "../page.ts";
import { tabs, type Tab } from "../pageState.ts";
import { useStore } from "../store.ts";
import { ChecksPanel } from "./ChecksPanel.tsx";
import { ConsolePanel } from "./ConsolePanel.tsx";
import { ExplainPanel } from "./ExplainPanel.tsx";
import { ExportPanel } from "./ExportPanel.tsx";
import { ForkPanel } from "./ForkPanel.tsx";
import { StatePanel } from "./StatePanel.tsx";
import { StoryPanel } from "./StoryPanel.tsx";

const panels: Readonly<
  Record<Tab, { readonly name: string; readonly View: (props: { page: Page }) => JSX.Element }>
> = {
  story: { name: "Story", View: StoryPanel },
  checks: { name: "Checks", View: ChecksPanel },
  state: { name: "State", View: StatePanel },
  console: { name: "Console", View: ConsolePanel },
  explain: { name: "Explain", View: ExplainPanel },
  fork: { name: "Fork", View: ForkPanel },
  export: { name: "Export", View: ExportPanel },
};

export function Panels({ page }: { readonly page: Page }): JSX.Element {
  const tab = useStore(page.store, (state) => state.tab);
  const { View } = panels[tab];
  const move = (by: number): void => {
    const index = (tabs.indexOf(tab) + by + tabs.length) % tabs.length;
    const next = tabs[index] ?? "story";
    page.show(next);
    document.querySelector<HTMLElement>(`#tab-${next}`)?.focus();
  };
  return (
    <section class="panels">
      <div
        class="tabs"
        role="tablist"
        aria-label="Panels"
        onKeyDown={(event) => {
          if (event.key === "ArrowRight") move(1);
          if (event.key === "ArrowLeft") move(-1);
        }}
      >
        {tabs.map((each) => (
          <button
            key={each}
            id={`tab-${each}`}
            type="button"
            role="tab"
            aria-selected={each === tab}
            aria-controls="panel"
            tabIndex={each === tab ? 0 : -1}
            onClick={() => page.show(each)}
          >
            {panels[each].name}
          </button>
        ))}
      </div>
      <h2 class="unseen">{panels[tab].name}</h2>
      <div id="panel" class="panel" role="tabpanel" aria-labelledby={`tab-${tab}`} tabIndex={0}>
        <View page={page} />
      </div>
    </section>
  );
}
