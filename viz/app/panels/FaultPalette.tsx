/** Every kind of fault, to be dragged into the timeline or added at the instant. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Page } from "../page.ts";
import type { PageState } from "../pageState.ts";
import { useStore } from "../store.ts";
import { instantText } from "../times.ts";

/** What the timeline takes as a fault. */
const faultType = "application/x-azimuth-fault";

export function FaultPalette({ page }: { readonly page: Page }): JSX.Element {
  const [text, setText] = useState("");
  const faults = useStore(page.store, (state) => state.about?.faults ?? noFaults);
  const atUs = useStore(page.store, faultAtUs);
  const loadedUs = useStore(page.store, (state) => state.run?.outline?.loadedUs ?? 0);
  const shown = faults.filter((each) =>
    `${each.kind} ${each.help}`.toLowerCase().includes(text.toLowerCase()),
  );
  return (
    <section class="palette">
      <div class="row">
        <span class="note">
          Drag a fault into the timeline, or click to add it at {instantText(atUs, loadedUs)}
        </span>
        <input
          type="search"
          aria-label="Search the faults"
          placeholder="Search faults"
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </div>
      <ul class="chips">
        {shown.map(({ kind, help }) => (
          <li key={kind}>
            <button
              type="button"
              draggable
              title={help}
              onDragStart={(event) => event.dataTransfer?.setData(faultType, kind)}
              onClick={() => page.forking.addFault(kind, atUs)}
            >
              {kind}
            </button>
          </li>
        ))}
      </ul>
      {shown.length === 0 && <p class="note">No fault has “{text}” in its name or help.</p>}
    </section>
  );
}

/** Where a fault goes that is not dragged: the instant, if one was chosen; else the middle of what is on screen. */
function faultAtUs({ instantUs, view, run }: PageState): number {
  const [fromUs, untilUs] = view ?? [0, run?.outline?.simulatedUs ?? 0];
  return instantUs ?? Math.round((fromUs + untilUs) / 2);
}

const noFaults: readonly never[] = [];
