/** One zone of a cluster in this process: its folder, the other zones' processes, and how it enters the cluster. */
import { randomBytes } from "node:crypto";
import { must } from "../engine/assert.ts";
import type { NodeId } from "../engine/contract.ts";
import { refuseOtherShape, shapeOf, zonePath } from "./folder/clusterFolder.ts";
import { FolderError } from "./folder/folderError.ts";
import { type Membership, ZoneFolder } from "./folder/zoneFolder.ts";
import type { Elsewhere, Host } from "./host/host.ts";
import { Layout, nowhere, type Place, zonePorts, zones } from "./host/layout.ts";
import type { Log } from "./log.ts";
import type { JoinAddress, Settings } from "./options/settings.ts";
import { decide } from "./peers/formation.ts";
import { type ClusterUsers, clusterUsersOf } from "./access/clusterUsers.ts";
import type { Hello, ZoneAddress } from "./peers/note.ts";
import { Peers } from "./peers/peers.ts";
import type { Tls } from "./tls/tls.ts";

const REMIND_MS = 5000;

export interface ZoneSettings extends Settings {
  readonly zone: string;
  /** Where clients find the first node here. */
  readonly place: Place;
  readonly tls: Tls;
}

export class ZoneProcess implements Elsewhere {
  readonly folder: ZoneFolder;
  /** Undefined in other profiles than memorydb. */
  users: ClusterUsers | undefined = undefined;
  private readonly settings: ZoneSettings;
  private place: Place;
  private readonly log: Log;
  private readonly peers: Peers;
  private readonly onExpelled: (why: string) => void;
  private layout: Layout | undefined = undefined;
  private host: Host | undefined = undefined;
  private entered: ((membership: Membership) => void) | undefined = undefined;
  private refused: ((error: Error) => void) | undefined = undefined;
  private reminder: NodeJS.Timeout | undefined = undefined;

  private constructor(
    settings: ZoneSettings,
    folder: ZoneFolder,
    log: Log,
    onExpelled: (why: string) => void,
  ) {
    this.onExpelled = onExpelled;
    this.settings = settings;
    this.place = settings.place;
    this.folder = folder;
    this.log = log;
    this.peers = new Peers(
      {
        greeting: () => this.greeting(),
        heard: (hello) => this.heard(hello),
        prepare: (membership) => this.prepare(membership),
        frame: (from, to, bytes) => this.host?.receive(from, to, bytes),
        lost: (zone) => this.host?.zoneLost(zone),
        expelled: (why) => this.expelled(why),
      },
      log,
      settings.tls,
    );
  }

  /** Locks the folder and opens the peers' port. Rejects with a FolderError or the system's error. */
  static async open(
    settings: ZoneSettings,
    log: Log,
    onExpelled: (why: string) => void,
  ): Promise<ZoneProcess> {
    const { dir, zone } = settings;
    const folder = await ZoneFolder.open(zonePath(dir, zone), zone);
    const process = new ZoneProcess(settings, folder, log, onExpelled);
    try {
      const { membership } = folder;
      if (membership !== undefined) refuseOtherShape(folder.path, membership, settings.shape);
      process.users = clusterUsersOf(settings, [folder], log);
      process.users?.follow(() => process.peers.announce());
      for (const host of settings.bind) await process.peers.listen(settings.peerPort, host);
      return process;
    } catch (error) {
      process.close();
      folder.close();
      throw error;
    }
  }

  /** Resolves when this zone belongs to a cluster: at once, or when the other zones have been heard. */
  enter(): Promise<Membership> {
    const entering = new Promise<Membership>((resolve, reject) => {
      this.entered = resolve;
      this.refused = reject;
    });
    for (const { host, peerPort } of this.addressesToDial()) this.peers.dial(host, peerPort);
    this.settle();
    if (this.entered !== undefined) this.remind();
    return entering;
  }

  layoutFor(membership: Membership): Layout {
    this.layout = new Layout(membership, ({ zone, inZone }) => {
      const { addresses } = this.folder.acquaintance;
      // What an older version has written down lacks some of it.
      const known = { ...nowhere, ...addresses[zone] };
      const first = zone === this.settings.zone ? this.place : known;
      // One door for all nodes of a zone.
      const { host, hostname, busPort } = first;
      return { host, hostname, busPort, ...zonePorts(first, inZone) };
    });
    return this.layout;
  }

  /** Clients are told of another place of the first node here from now on. */
  announce(place: Place): void {
    this.place = place;
    this.layout?.renew();
    this.peers.announce();
  }

  /** Frames for machines here go to this host from now on. */
  serve(host: Host): void {
    this.host = host;
  }

  send(zone: string, from: NodeId, to: NodeId, frame: Uint8Array): void {
    this.peers.send(zone, from, to, frame);
  }

  breakAll(): void {
    this.peers.breakAll();
  }

  forgetAll(): void {
    this.peers.forgetAll();
  }

  close(): void {
    clearTimeout(this.reminder);
    this.peers.close();
  }

  private addressesToDial(): readonly Pick<ZoneAddress, "host" | "peerPort">[] {
    const known = Object.entries(this.folder.acquaintance.addresses)
      .filter(([zone]) => zone !== this.settings.zone)
      .map(([, address]) => address);
    const { join } = this.settings;
    return [...known, ...(join.length > 0 || known.length > 0 ? join : this.neighbours())];
  }

  /** Without a word on where the others are, they are looked for on this computer, on the ports that they have by default. */
  private neighbours(): readonly JoinAddress[] {
    const { zone, peerPort } = this.settings;
    const first = peerPort - zones.indexOf(zone);
    return zones
      .filter((other) => other !== zone)
      .map((other) => ({ host: "127.0.0.1", peerPort: first + zones.indexOf(other) }));
  }

  private address(): ZoneAddress {
    return { ...this.place, peerPort: this.settings.peerPort };
  }

  private greeting(): Hello {
    const { folder, settings } = this;
    const { generations, addresses } = folder.acquaintance;
    return {
      kind: "hello",
      zone: settings.zone,
      state: folder.state,
      membership: folder.membership,
      wanted: shapeOf(settings.shape),
      generations,
      addresses: { ...addresses, [settings.zone]: this.address() },
      ...(this.users === undefined ? {} : { access: this.users.news }),
    };
  }

  private heard(hello: Hello): void {
    const { zone } = hello;
    const address = hello.addresses[zone];
    if (hello.state === "ready" && address !== undefined) {
      const { generations, addresses } = this.folder.acquaintance;
      const generation = Math.max(generations[zone] ?? 0, hello.generations[zone] ?? 0);
      this.folder.remember({
        generations: { ...generations, [zone]: generation },
        addresses: { ...addresses, [zone]: address },
      });
      this.layout?.renew();
    }
    if (hello.access !== undefined) this.users?.heard(hello.access);
    this.settle();
  }

  /** Takes the next step into the cluster, if there is one to take. */
  private settle(): void {
    const { folder, peers } = this;
    const decision = decide(this.greeting(), [...peers.known.values()], () =>
      randomBytes(20).toString("hex"),
    );
    switch (decision.kind) {
      case "wait":
        break;
      case "propose":
        this.prepare(decision.membership);
        for (const zone of peers.known.keys()) {
          peers.tell(zone, { kind: "prepare", membership: decision.membership });
        }
        break;
      case "format":
        folder.format();
        peers.announce();
        this.log.notice("a new cluster is made", this.clusterFields());
        break;
      case "join":
        if (!this.fits(decision.membership)) return;
        folder.join(decision.membership, decision.generation);
        peers.announce();
        this.log.notice("this zone takes the place of one that was lost", this.clusterFields());
        break;
      case "refuse":
        return this.expelled(decision.why);
    }
    if (folder.state !== "ready") return;
    this.users?.keep();
    this.entered?.(must(folder.membership, "membership"));
    this.entered = undefined;
    clearTimeout(this.reminder);
  }

  private clusterFields(): { readonly zone: string; readonly cluster: string } {
    return { zone: this.settings.zone, cluster: this.folder.membership?.clusterId ?? "" };
  }

  /** The first zone wants this one to belong to a new cluster. Whoever has acted in one already does not. */
  private prepare(membership: Membership): void {
    const { folder } = this;
    if (folder.state === "ready") return;
    if (folder.membership?.clusterId !== membership.clusterId) {
      if (!this.fits(membership)) return;
      folder.prepare(membership);
    }
    this.peers.announce();
  }

  /** False, and this process has no business in the cluster, if that has another shape than was asked for here. */
  private fits(membership: Membership): boolean {
    try {
      refuseOtherShape(this.folder.path, membership, this.settings.shape);
      return true;
    } catch (error) {
      if (!(error instanceof FolderError)) throw error;
      this.expelled(error.message);
      return false;
    }
  }

  private expelled(why: string): void {
    if (this.entered === undefined) this.onExpelled(why);
    else this.refused?.(new FolderError(why));
  }

  private remind(): void {
    const reached = this.peers.reached();
    const missing = zones.filter((zone) => zone !== this.settings.zone && !reached.includes(zone));
    const places = this.addressesToDial().map(({ host, peerPort }) => `${host}:${peerPort}`);
    this.log.notice("waiting for the other zones", {
      missing: missing.join(","),
      lookedForAt: places.join(","),
    });
    this.reminder = setTimeout(() => this.remind(), REMIND_MS);
  }
}
