/** Gives a real server back the settings that it was started with. */
import { framesOf } from "./reply.ts";
import type { RealConnection, RealServer } from "./realServer.ts";
import { setParameters } from "./requests/config.ts";

const firstByServer = new WeakMap<RealServer, ReadonlyMap<string, string>>();

const changed = new WeakSet<RealServer>();

/** Somebody may have changed the settings. */
export function settingsChanged(server: RealServer): void {
  changed.add(server);
}

/** The first time, keeps what the settings are; later sets what differs from that. */
export async function restoreSettings(server: RealServer, probe: RealConnection): Promise<void> {
  if (firstByServer.has(server) && !changed.delete(server)) return;
  const present = await settingsOf(probe);
  const first = firstByServer.get(server);
  if (first === undefined) {
    firstByServer.set(server, present);
    return;
  }
  for (const [name, value] of first) {
    if (present.get(name) === value) continue;
    const answer = await probe.ask(["CONFIG", "SET", name, value]);
    if (answer !== "+OK\r\n") throw new Error(`CONFIG SET ${name} ${value}: ${answer}`);
  }
}

async function settingsOf(probe: RealConnection): Promise<ReadonlyMap<string, string>> {
  const items = framesOf(await probe.ask(["CONFIG", "GET", ...setParameters])).frames[0]?.items;
  const found = new Map<string, string>();
  for (let index = 0; index < (items?.length ?? 0); index += 2) {
    found.set(items?.[index]?.text ?? "", items?.[index + 1]?.text ?? "");
  }
  return found;
}
