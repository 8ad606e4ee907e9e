/**
 * How collections are held, which never says what they hold: by which hash big ones find their members, and up to where small ones keep their packed form: Redis's
 * parameters, which CONFIG SET changes. These decide what OBJECT ENCODING says, too, and nodes may differ in them.
 */
import { KeyedHash } from "../structures/keyedHash.ts";

export interface EncodingLimits {
  /** One for all nodes of a cluster, so that cursors of scans go on at another node. */
  readonly hash: KeyedHash;
  hashMaxListpackEntries: number;
  hashMaxListpackValueBytes: number;
  setMaxIntsetEntries: number;
  zsetMaxListpackEntries: number;
  zsetMaxListpackValueBytes: number;
  /** Positive: elements a node; negative: -1 to -5 for 4 to 64 KiB a node. */
  listMaxListpackSize: number;
  hllSparseMaxBytes: number;
  streamNodeMaxBytes: number;
  streamNodeMaxEntries: number;
}

/** @see https://redis.io/docs/latest/operate/oss_and_stack/management/config-file/ */
export function defaultLimits(hash: KeyedHash = new KeyedHash(0, 0)): EncodingLimits {
  return {
    hash,
    hashMaxListpackEntries: 512,
    hashMaxListpackValueBytes: 64,
    setMaxIntsetEntries: 512,
    zsetMaxListpackEntries: 128,
    zsetMaxListpackValueBytes: 64,
    listMaxListpackSize: -2,
    hllSparseMaxBytes: 3000,
    streamNodeMaxBytes: 4096,
    streamNodeMaxEntries: 100,
  };
}
