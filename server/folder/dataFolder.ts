/**
 * The folder of a whole cluster on one computer:
 *
 *     azimuth.json      version of this layout, id and shape of the cluster
 *     incarnation       a number above every incarnation used so far
 *     zone-a/log/       the disk of zone a's log node (engine/log/diskFormat.ts), and so for the other zones
 *
 * azimuth.json says "formatting" until the disks of a new cluster are there, so that a start that was cut short begins again and a
 * folder of logs is never taken for an empty one.
 */
import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { formatLogDisk } from "../../engine/log/diskFormat.ts";
import { logName } from "../host/layout.ts";
import { isMissing, writeDurably } from "./durableFile.ts";
import { FolderError } from "./folderError.ts";

/** Raised when an older server could not read what a newer one wrote. */
const LAYOUT_VERSION = 1;

/** What cannot change in the life of a cluster. */
export interface ClusterShape {
  readonly shards: number;
  readonly replicas: number;
  readonly zones: readonly string[];
}

interface Description extends ClusterShape {
  readonly version: number;
  readonly state: "formatting" | "ready";
  readonly clusterId: string;
}

/** Incarnations that are written down at once, so that most of them cost no sync. */
const INCARNATIONS_A_WRITE = 1024;

export class DataFolder {
  readonly path: string;
  readonly clusterId: string;
  private lastIncarnation: number;
  private writtenIncarnation: number;

  private constructor(path: string, clusterId: string) {
    this.path = path;
    this.clusterId = clusterId;
    this.lastIncarnation = this.readIncarnation();
    this.writtenIncarnation = this.lastIncarnation;
  }

  /** Opens a folder, or makes one for a new cluster. Throws FolderError if it is not for this server, and the system's errors. */
  static open(path: string, shape: ClusterShape): DataFolder {
    mkdirSync(path, { recursive: true });
    const found = readDescription(path);
    if (found?.state === "ready") {
      refuseOtherShape(path, found, shape);
      return new DataFolder(path, found.clusterId);
    }
    const clusterId = randomBytes(20).toString("hex");
    format(path, { version: LAYOUT_VERSION, state: "formatting", clusterId, ...shape });
    return new DataFolder(path, clusterId);
  }

  logFolder(zone: string): string {
    return logFolder(this.path, zone);
  }

  /** A number that this cluster has not seen, higher than all before. */
  nextIncarnation(): number {
    this.lastIncarnation += 1;
    if (this.lastIncarnation > this.writtenIncarnation) {
      this.writtenIncarnation = this.lastIncarnation + INCARNATIONS_A_WRITE;
      writeDurably(join(this.path, "incarnation"), `${this.writtenIncarnation}\n`);
    }
    return this.lastIncarnation;
  }

  private readIncarnation(): number {
    try {
      return Number(readFileSync(join(this.path, "incarnation"), "utf8"));
    } catch (error) {
      if (isMissing(error)) return 0;
      throw error;
    }
  }
}

function logFolder(path: string, zone: string): string {
  return join(path, `zone-${zone}`, "log");
}

function readDescription(path: string): Description | undefined {
  const file = join(path, "azimuth.json");
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  let found: Description;
  try {
    found = JSON.parse(text) as Description;
  } catch {
    throw new FolderError(`${file} is damaged: it is not JSON`);
  }
  if (found.version > LAYOUT_VERSION) {
    throw new FolderError(
      `${path} was written by a newer version of this server (layout ${found.version}, this one reads ${LAYOUT_VERSION})`,
    );
  }
  return found;
}

function refuseOtherShape(path: string, found: Description, wanted: ClusterShape): void {
  for (const name of ["shards", "replicas", "zones"] as const) {
    if (String(found[name]) === String(wanted[name])) continue;
    throw new FolderError(
      `${path} holds a cluster with ${name} ${String(found[name])}, not ${String(wanted[name])}: ` +
        "start it as it was made, or name another folder with dir=",
    );
  }
}

function format(path: string, description: Description): void {
  const file = join(path, "azimuth.json");
  writeDurably(file, `${JSON.stringify(description, undefined, 2)}\n`);
  const { clusterId, shards } = description;
  for (const zone of description.zones) {
    const folder = logFolder(path, zone);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const nodeId = logName(zone);
    const options = { clusterId, nodeId, diskIncarnation: 1, shardCount: shards, fresh: true };
    for (const { file: name, bytes } of formatLogDisk(options)) {
      writeDurably(join(folder, name), bytes);
    }
  }
  writeDurably(file, `${JSON.stringify({ ...description, state: "ready" }, undefined, 2)}\n`);
}
