import { kindOfForms } from "./forms.ts";
import type { Workload } from "./workload.ts";

/** Every command on hashes, over two keys. */
export const hashes: Workload = kindOfForms("hashes", ["HGETALL key"], {
  keys: 2,
  words: { field: ["f", "g", "h", "10", "a longer name of a field"] },
  reads: [
    "HGET key field",
    "HMGET key field field",
    "HGETALL key",
    "HKEYS key",
    "HVALS key",
    "HLEN key",
    "HEXISTS key field",
    "HSTRLEN key field",
    "HRANDFIELD key",
    "HRANDFIELD key 2",
    "HRANDFIELD key -3",
    "HSCAN key 0 COUNT 1000",
    "EXISTS key key",
    "TYPE key",
  ],
  writes: [
    "HSET key field unique",
    "HSET key field value field unique",
    "HSET key field integer",
    "HMSET key field unique field value",
    "HSETNX key field unique",
    "HINCRBY key field integer",
    "HINCRBYFLOAT key field float",
    "HDEL key field",
    "HDEL key field field field",
    "DEL key",
    "EXPIRE key seconds",
    "PEXPIREAT key unixmilliseconds",
    "COPY key key REPLACE",
    "RENAME key key",
  ],
});
