/** What processes tell each other beside the engine's frames. */
import type { AccessNews } from "../access/clusterUsers.ts";
import type { ClusterShape, Membership } from "../folder/zoneFolder.ts";

/** Where the process of a zone is found. */
export interface ZoneAddress {
  readonly host: string;
  /** "" without one. */
  readonly hostname: string;
  /** For clients: of the zone's first node; its others follow. 0: none. */
  readonly port: number;
  readonly tlsPort: number;
  /** For the other processes; and what clients are told of it. */
  readonly peerPort: number;
  readonly busPort: number;
}

export type ByZone<Value> = Readonly<Record<string, Value>>;

/** Who somebody is, told at every connection and whenever it changes. */
export interface Hello {
  readonly kind: "hello";
  readonly zone: string;
  readonly state: "blank" | "formatting" | "ready";
  /** Undefined while blank. */
  readonly membership: Membership | undefined;
  /** What the operator asked of a new cluster. */
  readonly wanted: ClusterShape;
  /** How often each zone's disk was replaced, as far as known. */
  readonly generations: ByZone<number>;
  /** Of all zones that are known, its own too. */
  readonly addresses: ByZone<ZoneAddress>;
  /** The users of the cluster, in profile=memorydb. */
  readonly access?: AccessNews;
}

export type Note =
  | Hello
  /** The first zone of a new cluster asks the others to belong to it; they answer by a hello. */
  | { readonly kind: "prepare"; readonly membership: Membership }
  /** The connection is given up, and dialling again helps nothing before somebody has acted. */
  | { readonly kind: "refused"; readonly why: string }
  | { readonly kind: "ping" }
  | { readonly kind: "pong" };

/** Undefined if it is none. What a note claims is checked where it is used. */
export function parseNote(text: string): Note | undefined {
  try {
    const note = JSON.parse(text) as Note | null;
    return typeof note === "object" && note !== null && typeof note.kind === "string"
      ? note
      : undefined;
  } catch {
    return undefined;
  }
}
