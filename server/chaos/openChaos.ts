/** Opens the port for faults and says where it is. */
import { fileURLToPath } from "node:url";
import type { Log } from "../log.ts";
import type { ChaosSettings } from "../options/settings.ts";
import { Admin } from "./admin.ts";
import { ChaosControl } from "./control.ts";
import { builtVersion } from "../version.ts";
import type { Zones } from "./zones.ts";

/** Rejects with the system's error if the port cannot be opened. */
export async function openChaos(
  { port, token }: ChaosSettings,
  zones: Zones,
  log: Log,
): Promise<Admin> {
  const control = new ChaosControl(zones, (text) => log.warn(text));
  const pageFolder = fileURLToPath(new URL("../../page", import.meta.url));
  const admin = new Admin({ control, version: builtVersion(), token, pageFolder });
  await admin.listen(port);
  log.warn("chaos=yes: whoever is on this computer may break this cluster", {
    page: `http://127.0.0.1:${admin.port}/`,
  });
  return admin;
}
