/** What the page asks its server, as server/chaos/openApi.ts describes it. */
import type { ActiveFault, Status } from "../../server/chaos/control.ts";

export type { ActiveFault, Status };
export type Machine = Status["machines"][number];

/** The server's token stands behind the # of the address, which no server is sent. */
const token = new URLSearchParams(location.hash.slice(1)).get("token") ?? "";

async function ask<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
  const response = await fetch(path, {
    method,
    headers: {
      ...(token === "" ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const told = (await response.json()) as Answer & { readonly error?: string };
  if (!response.ok) throw new Error(told.error ?? `status ${response.status}`);
  return told;
}

export const clusterApi = {
  status: (): Promise<Status> => ask("GET", "/status"),
  begin: (fault: Readonly<Record<string, unknown>>): Promise<ActiveFault> =>
    ask("POST", "/faults", fault),
  heal: (id: number): Promise<unknown> => ask("DELETE", `/faults/${id}`),
  healAll: (): Promise<unknown> => ask("DELETE", "/faults"),
};
