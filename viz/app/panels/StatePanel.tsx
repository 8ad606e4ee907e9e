/** All machines at the instant: three truths side by side, each database node, each log node, the keys of a node. */
import type { JSX } from "preact";
import { countText } from "../../../reports/figures.ts";
import type { ClusterState } from "../../../sim/live/clusterState.ts";
import type { Page } from "../page.ts";
import { useStore } from "../store.ts";
import { instantText } from "../times.ts";
import { DatabaseCard } from "./DatabaseCard.tsx";
import { KeyList } from "./KeyList.tsx";
import { LogCard } from "./LogCard.tsx";
import { ThreeTruths } from "./ThreeTruths.tsx";

export function StatePanel({ page }: { readonly page: Page }): JSX.Element {
  const { state, sentence } = useStore(page.store, ({ machines }) => machines);
  const loadedUs = useStore(page.store, ({ run }) => run?.outline?.loadedUs ?? 0);
  if (sentence !== "") return <p class="wrong">{sentence}</p>;
  if (state === undefined) {
    return (
      <>
        <p class="note">
          The run goes on. Click into the timeline, or pause, and every machine is shown as it is at
          that instant.
        </p>
        <button type="button" onClick={() => page.setPaused(true)}>
          Pause
        </button>
      </>
    );
  }
  return (
    <div class="state">
      <p class="note">
        At {instantText(state.atUs, loadedUs)}, after {countText(state.events)} events; digest{" "}
        {state.digest}
      </p>
      <ThreeTruths page={page} state={state} loadedUs={loadedUs} />
      <Nodes page={page} state={state} loadedUs={loadedUs} />
    </div>
  );
}

interface NodesProps {
  readonly page: Page;
  readonly state: ClusterState;
  readonly loadedUs: number;
}

/** The node that is selected on the timeline is opened. */
function Nodes({ page, state, loadedUs }: NodesProps): JSX.Element {
  const selected = useStore(page.store, ({ selection }) =>
    selection?.kind === "node" ? selection.node : undefined,
  );
  return (
    <>
      <h3>Keys</h3>
      <KeyList page={page} state={state} selected={selected} />
      <h3>Database nodes</h3>
      {state.databases.map((database) => (
        <DatabaseCard
          key={database.node}
          database={database}
          atUs={state.atUs}
          loadedUs={loadedUs}
          isOpen={database.node === selected}
        />
      ))}
      <h3>Log nodes</h3>
      {state.logs.map((log) => (
        <LogCard key={log.node} log={log} isOpen={log.node === selected} />
      ))}
    </>
  );
}
