/** A whole cluster in this process, built from settings: its folder, its machines and its ports. */
import { timingWith } from "../engine/timing.ts";
import { formatLogDisk } from "../engine/log/diskFormat.ts";
import { FileDisk } from "./disk/fileDisk.ts";
import type { MachineDisk } from "./disk/machineDisk.ts";
import { MemoryDisk } from "./disk/memoryDisk.ts";
import { DataFolder } from "./folder/dataFolder.ts";
import { Host } from "./host/host.ts";
import { layoutOf, logName, zones } from "./host/layout.ts";
import type { Log } from "./log.ts";
import type { Settings } from "./options/settings.ts";

const CLUSTER_IN_MEMORY = "memory";

/** Resolves when the ports are open; `ready()` of the host resolves when the cluster serves. */
export async function startServer(
  settings: Settings,
  log: Log,
  onShutdown: (isNow: boolean) => void = () => {},
): Promise<Host> {
  const { shards, replicas, port, bind, leaseMs } = settings;
  const folder =
    settings.log === "memory"
      ? undefined
      : DataFolder.open(settings.dir, { shards, replicas, zones });
  const clusterId = folder?.clusterId ?? CLUSTER_IN_MEMORY;
  let incarnations = 0;
  const host = new Host({
    layout: layoutOf({ clusterId, shards, replicas, host: announcedHost(bind), port }),
    timing: timingWith({ leaseMs }),
    isClusterMode: settings.clusterEnabled,
    parameters: new Map([
      ...settings.parameters,
      ["bind", settings.bind],
      ["dir", [settings.dir]],
      ["cluster-enabled", [settings.clusterEnabled ? "yes" : "no"]],
    ]),
    zones,
    bind,
    openDisk: (zone) =>
      folder === undefined ? memoryDisk(zone, shards) : fileDisk(folder, zone, log),
    nextIncarnation: () => folder?.nextIncarnation() ?? ++incarnations,
    log,
    onShutdown,
  });
  await host.start();
  return host;
}

/** What MOVED names: the first address that somebody else could connect to. */
function announcedHost(bind: readonly string[]): string {
  const named = bind.find(
    (address) => address !== "0.0.0.0" && address !== "::" && address !== "*",
  );
  return named?.replace(/^-/, "") ?? "127.0.0.1";
}

function fileDisk(folder: DataFolder, zone: string, log: Log): MachineDisk {
  return new FileDisk(folder.logFolder(zone), (error) =>
    log.warn("the log cannot be written", { zone, error: error.message }),
  );
}

function memoryDisk(zone: string, shards: number): MachineDisk {
  const nodeId = logName(zone);
  const clusterId = CLUSTER_IN_MEMORY;
  const options = { clusterId, nodeId, diskIncarnation: 1, shardCount: shards, fresh: true };
  const files = formatLogDisk(options).map(({ file, bytes }) => [file, bytes] as const);
  return new MemoryDisk(new Map(files));
}
