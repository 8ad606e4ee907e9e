/**
 * A trace in Perfetto's own format, packet by packet. Field numbers are those of google/perfetto, protos/perfetto/trace:
 * trace.proto, trace_packet.proto, interned_data/interned_data.proto, and in track_event/: track_event.proto, track_descriptor.proto,
 * process_descriptor.proto, debug_annotation.proto. Packets need no order: the reader sorts by time and keeps the order of equal times.
 */
import { ProtoWriter } from "./protobuf.ts";

/** Trace */
const PACKET = 1;
/** TracePacket */
const TIMESTAMP = 8;
const SEQUENCE_ID = 10;
const TRACK_EVENT = 11;
const INTERNED_DATA = 12;
const SEQUENCE_FLAGS = 13;
const TRACK_DESCRIPTOR = 60;
/** TracePacket.SequenceFlags: the first packet clears what was interned, the others count on it. */
const STATE_CLEARED = 1;
const NEEDS_STATE = 2;
/** TrackDescriptor */
const TRACK = { uuid: 1, name: 2, process: 3, parentUuid: 5, counter: 8 } as const;
/** ProcessDescriptor */
const PROCESS = { pid: 1, name: 6 } as const;
/** TrackEvent */
const EVENT = {
  categoryIids: 3,
  debugAnnotations: 4,
  type: 9,
  nameIid: 10,
  trackUuid: 11,
  counterValue: 30,
  flowIds: 47,
  terminatingFlowIds: 48,
} as const;
/** TrackEvent.Type */
const TYPE = { begin: 1, end: 2, instant: 3, counter: 4 } as const;
/** DebugAnnotation */
const NOTE = { nameIid: 1, int: 4, double: 5, text: 6 } as const;
/** InternedData, and EventCategory, EventName and DebugAnnotationName, which are alike. */
const INTERNED = { categories: 1, names: 2, noteNames: 3 } as const;
const ENTRY = { iid: 1, name: 2 } as const;

/** What is told of a slice or an instant when it is selected. */
export type Notes = Readonly<Record<string, string | number>>;

export interface Mark {
  readonly name: string;
  readonly category: string;
  readonly notes: Notes;
}

export interface Slice extends Mark {
  readonly fromUs: number;
  readonly untilUs: number;
}

/** An arrow goes from the instant that starts a flow to the one that ends it. */
export interface FlowEnd {
  readonly id: number;
  readonly isEnd: boolean;
}

type Index = keyof typeof INTERNED;

export class PerfettoWriter {
  private readonly out: ProtoWriter = new ProtoWriter();
  private tracks = 0;
  private processes = 0;
  private isFirst = true;
  private readonly interned: Readonly<Record<Index, Map<string, number>>> = {
    categories: new Map(),
    names: new Map(),
    noteNames: new Map(),
  };

  /** The whole trace so far: the file. */
  done(): Uint8Array {
    return this.out.done();
  }

  /** A group of tracks. Returns the number of its track. */
  process(name: string): number {
    this.processes += 1;
    const pid = this.processes;
    return this.describe(name, () => {
      this.out.message(TRACK.process, () => {
        this.out.uint(PROCESS.pid, pid);
        this.out.text(PROCESS.name, name);
      });
    });
  }

  /** For slices that nest, and instants. Tracks of one name and process are drawn as one. */
  track(process: number, name: string): number {
    return this.describe(name, () => this.out.uint(TRACK.parentUuid, process));
  }

  counter(process: number, name: string): number {
    return this.describe(name, () => {
      this.out.uint(TRACK.parentUuid, process);
      this.out.message(TRACK.counter, () => undefined);
    });
  }

  slice(track: number, slice: Slice): void {
    this.event(track, slice.fromUs, TYPE.begin, () => this.mark(slice), slice);
    this.event(track, slice.untilUs, TYPE.end, () => undefined);
  }

  /** Slices that may overlap, on as few tracks of that name as they need. */
  slices(process: number, name: string, slices: readonly Slice[]): void {
    const lanes: { readonly track: number; freeUs: number }[] = [];
    for (const slice of slices.toSorted((left, right) => left.fromUs - right.fromUs)) {
      let lane = lanes.find(({ freeUs }) => freeUs <= slice.fromUs);
      if (lane === undefined) {
        lane = { track: this.track(process, name), freeUs: 0 };
        lanes.push(lane);
      }
      lane.freeUs = slice.untilUs;
      this.slice(lane.track, slice);
    }
  }

  instant(track: number, atUs: number, mark: Mark, flow?: FlowEnd): void {
    const write = (): void => {
      this.mark(mark);
      if (flow === undefined) return;
      this.out.fixed64(flow.isEnd ? EVENT.terminatingFlowIds : EVENT.flowIds, flow.id);
    };
    this.event(track, atUs, TYPE.instant, write, mark);
  }

  count(counter: number, atUs: number, value: number): void {
    this.event(counter, atUs, TYPE.counter, () => this.out.int(EVENT.counterValue, value));
  }

  private describe(name: string, write: () => void): number {
    this.tracks += 1;
    const uuid = this.tracks;
    this.packet(() => {
      this.out.message(TRACK_DESCRIPTOR, () => {
        this.out.uint(TRACK.uuid, uuid);
        this.out.text(TRACK.name, name);
        write();
      });
    });
    return uuid;
  }

  private event(track: number, atUs: number, type: number, write: () => void, mark?: Mark): void {
    this.packet(() => {
      if (mark !== undefined) this.intern(mark);
      this.out.uint(TIMESTAMP, Math.round(atUs * 1000));
      this.out.message(TRACK_EVENT, () => {
        this.out.uint(EVENT.type, type);
        this.out.uint(EVENT.trackUuid, track);
        write();
      });
    });
  }

  private packet(write: () => void): void {
    this.out.message(PACKET, () => {
      this.out.uint(SEQUENCE_ID, 1);
      this.out.uint(SEQUENCE_FLAGS, this.isFirst ? STATE_CLEARED : NEEDS_STATE);
      this.isFirst = false;
      write();
    });
  }

  /** Texts that come again and again stand in the trace once: what is new of a mark goes into its own packet. */
  private intern({ name, category, notes }: Mark): void {
    const fresh: (readonly [index: Index, text: string])[] = [];
    if (!this.interned.names.has(name)) fresh.push(["names", name]);
    if (!this.interned.categories.has(category)) fresh.push(["categories", category]);
    for (const each of Object.keys(notes)) {
      if (!this.interned.noteNames.has(each)) fresh.push(["noteNames", each]);
    }
    if (fresh.length === 0) return;
    this.out.message(INTERNED_DATA, () => {
      for (const [index, text] of fresh) {
        const entries = this.interned[index];
        const iid = entries.size + 1;
        entries.set(text, iid);
        this.out.message(INTERNED[index], () => {
          this.out.uint(ENTRY.iid, iid);
          this.out.text(ENTRY.name, text);
        });
      }
    });
  }

  private mark({ name, category, notes }: Mark): void {
    this.out.uint(EVENT.nameIid, this.interned.names.get(name) ?? 0);
    this.out.uint(EVENT.categoryIids, this.interned.categories.get(category) ?? 0);
    for (const [each, value] of Object.entries(notes)) {
      this.out.message(EVENT.debugAnnotations, () => {
        this.out.uint(NOTE.nameIid, this.interned.noteNames.get(each) ?? 0);
        if (typeof value === "string") this.out.text(NOTE.text, value);
        else if (Number.isSafeInteger(value)) this.out.int(NOTE.int, value);
        else this.out.double(NOTE.double, value);
      });
    }
  }
}
