/** The zones of a whole cluster in one folder: a new cluster, one that starts again, or one that lost a zone. */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { zones } from "../host/layout.ts";
import { FolderError } from "./folderError.ts";
import { type ClusterShape, type Membership, ZoneFolder } from "./zoneFolder.ts";

/** What the operator asked for; what was not said is as the folder has it, or as a new cluster should be. */
export type WantedShape = { readonly [name in keyof ClusterShape]: ClusterShape[name] | undefined };

const newShape: ClusterShape = { shards: 1, replicas: 2, logCopies: 3, clusterEnabled: true };
/** Without cluster mode a replica could only be reached by clients that know of it. */
const newStandalone: ClusterShape = { ...newShape, replicas: 0, clusterEnabled: false };

/** Opens and locks all zones, and makes what is missing. Rejects with a FolderError or the system's error. */
export async function openCluster(dir: string, wanted: WantedShape): Promise<ZoneFolder[]> {
  const folders: ZoneFolder[] = [];
  try {
    for (const zone of zones) folders.push(await ZoneFolder.open(zonePath(dir, zone), zone));
    settle(dir, folders, wanted);
    return folders;
  } catch (error) {
    for (const folder of folders) folder.close();
    throw error;
  }
}

export function zonePath(dir: string, zone: string): string {
  return join(dir, `zone-${zone}`);
}

function settle(dir: string, folders: readonly ZoneFolder[], wanted: WantedShape): void {
  const known = folders.find(({ state }) => state === "ready") ?? folders.find(isMember);
  const membership = known?.membership ?? newMembership(wanted);
  for (const folder of folders) refuseForeign(folder, membership);
  refuseOtherShape(dir, membership, wanted);
  if (known?.state !== "ready") {
    for (const folder of folders) folder.prepare(membership);
    for (const folder of folders) folder.format();
    return;
  }
  const lost = folders.filter(({ state }) => state === "blank");
  refuseTooFew(dir, lost, membership);
  for (const folder of folders) {
    if (folder.state === "formatting") folder.format();
    else if (folder.state === "blank")
      folder.join(membership, nextGeneration(folders, folder.zone));
  }
}

/** One above what the neighbours know of that zone. */
function nextGeneration(folders: readonly ZoneFolder[], zone: string): number {
  const known = folders.map(({ acquaintance }) => acquaintance.generations[zone] ?? 1);
  return Math.max(...known) + 1;
}

function isMember({ membership }: ZoneFolder): boolean {
  return membership !== undefined;
}

/** Without said otherwise: one shard with a primary and two replicas, three copies of its log. */
export function shapeOf(wanted: WantedShape): ClusterShape {
  const base = wanted.clusterEnabled === false ? newStandalone : newShape;
  return {
    shards: wanted.shards ?? base.shards,
    replicas: wanted.replicas ?? base.replicas,
    logCopies: wanted.logCopies ?? base.logCopies,
    clusterEnabled: base.clusterEnabled,
  };
}

function newMembership(wanted: WantedShape): Membership {
  return { clusterId: randomBytes(20).toString("hex"), ...shapeOf(wanted) };
}

function refuseForeign(folder: ZoneFolder, { clusterId }: Membership): void {
  if (folder.membership === undefined || folder.membership.clusterId === clusterId) return;
  throw new FolderError(
    `${folder.path} belongs to another cluster (${folder.membership.clusterId}) than its neighbours (${clusterId})`,
  );
}

const optionNames: Readonly<Record<keyof ClusterShape, string>> = {
  shards: "shards",
  replicas: "replicas",
  logCopies: "log-copies",
  clusterEnabled: "cluster-enabled",
};

/** Throws FolderError if a cluster is not as the operator wants it. */
export function refuseOtherShape(dir: string, found: ClusterShape, wanted: WantedShape): void {
  for (const name of Object.keys(optionNames) as (keyof ClusterShape)[]) {
    const asked = wanted[name];
    if (asked === undefined || asked === found[name]) continue;
    throw new FolderError(
      `${dir} holds a cluster with ${optionNames[name]}=${shown(found[name])}, not ${shown(asked)}: ` +
        `${found.clusterEnabled || name !== "clusterEnabled" ? "leave the option out" : "open it with profile=redis"}, or name another folder with dir=`,
    );
  }
}

function shown(value: number | boolean): string {
  if (typeof value === "number") return String(value);
  return value ? "yes" : "no";
}

/** Who holds the log's copies; with most of them gone nobody could tell what was acknowledged. */
function refuseTooFew(dir: string, lost: readonly ZoneFolder[], { logCopies }: Membership): void {
  const holders = zones.slice(0, logCopies);
  const gone = lost.filter(({ zone }) => holders.includes(zone)).map(({ zone }) => zone);
  if (gone.length * 2 < logCopies) return;
  const copies = logCopies === 1 ? "the only copy" : `${gone.length} of ${logCopies} copies`;
  throw new FolderError(
    `${copies} of the log in ${dir} ${gone.length === 1 ? "is" : "are"} gone (zone ${gone.join(" and ")}): ` +
      "what was acknowledged cannot be told from what is left",
  );
}
