/**
 * What memory data and clients take, as INFO and MEMORY tell it. The data is counted by the keyspace itself, and clients by their buffers:
 * together this is what maxmemory is compared with, but for messages that wait for the log. The process's own figures come from its host.
 */
import { STARTUP_BYTES } from "../../keyspace/databases.ts";
import { DEADLINE_BYTES, ENTRY_BYTES } from "../../keyspace/keyspace.ts";
import { bufferBytes } from "../clientMemory.ts";
import type { CommandContext } from "../context.ts";

export interface MemoryFigures {
  readonly usedBytes: number;
  readonly peakBytes: number;
  readonly startupBytes: number;
  /** All that is neither keys nor values. */
  readonly overheadBytes: number;
  readonly datasetBytes: number;
  /** Buffers of clients. */
  readonly clientsBytes: number;
  /** Of these: what is left out of the comparison with maxmemory. */
  readonly sparedBytes: number;
  readonly keys: number;
  /** Of the process: resident, held by its allocator, in use. */
  readonly residentBytes: number;
  readonly heldBytes: number;
  readonly processBytes: number;
  readonly systemBytes: number;
}

export function memoryFigures(context: CommandContext): MemoryFigures {
  const { databases, statistics } = context;
  const { size: keys } = databases;
  const { clientsBytes, sparedBytes } = clientsOf(context);
  const usedBytes = databases.usedBytes + clientsBytes;
  let expiring = 0;
  for (const { expiringCount } of databases.used) expiring += expiringCount;
  const overheadBytes =
    STARTUP_BYTES + keys * ENTRY_BYTES + expiring * DEADLINE_BYTES + clientsBytes;
  statistics.peakBytes = Math.max(statistics.peakBytes, usedBytes);
  const process = context.meter.figures.process();
  return {
    usedBytes,
    peakBytes: statistics.peakBytes,
    startupBytes: STARTUP_BYTES,
    overheadBytes,
    datasetBytes: usedBytes - overheadBytes,
    clientsBytes,
    sparedBytes,
    keys,
    residentBytes: process.residentBytes,
    heldBytes: process.heldBytes,
    processBytes: process.usedBytes,
    systemBytes: process.systemBytes,
  };
}

function clientsOf({
  meter,
  server,
}: CommandContext): Pick<MemoryFigures, "clientsBytes" | "sparedBytes"> {
  let clientsBytes = 0;
  let sparedBytes = 0;
  for (const session of server.sessions) {
    clientsBytes += bufferBytes(meter.figures, session, server.parkedBytesOf(session));
    sparedBytes += server.parkedPushBytesOf(session);
  }
  return { clientsBytes, sparedBytes };
}

/** 0 of nothing. */
export function percentOf(part: number, whole: number): number {
  return whole === 0 ? 0 : (part * 100) / whole;
}

export function ratioOf(left: number, right: number): number {
  return right === 0 ? 0 : left / right;
}
