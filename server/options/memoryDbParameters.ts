/**
 * The parameters of Amazon MemoryDB, family memorydb_redis7, as `aws memorydb describe-parameters` lists them, beside what the service
 * fixes.
 * @see https://docs.aws.amazon.com/memorydb/latest/devguide/parametergroups.redis.html
 */

export interface MemoryDbParameter {
  readonly name: string;
  readonly initial: string;
  /** As the service writes it: "yes,no", "1-10000", "0,20-" (0, or at least 20), "-" (any whole number); "" for a grammar of its own. */
  readonly allowed: string;
  /** False: the service sets it, and nobody changes it. */
  readonly isChangeable: boolean;
}

const changeable = (name: string, initial: string, allowed: string): MemoryDbParameter => ({
  name,
  initial,
  allowed,
  isChangeable: true,
});

const fixed = (name: string, initial: string): MemoryDbParameter => ({
  name,
  initial,
  allowed: initial,
  isChangeable: false,
});

const POLICIES =
  "volatile-lru,allkeys-lru,volatile-lfu,allkeys-lfu,volatile-random,allkeys-random,volatile-ttl,noeviction";

/** By name. Bytes and seconds are whole numbers without units. */
export const memoryDbParameters: readonly MemoryDbParameter[] = [
  changeable("acllog-max-len", "128", "1-10000"),
  changeable("active-defrag-cycle-max", "75", "1-75"),
  changeable("active-defrag-cycle-min", "5", "1-75"),
  changeable("active-defrag-ignore-bytes", "104857600", "1048576-"),
  changeable("active-defrag-max-scan-fields", "1000", "1-1000000"),
  changeable("active-defrag-threshold-lower", "10", "1-100"),
  changeable("active-defrag-threshold-upper", "100", "1-100"),
  changeable("active-expire-effort", "1", "1-10"),
  changeable("activedefrag", "no", "yes,no"),
  changeable("activerehashing", "yes", "yes,no"),
  changeable("client-output-buffer-limit-normal-hard-limit", "0", "0-"),
  changeable("client-output-buffer-limit-normal-soft-limit", "0", "0-"),
  changeable("client-output-buffer-limit-normal-soft-seconds", "0", "0-"),
  changeable("client-output-buffer-limit-pubsub-hard-limit", "33554432", "0-"),
  changeable("client-output-buffer-limit-pubsub-soft-limit", "8388608", "0-"),
  changeable("client-output-buffer-limit-pubsub-soft-seconds", "60", "0-"),
  fixed("client-query-buffer-limit", "1073741824"),
  fixed("databases", "1"),
  changeable("hash-max-listpack-entries", "512", "0-"),
  changeable("hash-max-listpack-value", "64", "0-"),
  changeable("hll-sparse-max-bytes", "3000", "1-16000"),
  changeable("latency-tracking", "no", "yes,no"),
  changeable("lazyfree-lazy-eviction", "no", "yes,no"),
  changeable("lazyfree-lazy-expire", "no", "yes,no"),
  changeable("lazyfree-lazy-server-del", "no", "yes,no"),
  changeable("lazyfree-lazy-user-del", "no", "yes,no"),
  changeable("lfu-decay-time", "1", "0-"),
  changeable("lfu-log-factor", "10", "1-"),
  changeable("list-compress-depth", "0", "0-"),
  fixed("maxclients", "65000"),
  changeable("maxmemory-policy", "noeviction", POLICIES),
  changeable("maxmemory-samples", "3", "1-"),
  changeable("notify-keyspace-events", "", ""),
  fixed("proto-max-bulk-len", "536870912"),
  changeable("set-max-intset-entries", "512", "0-"),
  changeable("slowlog-log-slower-than", "10000", "-"),
  changeable("slowlog-max-len", "128", "0-"),
  changeable("stream-node-max-bytes", "4096", "0-"),
  changeable("stream-node-max-entries", "100", "0-"),
  changeable("tcp-keepalive", "300", "0-"),
  changeable("timeout", "0", "0,20-"),
  changeable("tracking-table-max-keys", "1000000", "1-100000000"),
  changeable("zset-max-listpack-entries", "128", "0-"),
  changeable("zset-max-listpack-value", "64", "0-"),
];

/** Names that the family memorydb_redis6 has for the same parameters. */
const olderNames: ReadonlyMap<string, string> = new Map([
  ["hash-max-ziplist-entries", "hash-max-listpack-entries"],
  ["hash-max-ziplist-value", "hash-max-listpack-value"],
  ["zset-max-ziplist-entries", "zset-max-listpack-entries"],
  ["zset-max-ziplist-value", "zset-max-listpack-value"],
]);

export const memoryDbNames: readonly string[] = [
  ...memoryDbParameters.map(({ name }) => name),
  ...olderNames.keys(),
];

/** By name of either family; undefined if the service has none of it. */
export function memoryDbParameter(name: string): MemoryDbParameter | undefined {
  const present = olderNames.get(name) ?? name;
  return memoryDbParameters.find((one) => one.name === present);
}

/** Why a value is not allowed; undefined if it is. */
export function whyNotAllowed(
  { name, allowed }: MemoryDbParameter,
  value: string,
): string | undefined {
  if (allowed === "") return undefined;
  const isNumeric = /\d|^-$/.test(allowed);
  if (!isNumeric) {
    const words = allowed.split(",");
    return words.includes(value) ? undefined : `${name} must be ${words.join(" or ")}`;
  }
  const isWhole = /^-?\d{1,18}$/.test(value);
  if (isWhole && allowed.split(",").some((range) => isWithin(BigInt(value), range))) {
    return undefined;
  }
  return `${name} must be ${allowed.split(",").map(rangeInWords).join(", or ")}`;
}

function isWithin(value: bigint, range: string): boolean {
  if (range === "-") return true;
  const [least = "", most] = range.split("-");
  if (most === undefined) return value === BigInt(least);
  return value >= BigInt(least) && (most === "" || value <= BigInt(most));
}

function rangeInWords(range: string): string {
  if (range === "-") return "a whole number";
  const [least = "", most] = range.split("-");
  if (most === undefined) return least;
  return most === ""
    ? `a whole number of at least ${least}`
    : `a whole number from ${least} to ${most}`;
}
