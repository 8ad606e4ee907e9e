/** A console to any node at the instant. What it asks changes nothing; what would change the past can be forked. */
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { recalled, withoutEntry, type ConsoleEntry } from "../consoleState.ts";
import type { Page } from "../page.ts";
import { consoleNode, lookedAtUs } from "../pageState.ts";
import { answerText } from "../resp.ts";
import { useStore } from "../store.ts";
import { instantText } from "../times.ts";

export function ConsolePanel({ page }: { readonly page: Page }): JSX.Element {
  const node = useStore(page.store, consoleNode);
  const outline = useStore(page.store, (state) => state.run?.outline);
  const isLog = outline?.nodes.some((each) => each.node === node && each.kind !== "database");
  return (
    <div class="console">
      <NodeChoice page={page} node={node} />
      <Entries page={page} />
      {isLog === true ? (
        <p class="note">
          {node} speaks no RESP: it takes entries from the primary and votes with its peers. Its log
          is to be read in State; ask a database node here.
        </p>
      ) : (
        <Prompt page={page} node={node} />
      )}
    </div>
  );
}

function NodeChoice({ page, node }: { readonly page: Page; readonly node: string }): JSX.Element {
  const outline = useStore(page.store, (state) => state.run?.outline);
  const atUs = useStore(page.store, lookedAtUs);
  const nodes = outline?.nodes.filter((each) => each.kind !== "monitor") ?? [];
  return (
    <div class="row">
      <select
        aria-label="Node"
        value={node}
        onChange={(event) => page.changeConsole({ node: event.currentTarget.value })}
      >
        {nodes.map((each) => (
          <option key={each.node} value={each.node}>
            {each.node}
            {each.kind === "log" ? " (log)" : ""}
          </option>
        ))}
      </select>
      <span class="note">
        as it was at {atUs === undefined ? "–" : instantText(atUs, outline?.loadedUs ?? 0)}; reading
        changes nothing
      </span>
    </div>
  );
}

function Entries({ page }: { readonly page: Page }): JSX.Element {
  const entries = useStore(page.store, (state) => state.console.entries);
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const list = end.current?.parentElement;
    if (list) list.scrollTop = list.scrollHeight;
  }, [entries]);
  return (
    <div class="console-entries" role="log" aria-label="Console">
      {entries.length === 0 && (
        <p class="note">
          Try <code>ROLE</code>, <code>DBSIZE</code>, <code>KEYS *</code> or <code>GET</code> with a
          key of the run. The arrow keys bring back what was typed.
        </p>
      )}
      {entries.map((entry) => (
        <Entry key={entry.id} page={page} entry={entry} />
      ))}
      <div ref={end} />
    </div>
  );
}

function Entry({
  page,
  entry,
}: {
  readonly page: Page;
  readonly entry: ConsoleEntry;
}): JSX.Element {
  const loadedUs = useStore(page.store, (state) => state.run?.outline?.loadedUs ?? 0);
  return (
    <div class="console-entry">
      <div>
        <span class="prompt">
          {entry.node} {instantText(entry.atUs, loadedUs)}&gt;
        </span>{" "}
        <code>{entry.line}</code>
      </div>
      <EntryAnswer page={page} entry={entry} />
    </div>
  );
}

function EntryAnswer({
  page,
  entry,
}: {
  readonly page: Page;
  readonly entry: ConsoleEntry;
}): JSX.Element {
  const { answer, node, atUs, id } = entry;
  switch (answer?.kind) {
    case undefined:
      return <p class="note">asking …</p>;
    case "reply":
      return (
        <pre class={answer.values.some(({ type }) => type === "error") ? "wrong" : ""}>
          {answer.values.map((value) => answerText(entry.line, value)).join("\n")}
        </pre>
      );
    case "silent":
      return <p class="silent">No answer: {answer.sentence}</p>;
    case "bad":
      return <p class="wrong">{answer.sentence}</p>;
    case "write":
      return (
        <div class="ask-fork">
          <p>This would change the past. Fork the run here, with this command in it?</p>
          <button
            type="button"
            class="main-action"
            onClick={() => {
              page.forking.addRequest(node, atUs, answer.words);
              page.forking.start();
            }}
          >
            Fork from here
          </button>
          <button
            type="button"
            onClick={() => page.changeConsole(withoutEntry(page.store.state.console, id))}
          >
            Leave it as it was
          </button>
        </div>
      );
  }
}

function Prompt({ page, node }: { readonly page: Page; readonly node: string }): JSX.Element {
  const history = useStore(page.store, (state) => state.console.history);
  const [line, setLine] = useState("");
  const [back, setBack] = useState(0);
  const recall = (next: number): void => {
    const bounded = Math.min(Math.max(next, 0), history.length);
    setBack(bounded);
    setLine(recalled(history, bounded));
  };
  const send = (): void => {
    if (line.trim() === "") return;
    page.ask(node, line.trim());
    setLine("");
    setBack(0);
  };
  return (
    <form
      class="row console-prompt"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <span class="prompt">{node}&gt;</span>
      <input
        id="console-line"
        aria-label={`Command to ${node}`}
        autoComplete="off"
        spellcheck={false}
        value={line}
        onInput={(event) => setLine(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
          event.preventDefault();
          recall(back + (event.key === "ArrowUp" ? 1 : -1));
        }}
      />
      <button type="submit">Send</button>
    </form>
  );
}
