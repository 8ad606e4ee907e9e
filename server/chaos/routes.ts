/** Every route of the interface: what it does, what it takes, and what it answers with. The description is made of these. */
import type { ChaosControl } from "./control.ts";
import { FaultError, readOrder } from "./faultKinds.ts";

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export interface Route {
  readonly method: "GET" | "POST" | "DELETE";
  /** With {id} where a fault's or an event's number stands. */
  readonly path: string;
  readonly name: string;
  readonly summary: string;
  /** Name of the schema of what is sent along; undefined: nothing. */
  readonly takes?: string;
  /** By status: the name of the answer's schema. Those that any route may give stand in openApi.ts. */
  readonly answers: Readonly<Record<number, string>>;
  readonly run: (control: ChaosControl, id: number, body: unknown) => Promise<Answer>;
}

export const routes: readonly Route[] = [
  {
    method: "GET",
    path: "/status",
    name: "status",
    summary:
      "Zones, machines with their roles, leases and positions, and the faults that are active",
    answers: { 200: "Status" },
    run: async (control) => ({ status: 200, body: await control.status() }),
  },
  {
    method: "GET",
    path: "/faults",
    name: "faults",
    summary: "The faults that are active",
    answers: { 200: "Faults" },
    run: async (control) => ({ status: 200, body: { faults: control.faults() } }),
  },
  {
    method: "POST",
    path: "/faults",
    name: "begin",
    summary: "Begins a fault, which lasts forMs or until it is healed",
    takes: "FaultOrder",
    answers: { 201: "Fault", 400: "Error" },
    run: async (control, _id, body) => {
      try {
        return { status: 201, body: await control.begin(readOrder(body)) };
      } catch (error) {
        if (!(error instanceof FaultError)) throw error;
        return { status: 400, body: { error: error.message } };
      }
    },
  },
  {
    method: "GET",
    path: "/events/{id}",
    name: "events",
    summary: "What machines have told of behind the event of this number (0: all), the newest only",
    answers: { 200: "Events" },
    run: async (control, id) => ({ status: 200, body: { events: control.eventsAfter(id) } }),
  },
  {
    method: "POST",
    path: "/users/reload",
    name: "reloadUsers",
    summary: "Reads the file of acl= anew, as SIGHUP does",
    answers: { 200: "Reloaded" },
    run: async (control) => ({ status: 200, body: { errors: control.reloadUsers() } }),
  },
  {
    method: "DELETE",
    path: "/faults",
    name: "healAll",
    summary: "Ends every fault: what was killed starts again",
    answers: { 200: "Healed" },
    run: async (control) => ({ status: 200, body: { healed: control.healAll() } }),
  },
  {
    method: "DELETE",
    path: "/faults/{id}",
    name: "heal",
    summary: "Ends one fault",
    answers: { 200: "Healed", 404: "Error" },
    run: async (control, id) =>
      control.heal(id)
        ? { status: 200, body: { healed: 1 } }
        : { status: 404, body: { error: `no fault ${id} is active: GET /faults lists them` } },
  },
];
