/** zones=processes: this process starts one for each zone and serves nobody itself. */
import { must } from "../../engine/assert.ts";
import { openChaos } from "../chaos/openChaos.ts";
import type { Log } from "../log.ts";
import { defaultPort, type Settings } from "../options/settings.ts";
import { connectLines } from "../connectLines.ts";
import { withDevelopmentTls } from "../tls/developmentTls.ts";
import { ZoneChildren } from "./zoneChildren.ts";

/** Resolves when every zone serves. Rejects with the system's error if the port for faults cannot be opened. */
export async function superviseZones(
  given: Settings,
  argv: readonly string[],
  log: Log,
): Promise<void> {
  // The zones are what this process is.
  const main = must(process.argv[1], "the server's main file");
  const settings = withDevelopmentTls(given);
  const program = [process.execPath, ...process.execArgv, main];
  const zones = new ZoneChildren(settings, program, argv, log);
  let isStopping = false;
  const stop = (): void => {
    if (isStopping) process.exit(1);
    isStopping = true;
    // There is nobody to hand over to: the zones end as by SHUTDOWN NOW.
    void zones.stop().then(() => process.exit(0));
  };
  process.on("SIGHUP", () => zones.hangUp());
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  // Who has started this one is gone.
  process.on("disconnect", stop);
  if (settings.chaos !== undefined) await openChaos(settings.chaos, zones, log);
  await zones.startAll();
  log.notice("Ready to accept connections");
  const { port = defaultPort, tlsPort, parameters } = settings;
  const [authority = ""] = parameters.get("tls-ca-cert-file") ?? [];
  for (const line of connectLines({ port, tlsPort }, authority, true)) log.notice(line);
}
