import { kindOfForms } from "./forms.ts";
import type { Workload } from "./workload.ts";

/** Every command on sets, over three keys: small integers alone, and with others. */
export const sets: Workload = kindOfForms("sets", ["SMEMBERS key"], {
  keys: 3,
  words: { member: ["1", "2", "3", "-70000", "m", "n", "with blank"] },
  reads: [
    "SMEMBERS key",
    "SCARD key",
    "SISMEMBER key member",
    "SMISMEMBER key member member",
    "SRANDMEMBER key",
    "SRANDMEMBER key 2",
    "SRANDMEMBER key -3",
    "SINTER key key",
    "SINTERCARD 2 key key",
    "SINTERCARD 2 key key LIMIT 1",
    "SUNION key key",
    "SDIFF key key",
    "SSCAN key 0 COUNT 1000",
    "SORT key ALPHA",
    "SORT_RO key ALPHA DESC",
  ],
  writes: [
    "SADD key member",
    "SADD key member member member",
    "SADD key unique",
    "SREM key member",
    "SREM key member member",
    "SPOP key",
    "SPOP key 2",
    "SPOP key 1000",
    "SMOVE key key member",
    "SINTERSTORE key key key",
    "SUNIONSTORE key key key",
    "SDIFFSTORE key key key",
    "SORT key ALPHA STORE key",
    "DEL key",
    "EXPIRE key seconds",
    "COPY key key REPLACE",
  ],
});
