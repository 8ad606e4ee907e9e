/** Opens the port for faults and says where it is. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Log } from "../log.ts";
import type { ChaosSettings } from "../options/settings.ts";
import { Admin } from "./admin.ts";
import { ChaosControl } from "./control.ts";
import type { Zones } from "./zones.ts";

/** From dist/server/chaos. */
const built = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** Rejects with the system's error if the port cannot be opened. */
export async function openChaos(
  { port, token }: ChaosSettings,
  zones: Zones,
  log: Log,
): Promise<Admin> {
  const control = new ChaosControl(zones, (text) => log.warn(text));
  const { version } = JSON.parse(readFileSync(built("version.json"), "utf8")) as {
    readonly version: string;
  };
  const admin = new Admin({ control, version, token, pageFolder: built("page") });
  await admin.listen(port);
  log.warn("chaos=yes: whoever is on this computer may break this cluster", {
    page: `http://127.0.0.1:${admin.port}/`,
  });
  return admin;
}
