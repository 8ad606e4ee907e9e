/** What each node believes, what is true, and what clients last saw of it. */
import type { JSX } from "preact";
import { durationText } from "../../../reports/figures.ts";
import type { ClusterState, DatabaseState } from "../../../sim/live/clusterState.ts";
import type { Page } from "../page.ts";

interface Props {
  readonly page: Page;
  readonly state: ClusterState;
  readonly loadedUs: number;
}

/** More shards make more rows; the table is for reading. */
const mostRows = 30;

export function ThreeTruths({ page, state }: Props): JSX.Element {
  const { databases, atUs } = state;
  return (
    <div class="scroll">
      <table class="truths">
        <thead>
          <tr>
            <th scope="col">node</th>
            <th scope="col">it believes</th>
            <th scope="col">it is true</th>
            <th scope="col">clients saw last</th>
          </tr>
        </thead>
        <tbody>
          {databases.slice(0, mostRows).map((each) => (
            <tr key={each.node} class={believesTooLong(each, atUs) ? "bad" : ""}>
              <th scope="row">{each.node}</th>
              <td>{believed(each, atUs)}</td>
              <td>{truth(each, atUs)}</td>
              <td>{page.lastSeen(each.node, atUs)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {databases.length > mostRows && (
        <p class="note">and {databases.length - mostRows} more nodes, below</p>
      )}
    </div>
  );
}

/** It may serve by its own clock, though its lease is over: the one thing that must not happen. */
function believesTooLong({ lease, machine }: DatabaseState, atUs: number): boolean {
  const { believedUntilUs, trueUntilUs } = lease;
  if (machine === "down" || believedUntilUs === undefined || believedUntilUs <= atUs) return false;
  return trueUntilUs === undefined || trueUntilUs <= atUs;
}

function believed({ role, epoch, lease, machine }: DatabaseState, atUs: number): string {
  if (machine === "down") return "nothing: no process";
  const until = lease.believedUntilUs;
  const serves = until === undefined ? "" : `, ${leaseText(until, atUs)}`;
  return `${role}, epoch ${epoch}${serves}`;
}

function truth({ machine, lease }: DatabaseState, atUs: number): string {
  const until = lease.trueUntilUs;
  return `${machine}, ${until === undefined ? "no lease" : leaseText(until, atUs)}`;
}

function leaseText(untilUs: number, atUs: number): string {
  return untilUs > atUs
    ? `lease for ${durationText(untilUs - atUs)} more`
    : `lease over since ${durationText(atUs - untilUs)}`;
}
