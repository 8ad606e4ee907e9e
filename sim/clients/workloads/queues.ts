import { kindOfForms } from "./forms.ts";
import type { Workload } from "./workload.ts";

/**
 * Every command on lists, over two keys. Most elements are unique, and consumers wait for them: what is delivered twice, lost or
 * overtaken fits no order.
 */
export const queues: Workload = kindOfForms("queues", ["LRANGE key 0 -1"], {
  keys: 2,
  words: {
    element: ["a", "b", "10"],
    index: ["0", "1", "-1", "-2", "5"],
    side: ["LEFT", "RIGHT"],
    wait: ["0.01", "0.05", "0.2"],
  },
  reads: [
    "LRANGE key 0 -1",
    "LRANGE key index index",
    "LLEN key",
    "LINDEX key index",
    "LPOS key element",
    "LPOS key element RANK -1 COUNT 0",
    "SORT key ALPHA LIMIT 0 3",
  ],
  writes: [
    "RPUSH key unique",
    "RPUSH key unique",
    "RPUSH key unique unique",
    "RPUSH key element unique element",
    "LPUSH key unique",
    "LPUSHX key unique",
    "RPUSHX key unique",
    "LPOP key",
    "LPOP key 2",
    "RPOP key",
    "BLPOP key wait",
    "BLPOP key key wait",
    "BRPOP key wait",
    "BLMOVE key key side side wait",
    "BRPOPLPUSH key key wait",
    "BLMPOP wait 2 key key side COUNT 2",
    "LMPOP 2 key key side",
    "LMOVE key key side side",
    "RPOPLPUSH key key",
    "LINSERT key BEFORE element unique",
    "LINSERT key AFTER element unique",
    "LSET key index unique",
    "LREM key 1 element",
    "LREM key -1 element",
    "LREM key 0 element",
    "LTRIM key index index",
    "LTRIM key 0 4",
    "SORT key ALPHA STORE key",
    "DEL key",
    "RENAME key key",
  ],
});
