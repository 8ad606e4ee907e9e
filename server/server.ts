/** A whole cluster in this process, or one zone of it: what the command line starts, and tests. */
import { resolve } from "node:path";
import { must } from "../engine/assert.ts";
import type { ShutdownOrder } from "../engine/contract.ts";
import type { Settings as Parameters } from "../engine/settings/settings.ts";
import { parameterNamed } from "../engine/settings/table.ts";
import { type Timing, timingWith } from "../engine/timing.ts";
import { type ClusterUsers, clusterUsersOf } from "./access/clusterUsers.ts";
import { affordableClients, mostOpenFiles } from "./clients/affordableClients.ts";
import type { FileLayer } from "./disk/fileLayer.ts";
import { nodeFiles } from "./disk/nodeFiles.ts";
import { openCluster, shapeOf } from "./folder/clusterFolder.ts";
import type { Membership } from "./folder/zoneFolder.ts";
import { Host, type HostOptions } from "./host/host.ts";
import { Layout, zones } from "./host/layout.ts";
import type { Log } from "./log.ts";
import { defaultPort, type Settings } from "./options/settings.ts";
import { changeableValues } from "./options/memoryDbValues.ts";
import { configuredUsers } from "./options/users.ts";
import { FolderStorage, NoStorage, type Storage } from "./storage.ts";
import { ZoneProcess } from "./zoneProcess.ts";

/** What a server tells those who started it, and what tests put in the place of real things. */
export interface ServerHooks {
  /** A client asked to stop the server, or not to stop it after all. */
  onShutdown(order: ShutdownOrder): void;
  /** The server has no business here and does nothing useful any more. */
  onExpelled(why: string): void;
  readonly files: FileLayer;
  /** Limits of the protocol that are not to be as usual. */
  readonly timing: Partial<Timing>;
}

const REST_LOOK_MS = 5;
const defaultMostClients: string = must(parameterNamed("maxclients"), "maxclients").initial;

const noHooks: ServerHooks = {
  onShutdown: () => {},
  onExpelled: () => {},
  files: nodeFiles,
  timing: {},
};

export class Server {
  readonly membership: Membership;
  /** Of the first node here. */
  readonly port: number;
  readonly host: Host;
  private readonly parts: readonly { close(): void }[];

  private constructor(
    host: Host,
    membership: Membership,
    port: number,
    parts: readonly { close(): void }[],
  ) {
    this.host = host;
    this.membership = membership;
    this.port = port;
    this.parts = parts;
  }

  /** Resolves when the ports are open. Rejects with a FolderError or the system's error. */
  static start(
    settings: Settings,
    log: Log,
    hooks: Partial<ServerHooks> = noHooks,
  ): Promise<Server> {
    const all = { ...noHooks, ...hooks };
    return settings.zone === undefined
      ? startWhole(settings, log, all)
      : startZone(settings, settings.zone, log, all);
  }

  static of(
    host: Host,
    membership: Membership,
    port: number,
    parts: readonly { close(): void }[],
  ): Server {
    return new Server(host, membership, port, parts);
  }

  /**
   * Takes over what may change while it runs: parameters of these settings, if they are given, and the users of the file of acl=. Returns
   * what is wrong with that file, which the log has told too.
   */
  reload(settings?: Settings): readonly string[] {
    if (settings?.profile === "memorydb") {
      this.host.reconfigure(changeableValues(settings.parameters));
    }
    return this.host.clusterUsers?.reload() ?? [];
  }

  /** Resolves when every shard has a primary that serves. */
  ready(): Promise<void> {
    return this.host.ready();
  }

  /** Redis's parameters as they are now, those that concern the process. */
  get settings(): Parameters {
    return this.host.settings;
  }

  /**
   * Lets no client in any more, answers what is owed and hands leadership over. Resolves to true when that is done, to false when so much
   * time has passed.
   */
  async retire(patienceMs: number): Promise<boolean> {
    this.host.retire();
    const giveUpMs = performance.now() + patienceMs;
    while (!this.host.isAtRest) {
      if (performance.now() > giveUpMs) return false;
      await new Promise((resolve) => setTimeout(resolve, REST_LOOK_MS));
    }
    return true;
  }

  /** Takes `retire` back. Rejects with the system's error if a port cannot be opened again. */
  stay(): Promise<void> {
    return this.host.stay();
  }

  close(): void {
    this.host.close();
    for (const part of this.parts) part.close();
  }
}

async function startWhole(settings: Settings, log: Log, hooks: ServerHooks): Promise<Server> {
  const { membership, storage, clusterUsers } = await openWhole(settings, log, hooks.files);
  const port = settings.port ?? defaultPort;
  const layout = new Layout(membership, (_zone, _inZone, inCluster) => ({
    host: settings.announcedHost,
    port: port + inCluster,
  }));
  const host = new Host(
    withAffordableClients({
      ...commonOptions(settings, membership, storage, log, hooks),
      clusterUsers,
      layout: layout.cluster,
      zones,
      elsewhere: undefined,
      isWhole: true,
      onShutdown: (order) => hooks.onShutdown(order),
    }),
  );
  return open(host, Server.of(host, membership, port, [storage]));
}

async function openWhole(settings: Settings, log: Log, files: FileLayer): Promise<WholeCluster> {
  if (settings.log === "memory") {
    const membership = { clusterId: "memory", ...shapeOf(settings.shape) };
    const storage = new NoStorage(membership);
    return { membership, storage, clusterUsers: clusterUsersOf(settings, [], log) };
  }
  const folders = await openCluster(settings.dir, settings.shape);
  try {
    const membership = must(folders[0]?.membership, "membership");
    const clusterUsers = clusterUsersOf(settings, folders, log);
    return { membership, storage: new FolderStorage(folders, files, log), clusterUsers };
  } catch (error) {
    for (const folder of folders) folder.close();
    throw error;
  }
}

interface WholeCluster {
  readonly membership: Membership;
  readonly storage: Storage;
  readonly clusterUsers: ClusterUsers | undefined;
}

async function startZone(
  settings: Settings,
  zone: string,
  log: Log,
  hooks: ServerHooks,
): Promise<Server> {
  const port = settings.port ?? defaultPort + zones.indexOf(zone);
  const process = await ZoneProcess.open({ ...settings, zone, port }, log, (why) =>
    hooks.onExpelled(why),
  );
  try {
    const membership = await process.enter();
    const storage = new FolderStorage([process.folder], hooks.files, log);
    const host = new Host(
      withAffordableClients({
        ...commonOptions(settings, membership, storage, log, hooks),
        clusterUsers: process.users,
        layout: process.layoutFor(membership).cluster,
        zones: [zone],
        elsewhere: process,
        isWhole: false,
        onShutdown: (order) => hooks.onShutdown(order),
      }),
    );
    process.serve(host);
    return await open(host, Server.of(host, membership, port, [process, storage]));
  } catch (error) {
    process.close();
    process.folder.close();
    throw error;
  }
}

/** With fewer clients a node if the process may not open so many files; its operator is told. */
function withAffordableClients(options: HostOptions): HostOptions {
  const { layout, zones: here, parameters, log } = options;
  const nodes = layout.databaseNodes.filter(({ zone }) => here.includes(zone)).length;
  const wanted = Number(parameters.get("maxclients")?.[0] ?? defaultMostClients);
  const openFiles = mostOpenFiles();
  const affordable = affordableClients(wanted, nodes, openFiles);
  if (affordable === wanted) return options;
  log.warn(
    `maxclients is ${affordable} instead of ${wanted}: raise the limit of open files (ulimit -n)`,
    {
      openFiles,
      nodesInThisProcess: nodes,
    },
  );
  return {
    ...options,
    parameters: new Map([...parameters, ["maxclients", [String(affordable)]]]),
  };
}

async function open(host: Host, server: Server): Promise<Server> {
  try {
    await host.start();
    return server;
  } catch (error) {
    server.close();
    throw error;
  }
}

// oxlint-disable-next-line max-params -- private
function commonOptions(
  settings: Settings,
  membership: Membership,
  storage: Storage,
  log: Log,
  hooks: ServerHooks,
): Omit<HostOptions, "clusterUsers" | "layout" | "zones" | "elsewhere" | "isWhole" | "onShutdown"> {
  const { userLines, parameters, dir } = settings;
  return {
    ...configuredUsers(userLines, parameters, dir, log),
    profile: settings.profile,
    clusterName: settings.clusterName,
    timing: timingWith({ ...hooks.timing, ...storage.timing, leaseMs: settings.leaseMs }),
    isClusterMode: membership.clusterEnabled,
    configFile: settings.configFile === "" ? "" : resolve(settings.configFile),
    parameters: new Map([
      ...settings.parameters,
      ["bind", settings.bind],
      ["dir", [settings.dir]],
      ["cluster-enabled", [membership.clusterEnabled ? "yes" : "no"]],
    ]),
    bind: settings.bind,
    unixSocket: unixSocketOf(settings),
    storage,
    reserveBytes: settings.diskReserveBytes,
    log,
  };
}

function unixSocketOf({ parameters }: Settings): HostOptions["unixSocket"] {
  const path = parameters.get("unixsocket")?.[0] ?? "";
  const permissions = parameters.get("unixsocketperm")?.[0] ?? "0";
  return path === "" ? undefined : { path, permissions: Number.parseInt(permissions, 8) };
}
