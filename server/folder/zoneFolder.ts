/**
 * What one zone keeps on disk:
 *
 *     azimuth.json   version of this layout, the cluster that the zone belongs to, its shape
 *     incarnation    no number at or below this one is free
 *     log/           the disk of the zone's log node (engine/log/diskFormat.ts)
 *
 * azimuth.json says "formatting" until the log's disk is there. A zone in that state has never acted: its disk may be made anew for
 * the cluster that it names. In state "ready" a log folder without its marker is a disk that was lost, and is filled from the peers.
 */
import { randomInt } from "node:crypto";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import type { Server } from "node:net";
import { join } from "node:path";
import { must } from "../../engine/assert.ts";
import { formatLogDisk } from "../../engine/log/diskFormat.ts";
import { logName, zones } from "../host/layout.ts";
import type { AccessPlace, KeptAccess } from "../access/clusterUsers.ts";
import type { ByZone, ZoneAddress } from "../peers/note.ts";
import { isMissing, writeDurably } from "./durableFile.ts";
import { FolderError } from "./folderError.ts";
import { lockFolder } from "./folderLock.ts";

/** Raised when an older server could not read what a newer one wrote. 2: the log has segments; a folder of layout 1 is one of them. */
const LAYOUT_VERSION = 2;

/** What cannot change in the life of a cluster. */
export interface ClusterShape {
  readonly shards: number;
  readonly replicas: number;
  readonly logCopies: number;
  readonly clusterEnabled: boolean;
}

/** The cluster of a zone. */
export interface Membership extends ClusterShape {
  readonly clusterId: string;
}

/** What a zone knows of the others. */
export interface Acquaintance {
  /** How often each zone's disk was replaced. */
  readonly generations: ByZone<number>;
  readonly addresses: ByZone<ZoneAddress>;
}

interface Description extends Membership, Acquaintance {
  /** Of profile=memorydb. */
  readonly access?: KeptAccess;
  readonly version: number;
  readonly state: "formatting" | "ready";
  readonly zone: string;
}

/** Incarnations that are taken at once, so that most of them cost no sync. */
const INCARNATIONS_A_WRITE = 256;
/** A lost folder's numbers are not used again because time goes on: 2^31 seconds from here, 2^20 numbers a second, by zones. */
const EPOCH_UNIX_S = 1_700_000_000;
const NUMBERS_A_SECOND: number = 1 << 20;

export class ZoneFolder implements AccessPlace {
  readonly zone: string;
  readonly path: string;
  /** This process has formatted it. */
  isNew = false;
  private readonly lock: Server;
  private description: Description | undefined;
  private nextNumber = 0;
  private takenNumber = 0;

  private constructor(path: string, zone: string, lock: Server) {
    this.path = path;
    this.zone = zone;
    this.lock = lock;
    this.description = readDescription(path, zone);
    const { description } = this;
    if (description !== undefined && description.version < LAYOUT_VERSION) {
      this.write({ ...description, version: LAYOUT_VERSION });
    }
  }

  /** Makes the folder if it is missing, and locks it. Rejects with a FolderError or the system's error. */
  static async open(path: string, zone: string): Promise<ZoneFolder> {
    mkdirSync(path, { recursive: true });
    const lock = await lockFolder(path);
    try {
      return new ZoneFolder(path, zone, lock);
    } catch (error) {
      lock.close();
      throw error;
    }
  }

  /** "blank": it belongs to no cluster yet. "formatting": it has not acted in the one that it names. */
  get state(): "blank" | "formatting" | "ready" {
    return this.description?.state ?? "blank";
  }

  get membership(): Membership | undefined {
    const { description } = this;
    if (description === undefined) return undefined;
    const { clusterId, shards, replicas, logCopies, clusterEnabled } = description;
    return { clusterId, shards, replicas, logCopies, clusterEnabled };
  }

  get acquaintance(): Acquaintance {
    const { generations = {}, addresses = {} } = this.description ?? {};
    return { generations, addresses };
  }

  /** Writes down what was learnt of the zones, if it is news. */
  remember(acquaintance: Acquaintance): void {
    const { description } = this;
    if (description === undefined) return;
    const { generations, addresses } = acquaintance;
    if (JSON.stringify(this.acquaintance) === JSON.stringify({ generations, addresses })) return;
    this.write({ ...description, generations, addresses });
  }

  get access(): KeptAccess | undefined {
    return this.description?.access;
  }

  /** Writes down the users of the cluster, if they are news; a blank folder keeps nothing yet. */
  rememberAccess(access: KeptAccess): void {
    const { description } = this;
    if (description === undefined) return;
    if (JSON.stringify(description.access) === JSON.stringify(access)) return;
    this.write({ ...description, access });
  }

  get logFolder(): string {
    return join(this.path, "log");
  }

  /** The zone shall belong to a new cluster: the first of two steps, so that all zones know it before one of them acts. */
  prepare(membership: Membership): void {
    this.describe(membership, "formatting");
  }

  /** Makes the empty log of a new cluster. */
  format(): void {
    const { description, logFolder, zone } = this;
    if (description?.state !== "formatting") throw new Error(`${this.path} is not to be formatted`);
    const { clusterId, shards } = description;
    rmSync(logFolder, { recursive: true, force: true });
    mkdirSync(logFolder);
    const nodeId = logName(zone);
    const options = { clusterId, nodeId, diskIncarnation: 1, shardCount: shards, fresh: true };
    for (const { file, bytes } of formatLogDisk(options)) {
      writeDurably(join(logFolder, file), bytes);
    }
    this.describe(must(this.membership, "membership"), "ready");
    this.isNew = true;
  }

  /**
   * The zone takes the place of one that was lost, as the holder of its `generation`: its log's disk is blank until the peers have told
   * what they know of it.
   */
  join(membership: Membership, generation: number): void {
    mkdirSync(this.logFolder, { recursive: true });
    this.describe(membership, "ready", generation);
  }

  /** A number that the cluster has not seen. */
  nextIncarnation(): number {
    if (this.nextNumber === 0) this.nextNumber = this.firstNumber();
    const number = this.nextNumber;
    this.nextNumber += 1;
    if (number >= this.takenNumber) {
      this.takenNumber = number + INCARNATIONS_A_WRITE;
      writeDurably(join(this.path, "incarnation"), `${this.takenNumber}\n`);
    }
    return number * zones.length + zones.indexOf(this.zone);
  }

  private firstNumber(): number {
    const seconds = Math.floor(Date.now() / 1000) - EPOCH_UNIX_S;
    const fresh = Math.max(0, seconds) * NUMBERS_A_SECOND + randomInt(1, NUMBERS_A_SECOND);
    const taken = Number(readIfThere(join(this.path, "incarnation")) ?? "0");
    return Math.max(fresh, taken + 1);
  }

  private describe(
    membership: Membership,
    state: Description["state"],
    generation: number = 1,
  ): void {
    const { acquaintance, access } = this;
    const { generations, addresses } = acquaintance;
    this.write({
      ...(access === undefined ? {} : { access }),
      version: LAYOUT_VERSION,
      state,
      zone: this.zone,
      ...membership,
      generations: { ...generations, [this.zone]: generation },
      addresses,
    });
  }

  private write(description: Description): void {
    this.description = description;
    const text = JSON.stringify(description, undefined, 2);
    writeDurably(join(this.path, "azimuth.json"), `${text}\n`);
  }

  close(): void {
    this.lock.close();
  }
}

function readDescription(path: string, zone: string): Description | undefined {
  const file = join(path, "azimuth.json");
  const text = readIfThere(file);
  if (text === undefined) return undefined;
  let found: Description;
  try {
    found = JSON.parse(text) as Description;
  } catch {
    throw new FolderError(`${file} is damaged: it is not JSON`);
  }
  if (found.version > LAYOUT_VERSION) {
    throw new FolderError(
      `${path} was written by a newer version of this server: its layout is ${found.version}, this one reads up to ${LAYOUT_VERSION}; start the newer version`,
    );
  }
  if (found.zone !== zone) throw new FolderError(`${path} belongs to zone ${found.zone}`);
  return found;
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
