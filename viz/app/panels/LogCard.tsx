/** One log node at the instant: each shard's replica and the end of its log. */
import type { JSX } from "preact";
import { countText } from "../../../reports/figures.ts";
import type { LogEntryState, LogState } from "../../../sim/live/clusterState.ts";

interface Props {
  readonly log: LogState;
  readonly isOpen: boolean;
}

export function LogCard({ log, isOpen }: Props): JSX.Element {
  const { node, zone, machine, shards } = log;
  const first = shards[0];
  return (
    <details class="node-card" open={isOpen}>
      <summary>
        <strong>{node}</strong>{" "}
        <span class="role">
          {shards.length === 1 && first ? first.role : `${shards.length} shards`}
        </span>
        <span class="note">
          zone {zone}
          {machine === "running" ? "" : `, ${machine}`}
        </span>
      </summary>
      {shards.map((shard) => (
        <section key={shard.shard}>
          <h4>
            shard {shard.shard}: {shard.role}, term {shard.term}
          </h4>
          <p class="note">
            last {countText(shard.lastIndex)}, durable {countText(shard.durableIndex)}, committed{" "}
            {countText(shard.commitIndex)}
          </p>
          <Tail entries={shard.tail} />
        </section>
      ))}
    </details>
  );
}

function Tail({ entries }: { readonly entries: readonly LogEntryState[] }): JSX.Element {
  if (entries.length === 0) return <p class="note">The log is empty.</p>;
  return (
    <div class="scroll">
      <table class="tail">
        <thead>
          <tr>
            <th scope="col" class="number">
              position
            </th>
            <th scope="col">entry</th>
            <th scope="col">it is</th>
          </tr>
        </thead>
        <tbody>
          {entries.toReversed().map((entry) => (
            <tr key={entry.index}>
              <td class="number">{countText(entry.position)}</td>
              <td>{entry.kind === "effects" ? <code>{entry.text}</code> : entry.kind}</td>
              <td>{standing(entry)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function standing({ isCommitted, isDurable }: LogEntryState): string {
  if (isCommitted) return "committed";
  return isDurable ? "on this disk" : "in memory";
}
