/**
 * From the bytes of a disk back to a state: replays the batches of the write-ahead log, cuts a torn final one off, and
 * tells damage below it, which is never cut off but repaired from the peers (PROTOCOL rules 7 to 9).
 *
 * A batch is written only when all before it are synced. So a bad batch that no later batch follows was never promised
 * to anybody (decision 0002), and a bad batch that one follows was.
 */
import { crc32c } from "../bytes/crc32c.ts";
import { ByteReader } from "../bytes/reader.ts";
import {
  batchHeaderBytes,
  batchLength,
  decodeBatchHeader,
  type DiskMarker,
  recordTypes,
  sectorBytes,
} from "./diskFormat.ts";
import { isSoundEntry, ShardLog } from "./shardLog.ts";

export interface RecoveredShard {
  readonly log: ShardLog;
  term: number;
  /** As on disk: 0 none, 1 + slot, 255 counts as given. */
  vote: number;
}

export interface Recovered {
  readonly shards: readonly RecoveredShard[];
  /** Highest disk incarnation heard of each slot. */
  readonly incarnations: number[];
  /** Where and with which sequence the next batch goes. */
  readonly nextOffset: number;
  readonly nextSequence: number;
  /** Bytes of an unfinished final batch that were cut off. */
  readonly tornBytes: number;
  /** Offset of damage below the final batch; -1 if there is none. What was recovered is what lies before it. */
  readonly damagedOffset: number;
}

export function recoverWal(file: Uint8Array, marker: DiskMarker, slots: number): Recovered {
  const shards: RecoveredShard[] = [];
  for (let shard = 0; shard < marker.shardCount; shard++) {
    shards.push({ log: new ShardLog(), term: 0, vote: 0 });
  }
  const incarnations = Array.from<number>({ length: slots }).fill(0);
  let offset = 0;
  let sequence = 1;
  while (offset < file.length) {
    const { diskIncarnation, generation } = marker;
    const header = decodeBatchHeader(file, offset, diskIncarnation, generation);
    if (header === undefined || header.sequence !== sequence) break;
    const start = offset + batchHeaderBytes;
    const end = start + header.bodyBytes;
    if (end > file.length || crc32c(file, start, end) !== header.bodyCrc) break;
    // Sound checksums around nonsense: as good as damage, since nobody else would have written it.
    if (!replay(new ByteReader(file, start, end), shards, incarnations)) {
      return result({
        shards,
        incarnations,
        offset,
        sequence,
        tornBytes: 0,
        damagedOffset: offset,
      });
    }
    offset += batchLength(header.bodyBytes);
    sequence += 1;
  }
  const isDamaged = sequence === 1 || hasLaterBatch(file, offset, sequence, marker);
  const tornBytes = isDamaged ? 0 : nonZeroBytes(file, offset);
  const damagedOffset = isDamaged ? offset : -1;
  return result({ shards, incarnations, offset, sequence, tornBytes, damagedOffset });
}

function result(found: {
  readonly shards: readonly RecoveredShard[];
  readonly incarnations: number[];
  readonly offset: number;
  readonly sequence: number;
  readonly tornBytes: number;
  readonly damagedOffset: number;
}): Recovered {
  const { shards, incarnations, tornBytes, damagedOffset } = found;
  const nextOffset = found.offset;
  return {
    shards,
    incarnations,
    nextOffset,
    nextSequence: found.sequence,
    tornBytes,
    damagedOffset,
  };
}

/** Looks for a whole header of a later batch anywhere behind an offset. Remains of torn batches lie there too. */
function hasLaterBatch(
  file: Uint8Array,
  offset: number,
  sequence: number,
  marker: DiskMarker,
): boolean {
  const { diskIncarnation, generation } = marker;
  for (let at = offset; at < file.length; at += sectorBytes) {
    const header = decodeBatchHeader(file, at, diskIncarnation, generation);
    if (header !== undefined && header.sequence > sequence) return true;
  }
  return false;
}

/** Length up to the last byte that was ever written. */
function nonZeroBytes(file: Uint8Array, offset: number): number {
  let end = file.length;
  while (end > offset && file[end - 1] === 0) end -= 1;
  return Math.max(0, end - offset);
}

function replay(
  records: ByteReader,
  shards: readonly RecoveredShard[],
  incarnations: number[],
): boolean {
  while (records.remainingBytes > 0 && !records.failed) {
    const type = records.u8();
    if (type === recordTypes.peer) {
      const slot = records.u8();
      incarnations[slot] = records.u53();
      continue;
    }
    const shard = shards[records.u32()];
    if (shard === undefined || !replayOne(type, records, shard)) return false;
  }
  return records.isComplete;
}

function replayOne(type: number, records: ByteReader, shard: RecoveredShard): boolean {
  const { log } = shard;
  switch (type) {
    case recordTypes.entry: {
      const index = records.u53();
      const term = records.u53();
      const isNoop = records.u8() === 0;
      const bytes = records.bytes();
      if (records.failed || index !== log.lastIndex + 1) return false;
      if (isNoop) {
        log.appendNoop(term);
        return true;
      }
      if (!isSoundEntry(bytes, log.last.position + 1)) return false;
      log.appendEntry(term, bytes);
      return true;
    }
    case recordTypes.truncate: {
      const index = records.u53();
      if (index <= log.baseIndex || index > log.lastIndex) return false;
      log.truncateFrom(index);
      return true;
    }
    case recordTypes.hardState:
      shard.term = records.u53();
      shard.vote = records.u8();
      return !records.failed;
    case recordTypes.base:
      return replayBase(records, log);
    default:
      return false;
  }
}

function replayBase(records: ByteReader, log: ShardLog): boolean {
  const base = {
    index: records.u53(),
    term: records.u53(),
    position: records.u53(),
    incarnation: records.u53(),
    sequence: records.u53(),
    chain: records.u32(),
  };
  const clears = records.u8() === 1;
  if (records.failed) return false;
  if (clears) {
    log.reset(base);
    return true;
  }
  if (log.termAt(base.index) !== base.term) return false;
  log.trimTo(base.index);
  return true;
}
