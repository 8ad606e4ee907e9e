/** What the page has to tell beside the run: one line a topic, until it is closed. */
import type { JSX } from "preact";
import type { Page } from "./page.ts";
import { useStore } from "./store.ts";

export function Notes({ page }: { readonly page: Page }): JSX.Element {
  const notes = useStore(page.store, (state) => state.notes);
  return (
    <div class="notes" role="status">
      {notes.map((note) => (
        <p key={note.topic} class={`note-line ${note.tone}`}>
          <span>{note.text}</span>
          <button
            type="button"
            class="quiet"
            aria-label="Close this note"
            onClick={() => page.closeNote(note.topic)}
          >
            ×
          </button>
        </p>
      ))}
    </div>
  );
}
