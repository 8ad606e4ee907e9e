/** Error replies that several commands share, in Redis's own words, with their codes. */
export const errors = {
  syntax: "ERR syntax error",
  wrongType: "WRONGTYPE Operation against a key holding the wrong kind of value",
  notInteger: "ERR value is not an integer or out of range",
  notFloat: "ERR value is not a valid float",
  notPositive: "ERR value is out of range, must be positive",
  loading: "LOADING Redis is loading the dataset in memory",
  noSuchKey: "ERR no such key",
  busyKey: "BUSYKEY Target key name already exists.",
  sameObject: "ERR source and destination objects are the same",
  outOfRangeIndex: "ERR index out of range",
  stringTooLong: "ERR string exceeds maximum allowed size (proto-max-bulk-len)",
  execAbort: "EXECABORT Transaction discarded because of previous errors.",
  outOfMemory: "OOM command not allowed when used memory > 'maxmemory'.",
  readonly: "READONLY You can't write against a read only replica.",
  noReplicas: "NOREPLICAS Not enough good replicas to write.",
  noAuth: "NOAUTH Authentication required.",
  noProto: "NOPROTO unsupported protocol version",
  noAuthConfigured:
    "ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?",
  wrongPass: "WRONGPASS invalid username-password pair or user is disabled.",
  selectInCluster: "ERR SELECT is not allowed in cluster mode",
  databaseRange: "ERR DB index is out of range",
} as const;

/** `name` is the full command name, such as "client|reply". */
export function wrongArity(name: string): string {
  return `ERR wrong number of arguments for '${name}' command`;
}

/** A subcommand that got more words than it takes. */
export function unknownSubcommand(container: string, subcommand: string): string {
  return oneLine(
    `ERR unknown subcommand or wrong number of arguments for '${printed(subcommand, 128)}'. Try ${container.toUpperCase()} HELP.`,
  );
}

/** An invalid "expire" argument of the named command. */
export function invalidExpireTime(name: string): string {
  return `ERR invalid expire time in '${name}' command`;
}

/** Error texts may quote what a client sent: line ends would break the protocol. */
export function oneLine(text: string): string {
  return text.replace(/[\r\n]/g, " ");
}

/** The part of a client's string that C's printf shows with %.<limit>s: up to its first zero byte. */
export function printed(text: string, limitChars: number): string {
  const zero = text.indexOf("\0");
  return text.slice(0, zero < 0 ? limitChars : Math.min(zero, limitChars));
}
