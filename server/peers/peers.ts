/** The other processes of the cluster: who they are, where they are, and the way to each of them. */
import { must } from "../../engine/assert.ts";
import type { NodeId } from "../../engine/contract.ts";
import type { Membership } from "../folder/zoneFolder.ts";
import type { Log } from "../log.ts";
import type { Tls } from "../tls/tls.ts";
import { Link } from "./link.ts";
import type { Hello, Note, ZoneAddress } from "./note.ts";
import { PeerServer } from "./peerServer.ts";

export interface PeersEvents {
  /** What is to be said of oneself now. */
  greeting(): Hello;
  /** Somebody has said who it is, and may stay. */
  heard(hello: Hello): void;
  prepare(membership: Membership): void;
  frame(from: NodeId, to: NodeId, bytes: Uint8Array): void;
  /** A connection to that zone's process has ended; what was on its way may be gone. */
  lost(zone: string): void;
  /** This process has no business in the cluster. */
  expelled(why: string): void;
}

export class Peers {
  /** The newest hello of each other zone. */
  readonly known: Map<string, Hello> = new Map();
  private readonly events: PeersEvents;
  private readonly log: Log;
  private readonly tls: Tls;
  /** Why TLS failed, by where it did: who tries again and again is told of once. */
  private readonly failures: Map<string, string> = new Map();
  private readonly server: PeerServer;
  private readonly links: Map<string, Link> = new Map();
  /** Zones whose link has broken since they were found. */
  private readonly away: Set<string> = new Set();
  /** Dialled, and not known yet who they are. */
  private readonly nameless: Set<Link> = new Set();

  constructor(events: PeersEvents, log: Log, tls: Tls) {
    this.events = events;
    this.log = log;
    this.tls = tls;
    this.server = new PeerServer(tls, {
      greeting: () => events.greeting(),
      welcome: (hello) => this.welcome(hello),
      heard: (note) => this.take(note),
      frame: (from, to, bytes) => events.frame(from, to, bytes),
      failed: (address, why) => this.warnOnce("refused a connection of another zone", address, why),
    });
  }

  listen(port: number, host: string): Promise<void> {
    return this.server.listen(port, host);
  }

  /** Looks there for a zone; who it is shows when it answers. */
  dial(host: string, port: number): void {
    const links = [...this.nameless, ...this.links.values()];
    if (links.some((link) => link.host === host && link.port === port)) return;
    this.nameless.add(this.newLink(host, port));
  }

  send(zone: string, from: NodeId, to: NodeId, frame: Uint8Array): void {
    this.links.get(zone)?.send(from, to, frame);
  }

  tell(zone: string, note: Note): void {
    this.links.get(zone)?.tell(note);
  }

  /** What is said of oneself has changed. */
  announce(): void {
    const greeting = this.events.greeting();
    for (const link of this.links.values()) if (link.isOpen) link.tell(greeting);
  }

  /** Zones that can be reached now. */
  reached(): string[] {
    return [...this.links].filter(([, link]) => link.isOpen).map(([zone]) => zone);
  }

  /** Every connection breaks; those that this end has dialled are dialled again. */
  breakAll(): void {
    this.server.breakAll();
    for (const link of this.links.values()) link.breakOff();
  }

  /** As `breakAll`, but the other ends are not told: they believe in their connections until what they send is refused. */
  forgetAll(): void {
    this.server.forgetAll();
    for (const link of this.links.values()) link.forget();
  }

  close(): void {
    this.server.close();
    for (const link of [...this.nameless, ...this.links.values()]) link.close();
  }

  private newLink(host: string, port: number): Link {
    return new Link(host, port, this.tls, {
      greeting: () => this.events.greeting(),
      heard: (link, note) => this.answered(link, note),
      lost: (link) => this.lost(link),
      failed: (link, why) => {
        this.warnOnce("cannot agree on TLS with another zone", `${link.host}:${link.port}`, why);
      },
    });
  }

  private warnOnce(what: string, address: string, why: string): void {
    if (this.failures.get(address) === why) return;
    this.failures.set(address, why);
    this.log.warn(what, { address, why });
  }

  private lost(link: Link): void {
    for (const [zone, one] of this.links) {
      if (one !== link) continue;
      this.away.add(zone);
      this.log.notice("a zone is lost", { zone });
      this.events.lost(zone);
    }
  }

  /** The other end of a link has said something. */
  private answered(link: Link, note: Note): void {
    if (note.kind === "refused") return this.events.expelled(note.why);
    if (note.kind !== "hello") return;
    const own = this.events.greeting();
    if (note.zone === own.zone) {
      // The list of addresses to join may hold one's own.
      this.nameless.delete(link);
      return link.close();
    }
    const why = strangers(own, note) ?? outdated(note, own, own.zone);
    if (why !== undefined) return this.events.expelled(why);
    this.name(link, note.zone);
    this.take(note);
  }

  private name(link: Link, zone: string): void {
    this.nameless.delete(link);
    const other = this.links.get(zone);
    if (other === link) {
      if (this.away.delete(zone)) this.log.notice("a zone is back", { zone });
      return;
    }
    if (other !== undefined) {
      other.close();
      this.events.lost(zone);
    }
    this.links.set(zone, link);
    this.log.notice("a zone is found", { zone, host: link.host, port: link.port });
  }

  private welcome(hello: Hello): string | undefined {
    const own = this.events.greeting();
    if (hello.zone === own.zone) return undefined;
    return strangers(own, hello) ?? outdated(own, hello, hello.zone);
  }

  private take(note: Note): void {
    if (note.kind === "prepare") return this.events.prepare(note.membership);
    if (note.kind !== "hello" || note.zone === this.events.greeting().zone) return;
    this.known.set(note.zone, note);
    for (const [zone, address] of Object.entries(note.addresses)) this.reach(zone, address, note);
    this.events.heard(note);
  }

  /** A zone knows best where it is itself; where others are is news only of those that nobody is linked to. */
  private reach(zone: string, { host, peerPort }: ZoneAddress, teller: Hello): void {
    if (zone === this.events.greeting().zone) return;
    const link = this.links.get(zone);
    if (link === undefined) return this.dial(host, peerPort);
    const isThere = link.host === host && link.port === peerPort;
    if (isThere || zone !== teller.zone || link.isOpen) return;
    link.close();
    this.links.set(zone, this.newLink(host, peerPort));
  }
}

/** Two zones of different clusters; a zone that has not acted yet belongs to none. */
function strangers(own: Hello, other: Hello): string | undefined {
  if (own.state !== "ready" || other.state !== "ready") return undefined;
  const ownId = must(own.membership, "membership").clusterId;
  const otherId = other.membership?.clusterId;
  if (ownId === otherId) return undefined;
  return `zone ${own.zone} belongs to cluster ${ownId}, zone ${other.zone} to cluster ${otherId}`;
}

/** Whether one knows that another's disk has been replaced since. */
function outdated(knowing: Hello, old: Hello, zone: string): string | undefined {
  if (old.state !== "ready") return undefined;
  const newest = knowing.generations[zone] ?? 0;
  if (newest <= (old.generations[zone] ?? 0)) return undefined;
  return `zone ${zone} has been replaced, and this folder of it is out of date: remove it`;
}
