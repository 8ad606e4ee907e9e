/** What kinds of values there are in RDB files and DUMP's payloads, by Redis's numbers; those without a word are still written. */
export const rdbTypes = {
  string: 0,
  /** Element by element: up to Redis 3.0. */
  list: 1,
  set: 2,
  /** Scores as text: up to Redis 3.2. */
  zsetOfText: 3,
  hash: 4,
  zset: 5,
  /** Up to Redis 2.4. */
  hashZipmap: 9,
  /** Up to Redis 3.0. */
  listZiplist: 10,
  setIntset: 11,
  /** Up to Redis 6.2. */
  zsetZiplist: 12,
  /** Up to Redis 6.2. */
  hashZiplist: 13,
  /** Nodes of ziplists: up to Redis 6.2. */
  listOfZiplists: 14,
  /** Without what XINFO tells of entries read: up to Redis 6.2. */
  streamOfEntries: 15,
  hashListpack: 16,
  zsetListpack: 17,
  list2: 18,
  stream: 19,
} as const;

/** The version of the format that Redis 7.0 writes. */
export const RDB_VERSION = 10;

/** How a node of a list is kept: one element as it is, or a listpack. */
export const listNodes = { plain: 1, packed: 2 } as const;

/** Kinds of strings that are no plain bytes, in the place of a length. */
export const stringKinds = { int8: 0, int16: 1, int32: 2, lzf: 3 } as const;
