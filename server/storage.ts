/** What the zones of this process keep: in folders, or nowhere. */
import { must } from "../engine/assert.ts";
import type { Timing } from "../engine/timing.ts";
import { formatLogDisk } from "../engine/log/diskFormat.ts";
import { FileDisk } from "./disk/fileDisk.ts";
import type { FileLayer } from "./disk/fileLayer.ts";
import type { MachineDisk } from "./disk/machineDisk.ts";
import { MemoryDisk } from "./disk/memoryDisk.ts";
import type { AskFreeBytes } from "./disk/spaceWatch.ts";
import type { Membership, ZoneFolder } from "./folder/zoneFolder.ts";
import { logName } from "./host/layout.ts";
import type { Log } from "./log.ts";

export interface Storage {
  /** What follows from where the log is kept. */
  readonly timing: Partial<Timing>;
  /** The disk of a zone's log node, opened anew for each incarnation. */
  openDisk(zone: string): MachineDisk;
  freeBytes(zone: string, done: Parameters<AskFreeBytes>[0]): void;
  /** This process has made the zone's folder for a new cluster: nothing is in its log. */
  isNew(zone: string): boolean;
  /** Never returns the same twice in the life of the cluster. */
  nextIncarnation(zone: string): number;
  close(): void;
}

export class FolderStorage implements Storage {
  readonly timing: Partial<Timing> = {};
  private readonly folders: Map<string, ZoneFolder>;
  private readonly files: FileLayer;
  private readonly log: Log;
  private readonly disks: Map<string, FileDisk> = new Map();

  constructor(folders: readonly ZoneFolder[], files: FileLayer, log: Log) {
    this.folders = new Map(folders.map((folder) => [folder.zone, folder]));
    this.files = files;
    this.log = log;
  }

  openDisk(zone: string): MachineDisk {
    const { files, log } = this;
    const folder = this.folderOf(zone).logFolder;
    const onError = (error: Error): void =>
      log.warn("the log cannot be written", { zone, error: error.message });
    const disk = new FileDisk({ files, folder, onError }, this.disks.get(zone));
    this.disks.set(zone, disk);
    return disk;
  }

  freeBytes(zone: string, done: Parameters<AskFreeBytes>[0]): void {
    this.files.freeBytes(this.folderOf(zone).path, done);
  }

  isNew(zone: string): boolean {
    return this.folderOf(zone).isNew;
  }

  nextIncarnation(zone: string): number {
    return this.folderOf(zone).nextIncarnation();
  }

  close(): void {
    for (const folder of this.folders.values()) folder.close();
  }

  private folderOf(zone: string): ZoneFolder {
    return must(this.folders.get(zone), zone);
  }
}

/** Everything is forgotten with the process. */
export class NoStorage implements Storage {
  /** There is no disk to read older entries from. */
  readonly timing: Partial<Timing> = { tailBytes: Infinity };
  private readonly membership: Membership;
  private incarnation = 0;

  constructor(membership: Membership) {
    this.membership = membership;
  }

  openDisk(zone: string): MachineDisk {
    const { clusterId, shards } = this.membership;
    const nodeId = logName(zone);
    const options = { clusterId, nodeId, diskIncarnation: 1, shardCount: shards, fresh: true };
    const files = formatLogDisk(options).map(({ file, bytes }) => [file, bytes] as const);
    return new MemoryDisk(new Map(files));
  }

  freeBytes(_zone: string, done: Parameters<AskFreeBytes>[0]): void {
    done(null, Infinity);
  }

  isNew(): boolean {
    return true;
  }

  nextIncarnation(): number {
    this.incarnation += 1;
    return this.incarnation;
  }

  close(): void {}
}
