/** Something that has an address on the simulated network. */
export type PlaceKind = "database" | "log" | "monitor" | "clients";

export interface Place {
  readonly index: number;
  readonly name: string;
  /** "a", "b", "c"; the clients' place is a zone of its own, "clients". */
  readonly zone: string;
  readonly kind: PlaceKind;
  /** -1 for places that serve every shard. */
  readonly shard: number;
}

/** What a fault did, counted where it happens. */
export interface FaultCounter {
  messagesCut: number;
  diskResultsChanged: number;
}

export function createFaultCounter(): FaultCounter {
  return { messagesCut: 0, diskResultsChanged: 0 };
}
