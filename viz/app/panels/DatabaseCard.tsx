/** One database node at the instant. */
import type { JSX } from "preact";
import { countText, durationText, plural } from "../../../reports/figures.ts";
import type { SessionView } from "../../../engine/inspect.ts";
import type { DatabaseState } from "../../../sim/live/clusterState.ts";
import { instantText } from "../times.ts";

interface Props {
  readonly database: DatabaseState;
  readonly atUs: number;
  readonly loadedUs: number;
  readonly isOpen: boolean;
}

/** Longer lists are cut, and say so. */
const mostRows = 12;

export function DatabaseCard({ database, loadedUs, isOpen }: Props): JSX.Element {
  const { node, zone, shard, machine, role, epoch, tracker, sessions } = database;
  return (
    <details class="node-card" open={isOpen}>
      <summary>
        <strong>{node}</strong> <span class={`role ${role}`}>{role}</span>
        <span class="note">
          zone {zone}, shard {shard}
          {machine === "running" ? "" : `, ${machine}`}
        </span>
      </summary>
      <dl class="pairs">
        <Pair name="epoch" value={String(epoch)} />
        <Pair name="applied" value={countText(database.appliedPosition)} />
        <Pair name="known committed" value={countText(database.committedPosition)} />
        <Pair name="keys" value={countText(database.keyCount)} />
        <Pair name="lease, believed" value={leaseUntil(database.lease.believedUntilUs, loadedUs)} />
        <Pair name="lease, true" value={leaseUntil(database.lease.trueUntilUs, loadedUs)} />
        <Pair name="monotonic clock" value={`${(database.clock.monotonicUs / 1e6).toFixed(6)} s`} />
        <Pair name="wall clock ahead" value={durationText(database.clock.wallOffsetUs)} />
        <Pair name="clock's rate" value={`${database.clock.ratePpm} ppm`} />
        <Pair name="replies parked" value={countText(database.parkedReplies)} />
        <Pair name="connections waiting" value={countText(database.waitingConnections)} />
      </dl>
      <h4>Tracker: {plural(tracker.length, "key")} with undurable changes</h4>
      <ul class="plain-list">
        {tracker.slice(0, mostRows).map(({ key, position }) => (
          <li key={key}>
            <code>{key}</code> waits for {countText(position)}
          </li>
        ))}
      </ul>
      <More count={tracker.length} />
      <h4>Sessions: {sessions.length}</h4>
      <ul class="plain-list">
        {sessions.slice(0, mostRows).map((session) => (
          <li key={session.clientId}>{sessionText(session)}</li>
        ))}
      </ul>
      <More count={sessions.length} />
    </details>
  );
}

function Pair({ name, value }: { readonly name: string; readonly value: string }): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function More({ count }: { readonly count: number }): JSX.Element | null {
  return count > mostRows ? <p class="note">and {countText(count - mostRows)} more</p> : null;
}

function leaseUntil(untilUs: number | undefined, loadedUs: number): string {
  return untilUs === undefined ? "none" : `until ${instantText(untilUs, loadedUs)}`;
}

function sessionText(session: SessionView): string {
  const parts = [
    `${session.clientId} ${session.address}`,
    session.name,
    session.isReadonly ? "READONLY" : "",
    session.isInTransaction ? "in MULTI" : "",
    session.lastCommand === "NULL" ? "" : `last ${session.lastCommand}`,
    session.parkedPositions.length === 0
      ? ""
      : `${plural(session.parkedPositions.length, "reply", "replies")} parked until ${countText(session.parkedPositions.at(-1) ?? 0)}`,
    session.waitingRequest === undefined ? "" : `waits with ${session.waitingRequest.join(" ")}`,
  ];
  return parts.filter((part) => part !== "").join(", ");
}
