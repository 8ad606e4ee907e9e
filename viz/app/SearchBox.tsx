/** Search for an event or an operation; the list below is walked by arrow keys. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { plural } from "../../reports/figures.ts";
import type { Found } from "../timeline/contract.ts";
import { MOST_FOUND } from "../timeline/find.ts";
import type { Page } from "./page.ts";
import { hasStarted } from "./runState.ts";
import { useStore } from "./store.ts";
import { instantText } from "./times.ts";

const nothing: readonly Found[] = [];

export function SearchBox({ page }: { readonly page: Page }): JSX.Element {
  const canSearch = useStore(page.store, (state) => hasStarted(state.run));
  const [query, setQuery] = useState("");
  const [list, setList] = useState(nothing);
  const [chosen, setChosen] = useState(0);
  const isOpen = query.trim() !== "";
  const look = (text: string): void => {
    setQuery(text);
    setList(page.timeline.find(text));
    setChosen(0);
  };
  const take = (found: Found | undefined): void => {
    if (found === undefined) return;
    page.jumpTo(found.atUs);
    page.select(found.selection);
  };
  const move = (by: number): void => {
    const next = Math.min(Math.max(chosen + by, 0), list.length - 1);
    setChosen(next);
    take(list[next]);
  };
  const keys: Readonly<Record<string, () => void>> = {
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    Enter: () => take(list[chosen]),
    Escape: () => look(""),
  };
  return (
    <div class="search">
      <input
        id="search"
        type="text"
        role="combobox"
        aria-expanded={isOpen}
        aria-controls="search-list"
        aria-activedescendant={isOpen ? `found-${chosen}` : undefined}
        aria-label="Search events and operations"
        placeholder="Search events ( / )"
        autoComplete="off"
        disabled={!canSearch}
        value={query}
        onInput={(event) => look(event.currentTarget.value)}
        onKeyDown={(event) => {
          const act = keys[event.key];
          if (act === undefined) return;
          event.preventDefault();
          act();
        }}
      />
      {isOpen && (
        <FoundRows
          page={page}
          list={list}
          chosen={chosen}
          onTake={(row) => {
            setChosen(row);
            take(list[row]);
          }}
        />
      )}
    </div>
  );
}

interface RowsProps {
  readonly page: Page;
  readonly list: readonly Found[];
  readonly chosen: number;
  readonly onTake: (row: number) => void;
}

function FoundRows({ page, list, chosen, onTake }: RowsProps): JSX.Element {
  const loadedUs = useStore(page.store, (state) => state.run?.outline?.loadedUs ?? 0);
  return (
    <div class="found">
      <p class="note">
        {list.length === 0
          ? "Nothing has all of these words. Try the name of an event, a node or a key."
          : `${plural(list.length, "place")} found${list.length < MOST_FOUND ? "" : ", and there may be more"}`}
      </p>
      <ul id="search-list" role="listbox" aria-label="Found">
        {list.map((found, row) => (
          <li
            key={row}
            id={`found-${row}`}
            role="option"
            aria-selected={row === chosen}
            onMouseDown={(event) => {
              event.preventDefault();
              onTake(row);
            }}
          >
            <span class="when">{instantText(found.atUs, loadedUs)}</span> {found.label}
          </li>
        ))}
      </ul>
    </div>
  );
}
