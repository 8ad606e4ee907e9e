/**
 * Up to where small collections keep their packed form: Redis's parameters, which CONFIG SET changes. They decide how a
 * value is held and what OBJECT ENCODING calls it, never what it holds, so nodes may differ in them.
 */
export interface EncodingLimits {
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
export function defaultLimits(): EncodingLimits {
  return {
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
