/**
 * What Amazon MemoryDB keeps from its users, by full name: in the profile "memorydb" the table has no such commands.
 * @see https://docs.aws.amazon.com/memorydb/latest/devguide/restrictedcommands.html
 */
export const refusedByMemoryDb: ReadonlySet<string> = new Set([
  "acl|deluser",
  "acl|load",
  "acl|save",
  "acl|setuser",
  "bgrewriteaof",
  "bgsave",
  "cluster|addslots",
  "cluster|addslotsrange",
  "cluster|delslots",
  "cluster|delslotsrange",
  "cluster|setslot",
  "config",
  "debug",
  "migrate",
  "module",
  "psync",
  "replicaof",
  "save",
  "shutdown",
  "slaveof",
  "sync",
]);
