/** A whole cluster in this process, built from settings: its folders, its machines and its ports. */
import { resolve } from "node:path";
import { must } from "../engine/assert.ts";
import { formatLogDisk } from "../engine/log/diskFormat.ts";
import { timingWith } from "../engine/timing.ts";
import { FileDisk } from "./disk/fileDisk.ts";
import type { FileLayer } from "./disk/fileLayer.ts";
import type { MachineDisk } from "./disk/machineDisk.ts";
import { MemoryDisk } from "./disk/memoryDisk.ts";
import { nodeFiles } from "./disk/nodeFiles.ts";
import { openCluster, shapeOf } from "./folder/clusterFolder.ts";
import type { Membership, ZoneFolder } from "./folder/zoneFolder.ts";
import { Host, type HostOptions } from "./host/host.ts";
import { layoutOf, logName, zones } from "./host/layout.ts";
import type { Log } from "./log.ts";
import type { Settings } from "./options/settings.ts";

/** What the zones keep, on disk or not at all. */
interface Storage {
  readonly membership: Membership;
  openDisk(zone: string): MachineDisk;
  freeBytes: HostOptions["freeBytes"];
  nextIncarnation(zone: string): number;
  close(): void;
}

export class Server {
  readonly membership: Membership;
  private readonly host: Host;
  private readonly storage: Storage;

  private constructor(host: Host, storage: Storage) {
    this.host = host;
    this.storage = storage;
    this.membership = storage.membership;
  }

  /** Resolves when the ports are open. Rejects with a FolderError or the system's error. */
  static async start(
    settings: Settings,
    log: Log,
    onShutdown: (isNow: boolean) => void = () => {},
    files: FileLayer = nodeFiles,
  ): Promise<Server> {
    const storage =
      settings.log === "memory" ? inMemory(settings) : await inFolders(settings, log, files);
    try {
      const host = new Host({ ...hostOptions(settings, storage, log), onShutdown });
      await host.start();
      return new Server(host, storage);
    } catch (error) {
      storage.close();
      throw error;
    }
  }

  /** Resolves when every shard has a primary that serves. */
  ready(): Promise<void> {
    return this.host.ready();
  }

  close(): void {
    this.host.close();
    this.storage.close();
  }
}

function hostOptions(
  settings: Settings,
  storage: Storage,
  log: Log,
): Omit<HostOptions, "onShutdown"> {
  const { port, bind, leaseMs } = settings;
  const { membership } = storage;
  return {
    layout: layoutOf({ ...membership, host: announcedHost(bind), port }),
    timing: timingWith({ leaseMs }),
    isClusterMode: membership.clusterEnabled,
    isWhole: true,
    configFile: settings.configFile === "" ? "" : resolve(settings.configFile),
    parameters: new Map([
      ...settings.parameters,
      ["bind", settings.bind],
      ["dir", [settings.dir]],
      ["cluster-enabled", [membership.clusterEnabled ? "yes" : "no"]],
    ]),
    zones,
    bind,
    openDisk: (zone) => storage.openDisk(zone),
    freeBytes: storage.freeBytes,
    reserveBytes: settings.diskReserveBytes,
    nextIncarnation: (zone) => storage.nextIncarnation(zone),
    log,
  };
}

/** What MOVED names: the first address that somebody else could connect to. */
function announcedHost(bind: readonly string[]): string {
  const everywhere = ["0.0.0.0", "::", "*"];
  const addresses = bind.map((address) => address.replace(/^-/, ""));
  return addresses.find((address) => !everywhere.includes(address)) ?? "127.0.0.1";
}

async function inFolders(settings: Settings, log: Log, files: FileLayer): Promise<Storage> {
  const folders = await openCluster(settings.dir, settings.shape);
  const folderOf = (zone: string): ZoneFolder => must(folders[zones.indexOf(zone)], zone);
  const disks = new Map<string, FileDisk>();
  return {
    membership: must(folderOf("a").membership, "membership"),
    openDisk: (zone) => {
      const folder = folderOf(zone).logFolder;
      const predecessor = disks.get(zone);
      const onError = (error: Error): void =>
        log.warn("the log cannot be written", { zone, error: error.message });
      const disk = new FileDisk({ files, folder, onError }, predecessor);
      disks.set(zone, disk);
      return disk;
    },
    freeBytes: (zone, done) => files.freeBytes(folderOf(zone).path, done),
    nextIncarnation: (zone) => folderOf(zone).nextIncarnation(),
    close: () => {
      for (const folder of folders) folder.close();
    },
  };
}

function inMemory(settings: Settings): Storage {
  const membership = { clusterId: "memory", ...shapeOf(settings.shape) };
  let incarnation = 0;
  return {
    membership,
    openDisk: (zone) => memoryDisk(zone, membership),
    freeBytes: (_zone, done) => done(null, Infinity),
    nextIncarnation: () => {
      incarnation += 1;
      return incarnation;
    },
    close: () => {},
  };
}

function memoryDisk(zone: string, { clusterId, shards }: Membership): MachineDisk {
  const nodeId = logName(zone);
  const options = { clusterId, nodeId, diskIncarnation: 1, shardCount: shards, fresh: true };
  const files = formatLogDisk(options).map(({ file, bytes }) => [file, bytes] as const);
  return new MemoryDisk(new Map(files));
}
