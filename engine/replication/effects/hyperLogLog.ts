/**
 * Changes of HyperLogLogs, as operations of a record (record.ts draws the rest).
 *
 *     0x70 raise      key, u32 count, as many pairs of a u16 register and its u8 value: all are raised in turn, none makes it
 *                     dense; what was counted is no longer true; one without elements is made if absent
 *     0x71 makeDense  key: one without elements is made if absent
 *     0x72 count      key, u32 low and u32 high half of the cardinality: remembers it
 */
import { assert } from "../../assert.ts";
import type { ByteReader } from "../../bytes/reader.ts";
import { HyperLogLog } from "../../keyspace/hyperLogLog/hyperLogLog.ts";
import { REGISTERS } from "../../keyspace/hyperLogLog/registers.ts";
import type { Keyspace } from "../../keyspace/keyspace.ts";
import type { Changes } from "./changes.ts";

const operations = {
  raise: 0x70,
  makeDense: 0x71,
  count: 0x72,
} as const;

export interface Raised {
  readonly isRaised: boolean;
  /** The runs are damaged; what was raised before that was seen stays so. */
  readonly isCorrupt: boolean;
}

/** Changes HyperLogLogs on a primary. The key holds one, or is absent where one is made. */
export class HyperLogLogEffects {
  private readonly changes: Changes;

  constructor(changes: Changes) {
    this.changes = changes;
  }

  /** Takes up places (registers.ts) that raise a register; one is made if absent. */
  raise(key: string, places: readonly number[]): Raised {
    const { keyspace } = this.changes;
    const raised: number[] = [];
    let isCorrupt = false;
    let hasBecomeDense = false;
    edit(keyspace, key, (sketch) => {
      const wasDense = sketch.isDense;
      for (const place of places) {
        const rank = Math.floor(place / REGISTERS);
        const limitBytes = keyspace.limits.hllSparseMaxBytes;
        const outcome = sketch.raise(place % REGISTERS, rank, limitBytes);
        if (outcome === "raised") raised.push(place);
        isCorrupt = outcome === "corrupt";
        if (isCorrupt) break;
      }
      hasBecomeDense = sketch.isDense && !wasDense;
      if (!isCorrupt) sketch.forgetCount();
    });
    if (hasBecomeDense) this.changes.record.begin(operations.makeDense, key);
    if (!isCorrupt || raised.length > 0) this.recordRaised(key, raised);
    return { isRaised: raised.length > 0, isCorrupt };
  }

  private recordRaised(key: string, raised: readonly number[]): void {
    const { record } = this.changes;
    record.begin(operations.raise, key);
    record.writer.u32(raised.length);
    for (const place of raised) {
      record.writer.u16(place % REGISTERS);
      record.writer.u8(Math.floor(place / REGISTERS));
    }
    this.changes.noteChanged(key);
  }

  /** False if the runs are damaged. */
  makeDense(key: string): boolean {
    const { keyspace, record } = this.changes;
    let isDone = false;
    edit(keyspace, key, (sketch) => {
      isDone = sketch.makeDense();
    });
    if (!isDone) return false;
    record.begin(operations.makeDense, key);
    this.changes.noteChanged(key);
    return true;
  }

  /** Remembers what was counted. */
  count(key: string, cardinality: bigint): void {
    const { keyspace, record } = this.changes;
    edit(keyspace, key, (sketch) => sketch.rememberCount(cardinality));
    record.begin(operations.count, key);
    record.writer.u32(Number(cardinality & 0xffffffffn));
    record.writer.u32(Number((cardinality >> 32n) & 0xffffffffn));
    this.changes.noteChanged(key);
  }
}

/** Carries out an operation of this family on a replica; false if it is of another. */
export function applyHyperLogLog(
  operation: number,
  key: string,
  reader: ByteReader,
  keyspace: Keyspace,
): boolean {
  switch (operation) {
    case operations.raise:
      edit(keyspace, key, (sketch) => applyRaise(sketch, reader));
      return true;
    case operations.makeDense:
      edit(keyspace, key, (sketch) => {
        const isDone = sketch.makeDense();
        assert(isDone, "one that is made dense is whole");
      });
      return true;
    case operations.count: {
      const low = reader.u32();
      const cardinality = (BigInt(reader.u32()) << 32n) | BigInt(low);
      edit(keyspace, key, (sketch) => sketch.rememberCount(cardinality));
      return true;
    }
    default:
      return false;
  }
}

function applyRaise(sketch: HyperLogLog, reader: ByteReader): void {
  const count = reader.u32();
  for (let done = 0; done < count; done++) {
    const outcome = sketch.raise(reader.u16(), reader.u8(), Infinity);
    assert(outcome === "raised", "a register that is raised was lower");
  }
  sketch.forgetCount();
}

function edit(keyspace: Keyspace, key: string, change: (sketch: HyperLogLog) => void): void {
  keyspace.edit(key, (value) => HyperLogLog.edit(value, change));
}
