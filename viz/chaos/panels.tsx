/** The parts of the live page that are text and buttons. */
import type { JSX } from "preact";
import type { ActiveFault, Machine, Status } from "./clusterApi.ts";

/** What a button asks for; the duration is added where the fault has one. */
export type Fault = Readonly<Record<string, unknown>>;

interface FaultButton {
  readonly text: string;
  readonly help: string;
  readonly fault: Fault;
}

const ofZone = (zone: string): readonly FaultButton[] => [
  { text: "Kill", help: "kill -9 of its process", fault: { kind: "kill", zone } },
  { text: "Restart", help: "stops in good order and starts", fault: { kind: "restart", zone } },
  { text: "Pause", help: "SIGSTOP of its process", fault: { kind: "pause", zone } },
  { text: "Cut off", help: "nothing reaches it or leaves it", fault: { kind: "cut", zone } },
  { text: "Flap", help: "cut off and back, again and again", fault: { kind: "flap", zone } },
  { text: "Clog", help: "what is sent to it or by it waits", fault: { kind: "clog", zone } },
  { text: "Lossy", help: "a tenth of its messages is lost", fault: { kind: "loss", zone } },
  { text: "Slow CPU", help: "each step takes 10 times longer", fault: { kind: "slow-cpu", zone } },
  { text: "Slow log", help: "its disk takes 100 times longer", fault: { kind: "slow-log", zone } },
  { text: "Disk full", help: "its log cannot grow", fault: { kind: "disk", zone, how: "full" } },
  { text: "Disk stalls", help: "no sync is done", fault: { kind: "disk", zone, how: "stall" } },
  { text: "Rot", help: "a bit of its log flips", fault: { kind: "rot", zone } },
  {
    text: "Clock +60 s",
    help: "wrong wall clocks",
    fault: { kind: "skew-clock", zone, byMs: 60_000 },
  },
  {
    text: "Break connections",
    help: "all are reset, to clients and other zones",
    fault: { kind: "break-connections", zone },
  },
  { text: "Half open", help: "it forgets its connections", fault: { kind: "half-open", zone } },
  { text: "Refuse clients", help: "no new connections", fault: { kind: "refuse-clients", zone } },
  {
    text: "Drop clients",
    help: "all connections close now",
    fault: { kind: "drop-clients", zone },
  },
];

/** Those that last for no time that could be chosen. */
export const brief: ReadonlySet<unknown> = new Set([
  "restart",
  "rolling-restart",
  "failover",
  "break-connections",
  "half-open",
  "drop-clients",
]);

/** Of the whole cluster. */
export const ofCluster: readonly FaultButton[] = [
  {
    text: "Fail over shard 0",
    help: "The primary hands over in good order",
    fault: { kind: "failover", shard: 0 },
  },
  {
    text: "Rolling restart",
    help: "Zone after zone stops in good order and starts",
    fault: { kind: "rolling-restart" },
  },
  {
    text: "Partition",
    help: "Machines fall into two sides that do not hear each other",
    fault: { kind: "partition" },
  },
];

const columns = [
  { text: "Machine" },
  { text: "Role" },
  { text: "Epoch", isRight: true },
  { text: "Position", isRight: true },
  { text: "Lease", isRight: true },
  { text: "Clients", isRight: true },
];

interface ZoneProps {
  readonly zone: Status["zones"][number];
  readonly machines: readonly Machine[];
  readonly begin: (fault: Fault) => void;
}

/** A card a zone: its machines, and what can be done to it. */
export function ZoneCard({ zone, machines, begin }: ZoneProps): JSX.Element {
  const rows = machines.map((one) => [
    one.node,
    roleText(one),
    one.kind === "database" ? String(one.epoch) : `term ${one.epoch}`,
    String(one.position),
    one.role === "primary" ? `${one.leaseMs} ms` : "",
    one.kind === "database" ? String(one.clients) : "",
  ]);
  const classOf = (column: number): string => (columns[column]?.isRight === true ? "number" : "");
  return (
    <section class={`card zone ${zone.state}`}>
      <h2>
        Zone {zone.zone}{" "}
        <span class="state">
          {zone.pid === 0 ? zone.state : `${zone.state}, process ${zone.pid}`}
        </span>
      </h2>
      <div class="wide">
        <table>
          <thead>
            <tr>
              {columns.map(({ text }, column) => (
                <th key={text} scope="col" class={classOf(column)}>
                  {text}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((cells) => (
              <tr key={cells[0]}>
                {cells.map((cell, column) => (
                  <td key={columns[column]?.text} class={classOf(column)}>
                    {cell}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div class="buttons">
        {ofZone(zone.zone).map(({ text, help, fault }) => (
          <Button
            key={text}
            text={text}
            title={`${text} zone ${zone.zone}: ${help}`}
            press={() => begin(fault)}
          />
        ))}
      </div>
    </section>
  );
}

interface FaultsProps {
  readonly faults: readonly ActiveFault[];
  readonly heal: (id: number) => void;
  readonly healAll: () => void;
}

export function FaultsCard({ faults, heal, healAll }: FaultsProps): JSX.Element {
  return (
    <section class="card faults" aria-live="polite">
      <h2>Faults: {faults.length === 0 ? "none" : faults.length}</h2>
      <ul>
        {faults.map(({ id, text, endsInMs }) => (
          <li key={id}>
            <span>
              {text}{" "}
              <span class="note">
                {endsInMs < 0 ? "until healed" : `${(endsInMs / 1000).toFixed(1)} s more`}
              </span>
            </span>
            <Button text="Heal" title={`Heal ${text}`} press={() => heal(id)} />
          </li>
        ))}
      </ul>
      {faults.length > 1 && <Button text="Heal all" title="Heal every fault" press={healAll} />}
    </section>
  );
}

interface ButtonProps {
  readonly text: string;
  readonly title: string;
  readonly press: () => void;
}

export function Button({ text, title, press }: ButtonProps): JSX.Element {
  return (
    <button type="button" title={title} aria-label={title} onClick={press}>
      {text}
    </button>
  );
}

function roleText({ state, role, leads }: Machine): string {
  if (state !== "running") return state;
  return leads.length > 0 ? `leader of shard ${leads.join(", ")}` : role;
}
