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

/** What a fault did, counted where it happens: only what somebody who runs would have got, or would have got at another time. */
export interface FaultCounter {
  /** Frames, pieces of streams and queued inputs that reached nobody. */
  messagesCut: number;
  messagesDelayed: number;
  messagesDoubled: number;
  /** Of those cut and delayed: how many were on their way when the fault met them. */
  metInFlight: number;
  /** Ends of connections that were told or led to believe something. */
  connectionsBroken: number;
  /** Inputs of a machine that it took, or finished, at another time or in other pieces than it would have. */
  inputsChanged: number;
  /** Answers of a disk that came late, differently or not at all, and stored bytes that are not what was written. */
  diskResultsChanged: number;
  /** Steps that read a clock which showed another time for the fault. */
  clockReadingsSkewed: number;
  processesEnded: number;
  /** Orders of an operator that a running machine got. */
  ordersGiven: number;
}

export function createFaultCounter(): FaultCounter {
  return {
    messagesCut: 0,
    messagesDelayed: 0,
    messagesDoubled: 0,
    metInFlight: 0,
    connectionsBroken: 0,
    inputsChanged: 0,
    diskResultsChanged: 0,
    clockReadingsSkewed: 0,
    processesEnded: 0,
    ordersGiven: 0,
  };
}

/** All that a fault did beside ending processes, in one number. */
export function effectsOf(counter: Readonly<FaultCounter>): number {
  return (
    counter.messagesCut +
    counter.messagesDelayed +
    counter.messagesDoubled +
    counter.connectionsBroken +
    counter.inputsChanged +
    counter.diskResultsChanged +
    counter.clockReadingsSkewed +
    counter.ordersGiven
  );
}
