/**
 * What memory the data takes, as INFO and MEMORY tell it. The data is counted by the keyspace itself, which is what maxmemory is compared
 * with; the process's own figures come from its host.
 */
import { STARTUP_BYTES } from "../../keyspace/databases.ts";
import { DEADLINE_BYTES, ENTRY_BYTES } from "../../keyspace/keyspace.ts";
import type { CommandContext } from "../context.ts";

export interface MemoryFigures {
  readonly usedBytes: number;
  readonly peakBytes: number;
  readonly startupBytes: number;
  /** All that is neither keys nor values. */
  readonly overheadBytes: number;
  readonly datasetBytes: number;
  readonly keys: number;
  /** Of the process: resident, held by its allocator, in use. */
  readonly residentBytes: number;
  readonly heldBytes: number;
  readonly processBytes: number;
  readonly systemBytes: number;
}

export function memoryFigures(context: CommandContext): MemoryFigures {
  const { databases, statistics } = context;
  const { size: keys, usedBytes } = databases;
  let expiring = 0;
  for (const { expiringCount } of databases.used) expiring += expiringCount;
  const overheadBytes = STARTUP_BYTES + keys * ENTRY_BYTES + expiring * DEADLINE_BYTES;
  statistics.peakBytes = Math.max(statistics.peakBytes, usedBytes);
  const process = context.meter.figures.process();
  return {
    usedBytes,
    peakBytes: statistics.peakBytes,
    startupBytes: STARTUP_BYTES,
    overheadBytes,
    datasetBytes: usedBytes - overheadBytes,
    keys,
    residentBytes: process.residentBytes,
    heldBytes: process.heldBytes,
    processBytes: process.usedBytes,
    systemBytes: process.systemBytes,
  };
}

/** 0 of nothing. */
export function percentOf(part: number, whole: number): number {
  return whole === 0 ? 0 : (part * 100) / whole;
}

export function ratioOf(left: number, right: number): number {
  return right === 0 ? 0 : left / right;
}
