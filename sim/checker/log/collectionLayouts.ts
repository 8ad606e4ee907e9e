/** What stands behind the key of a change of a collection: the layouts that engine/replication/effects/ draws. */

/** An id is four u32; a list in a list is a u32 count and as many of its fields. */
type Field = "text" | "u8" | "u16" | "u32" | "i64" | "f64" | "id";

export interface Layout {
  /** The command that does the like, or words. */
  readonly name: string;
  readonly fields: readonly (Field | readonly Field[])[];
}

/** By the number of the operation. */
export const layouts: ReadonlyMap<number, Layout> = new Map<number, Layout>([
  [0x20, { name: "HSET", fields: [["text", "text"]] }],
  [0x21, { name: "HDEL", fields: [["text"]] }],

  [0x30, { name: "SADD", fields: [["text"]] }],
  [0x31, { name: "SREM", fields: [["text"]] }],
  [0x32, { name: "store", fields: ["u8", ["text"]] }],
  [0x33, { name: "keep", fields: [["text"]] }],

  [0x40, { name: "LPUSH", fields: [["text"]] }],
  [0x41, { name: "RPUSH", fields: [["text"]] }],
  [0x42, { name: "LPOP", fields: ["u32"] }],
  [0x43, { name: "RPOP", fields: ["u32"] }],
  [0x44, { name: "LMOVE", fields: ["u8", "text"] }],
  [0x45, { name: "LINSERT", fields: ["u32", "text"] }],
  [0x46, { name: "LSET", fields: ["u32", "text"] }],
  [0x47, { name: "LREM", fields: ["u32", "text"] }],
  [0x48, { name: "LREM from the tail", fields: ["u32", "text"] }],
  [0x49, { name: "LTRIM", fields: ["u32", "u32"] }],

  [0x50, { name: "make a stream", fields: [] }],
  [0x51, { name: "XADD", fields: ["u8", "id", ["text"]] }],
  [0x52, { name: "XDEL", fields: [["id"]] }],
  [0x53, { name: "XTRIM", fields: ["u32", "u32"] }],
  [0x54, { name: "XSETID", fields: ["id", "i64", "id"] }],
  [0x55, { name: "XGROUP SETID", fields: ["text", "id", "u8", "i64"] }],
  [0x56, { name: "XGROUP DESTROY", fields: ["text"] }],
  [0x57, { name: "see", fields: ["text", "text", "i64"] }],
  [0x58, { name: "XGROUP DELCONSUMER", fields: ["text", "text"] }],
  [0x59, { name: "deliver", fields: ["text", "text", "i64", ["id", "i64"]] }],
  [0x5a, { name: "XACK", fields: ["text", ["id"]] }],

  [0x60, { name: "ZADD", fields: [["f64", "text"]] }],
  [0x61, { name: "ZREM", fields: [["text"]] }],
  [0x62, { name: "ZREMRANGEBYRANK", fields: ["u32", "u32"] }],

  [0x70, { name: "PFADD registers", fields: [["u16", "u8"]] }],
  [0x71, { name: "PFADD made dense", fields: [] }],
  [0x72, { name: "PFCOUNT", fields: ["u32", "u32"] }],
]);
