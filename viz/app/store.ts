/** The page's one state: a plain value that is replaced, never changed in place. Views look at parts of it. */
import { useEffect, useRef, useState } from "preact/hooks";

export class Store<State extends object> {
  #state: State;
  readonly #listeners = new Set<() => void>();

  constructor(state: State) {
    this.#state = state;
  }

  get state(): State {
    return this.#state;
  }

  change(part: Partial<State>): void {
    this.#state = { ...this.#state, ...part };
    for (const listener of this.#listeners) listener();
  }

  /** Resolves as soon as the state is as asked, at once if it is now. */
  until(isAsked: (state: State) => boolean): Promise<void> {
    if (isAsked(this.#state)) return Promise.resolve();
    return new Promise((resolve) => {
      const end = this.subscribe(() => {
        if (!isAsked(this.#state)) return;
        end();
        resolve();
      });
    });
  }

  /** Returns what ends the subscription. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }
}

/** A part of the state; the view is drawn anew when that part is another. `part` must return the same value for the same state. */
export function useStore<State extends object, Part>(
  store: Store<State>,
  part: (state: State) => Part,
): Part {
  const [, draw] = useState({});
  const now = part(store.state);
  const drawn = useRef({ part, now });
  drawn.current = { part, now };
  useEffect(() => {
    const look = (): void => {
      if (drawn.current.part(store.state) !== drawn.current.now) draw({});
    };
    // It may have changed between drawing and now.
    look();
    return store.subscribe(look);
  }, [store]);
  return now;
}
