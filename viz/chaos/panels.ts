/** The parts of the live page that are text and buttons. */
import { element, table } from "../element.ts";
import type { ActiveFault, Machine, Status } from "./clusterApi.ts";

/** Carries out an order; the page shows what went wrong. */
export type Order = (what: () => Promise<unknown>) => void;

/** What a button asks for; the duration is added where the fault has one. */
type Fault = Readonly<Record<string, unknown>>;

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

/** A card a zone: its machines, and what can be done to it. */
export function zoneCard(
  zone: Status["zones"][number],
  machines: readonly Machine[],
  begin: (fault: Fault) => void,
): HTMLElement {
  const rows = machines.map((one) => [
    one.node,
    roleText(one),
    one.kind === "database" ? String(one.epoch) : `term ${one.epoch}`,
    String(one.position),
    one.role === "primary" ? `${one.leaseMs} ms` : "",
    one.kind === "database" ? String(one.clients) : "",
  ]);
  const buttons = ofZone(zone.zone).map(({ text, help, fault }) =>
    button(text, `${text} zone ${zone.zone}: ${help}`, () => begin(fault)),
  );
  const state = zone.pid === 0 ? zone.state : `${zone.state}, process ${zone.pid}`;
  return element(
    "section",
    { class: `card zone ${zone.state}` },
    element("h2", {}, `Zone ${zone.zone} `, element("span", { class: "state" }, state)),
    element(
      "div",
      { class: "wide" },
      table(
        [
          { text: "Machine" },
          { text: "Role" },
          { text: "Epoch", isRight: true },
          { text: "Position", isRight: true },
          { text: "Lease", isRight: true },
          { text: "Clients", isRight: true },
        ],
        rows,
      ),
    ),
    element("div", { class: "buttons" }, ...buttons),
  );
}

export function faultsCard(
  faults: readonly ActiveFault[],
  heal: (id: number) => void,
  healAll: () => void,
): HTMLElement {
  const items = faults.map(({ id, text, endsInMs }) => {
    const left = endsInMs < 0 ? "until healed" : `${(endsInMs / 1000).toFixed(1)} s more`;
    return element(
      "li",
      {},
      element("span", {}, `${text} `, element("span", { class: "note" }, left)),
      button("Heal", `Heal ${text}`, () => heal(id)),
    );
  });
  return element(
    "section",
    { class: "card faults", "aria-live": "polite" },
    element("h2", {}, `Faults: ${faults.length === 0 ? "none" : faults.length}`),
    element("ul", {}, ...items),
    ...(faults.length > 1 ? [button("Heal all", "Heal every fault", healAll)] : []),
  );
}

export function button(text: string, title: string, onClick: () => void): HTMLButtonElement {
  const made = element("button", { type: "button", title, "aria-label": title }, text);
  made.addEventListener("click", onClick);
  return made;
}

function roleText({ state, role, leads }: Machine): string {
  if (state !== "running") return state;
  return leads.length > 0 ? `leader of shard ${leads.join(", ")}` : role;
}
