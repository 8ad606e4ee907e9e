/** A whole cluster in this process, or one zone of it: what the command line starts, and tests. */
import { resolve } from "node:path";
import { must } from "../engine/assert.ts";
import type { NodeId, ShutdownOrder } from "../engine/contract.ts";
import { Settings as Parameters } from "../engine/settings/settings.ts";
import { parameterNamed } from "../engine/settings/table.ts";
import { type Timing, timingWith } from "../engine/timing.ts";
import { type ClusterUsers, clusterUsersOf } from "./access/clusterUsers.ts";
import { affordableClients, mostOpenFiles } from "./clients/affordableClients.ts";
import type { FileLayer } from "./disk/fileLayer.ts";
import { nodeFiles } from "./disk/nodeFiles.ts";
import { openCluster, shapeOf } from "./folder/clusterFolder.ts";
import type { Membership } from "./folder/zoneFolder.ts";
import { Host, type HostOptions } from "./host/host.ts";
import { Layout, type Place, type Ports, portsAfter, zonePorts, zones } from "./host/layout.ts";
import type { Log } from "./log.ts";
import { OptionError } from "./options/optionError.ts";
import { MetricsEndpoint } from "./metrics/endpoint.ts";
import { defaultPort, type MetricsSettings, type Settings } from "./options/settings.ts";
import { changeableValues } from "./options/memoryDbValues.ts";
import { configuredUsers } from "./options/users.ts";
import { FolderStorage, NoStorage, type Storage } from "./storage.ts";
import { withDevelopmentTls } from "./tls/developmentTls.ts";
import { Tls } from "./tls/tls.ts";
import { announcedPlace, checkedHost } from "./host/announcedPlace.ts";
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

/** Where clients come in, and with what. */
interface Doors {
  /** Of the first node here. */
  readonly ports: Ports;
  readonly tls: Tls;
}

const noHooks: ServerHooks = {
  onShutdown: () => {},
  onExpelled: () => {},
  files: nodeFiles,
  timing: {},
};

export class Server {
  readonly membership: Membership;
  /** Of the first node here. */
  readonly ports: Ports;
  readonly tls: Tls;
  readonly host: Host;
  private readonly parts: { close(): void }[];

  constructor(
    host: Host,
    membership: Membership,
    { ports, tls }: Doors,
    parts: readonly { close(): void }[],
  ) {
    this.host = host;
    this.membership = membership;
    this.ports = ports;
    this.tls = tls;
    this.parts = [...parts];
  }

  /** Resolves when the ports are open. Rejects with an OptionError, a FolderError, a CredentialsError or the system's error. */
  static async start(
    given: Settings,
    log: Log,
    hooks: Partial<ServerHooks> = noHooks,
  ): Promise<Server> {
    const all = { ...noHooks, ...hooks };
    const settings = withDevelopmentTls(given);
    const server =
      settings.zone === undefined
        ? await startWhole(settings, log, all)
        : await startZone(settings, settings.zone, log, all);
    try {
      if (settings.metrics !== undefined) await server.tellMetrics(settings.metrics, log);
      return server;
    } catch (error) {
      server.close();
      throw error;
    }
  }

  private async tellMetrics({ port, bind }: MetricsSettings, log: Log): Promise<void> {
    const endpoint = new MetricsEndpoint(this.host);
    this.parts.push(endpoint);
    for (const address of bind) await endpoint.listen(port, address);
    log.notice("metrics for Prometheus", { address: bind.join(" "), port, path: "/metrics" });
  }

  /**
   * Takes over what may change while it runs: parameters of these settings, if they are given, the certificates, and the users of the file
   * of acl=. Returns what is wrong with those files, which the log has told too.
   */
  reload(settings?: Settings): readonly string[] {
    if (settings?.profile === "memorydb") {
      this.host.reconfigure(changeableValues(settings.parameters));
    }
    return [...this.tls.reload(), ...(this.host.clusterUsers?.reload() ?? [])];
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
      await new Promise((look) => setTimeout(look, REST_LOOK_MS));
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
  const { tlsPort } = settings;
  const ports = { port: settings.port ?? defaultPort, tlsPort };
  const parameters = parametersOf(settings);
  // There are no other processes: it is told as it was said, or as Redis has it.
  const placeBy = (known: Parameters): Place =>
    announcedPlace(settings.announcedHost, ports, known.number("cluster-port"), known);
  let first = placeBy(parameters);
  let isPortAnnounced = parameters.number("cluster-announce-port") > 0;
  /** Of nodes that listen elsewhere than at the start. */
  const moved = new Map<NodeId, number>();
  const layout = new Layout(membership, ({ nodeId, inCluster }) => {
    const busPort = first.busPort === 0 ? 0 : first.busPort + inCluster;
    const place = { ...first, ...portsAfter(first, inCluster), busPort };
    const port = isPortAnnounced ? undefined : moved.get(nodeId);
    return port === undefined ? place : { ...place, port };
  });
  const portsOf = (node: NodeId): Ports => portsAfter(ports, layout.rankOf(node).inCluster);
  refuseOverlap(layout.cluster.databaseNodes.map(({ nodeId }) => portsOf(nodeId)));
  const tls = new Tls(settings.parameters, checkedHost(first, parameters), log);
  const host = new Host(
    withAffordableClients({
      ...commonOptions(settings, membership, storage, log, hooks),
      clusterUsers,
      layout: layout.cluster,
      portsOf,
      tls,
      onAnnounced: (changed) => {
        first = placeBy(changed);
        isPortAnnounced = changed.number("cluster-announce-port") > 0;
        layout.renew();
      },
      onMoved: (node, port) => {
        moved.set(node, port);
        layout.renew();
      },
      zones,
      elsewhere: undefined,
      isWhole: true,
      onShutdown: (order) => hooks.onShutdown(order),
    }),
  );
  return open(host, new Server(host, membership, { ports, tls }, [storage]));
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
  const ports = {
    port: settings.port ?? defaultPort + zones.indexOf(zone),
    tlsPort: settings.tlsPort,
  };
  const parameters = parametersOf(settings);
  const placeBy = (known: Parameters): Place =>
    announcedPlace(settings.announcedHost, ports, settings.peerPort, known);
  const place = placeBy(parameters);
  const tls = new Tls(settings.parameters, checkedHost(place, parameters), log);
  const process = await ZoneProcess.open({ ...settings, zone, place, tls }, log, (why) =>
    hooks.onExpelled(why),
  );
  try {
    const membership = await process.enter();
    const storage = new FolderStorage([process.folder], hooks.files, log);
    const layout = process.layoutFor(membership);
    const portsOf = (node: NodeId): Ports => zonePorts(ports, layout.rankOf(node).inZone);
    const own = layout.cluster.databaseNodes.filter((node) => node.zone === zone);
    refuseOverlap(own.map(({ nodeId }) => portsOf(nodeId)));
    const host = new Host(
      withAffordableClients({
        ...commonOptions(settings, membership, storage, log, hooks),
        clusterUsers: process.users,
        layout: layout.cluster,
        portsOf,
        tls,
        onAnnounced: (changed) => {
          process.announce(placeBy(changed));
        },
        onMoved: () => {},
        zones: [zone],
        elsewhere: process,
        isWhole: false,
        onShutdown: (order) => hooks.onShutdown(order),
      }),
    );
    process.serve(host);
    return await open(host, new Server(host, membership, { ports, tls }, [process, storage]));
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
): Omit<
  HostOptions,
  | "clusterUsers"
  | "layout"
  | "portsOf"
  | "tls"
  | "onAnnounced"
  | "onMoved"
  | "zones"
  | "elsewhere"
  | "isWhole"
  | "onShutdown"
> {
  const { userLines, parameters, dir } = settings;
  return {
    ...configuredUsers(userLines, parameters, dir, log),
    profile: settings.profile,
    renamings: settings.renamings,
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

function parametersOf(settings: Settings): Parameters {
  const parameters = new Parameters();
  parameters.load(settings.parameters);
  return parameters;
}

/** Each node takes a port of each kind: those of one kind may not run into the other's. */
function refuseOverlap(taken: readonly Ports[]): void {
  const plain = taken.map(({ port }) => port).filter((port) => port > 0);
  const both = taken.map(({ tlsPort }) => tlsPort).find((port) => plain.includes(port));
  if (both === undefined) return;
  throw new OptionError(
    `port ${both} would be taken twice: the nodes here take ${plain.join(", ")} from port= and ${taken.map(({ tlsPort }) => tlsPort).join(", ")} from tls-port=; move one of them, or say port=0`,
  );
}

function unixSocketOf({ parameters }: Settings): HostOptions["unixSocket"] {
  const path = parameters.get("unixsocket")?.[0] ?? "";
  const permissions = parameters.get("unixsocketperm")?.[0] ?? "0";
  return path === "" ? undefined : { path, permissions: Number.parseInt(permissions, 8) };
}
