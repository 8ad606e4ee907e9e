/** What --help prints. */
import { ownOptions } from "./settings.ts";

export function helpText(): string {
  const groups = [...new Set(ownOptions.map(({ group }) => group))];
  const options = groups.map((group) => {
    const lines = ownOptions
      .filter((own) => own.group === group)
      .map(({ name, value, help }) => `  ${`${name}=${value}`.padEnd(28)} ${help}\n`);
    return `${group}:\n${lines.join("")}`;
  });
  return `Azimuth: a durable, Redis-compatible in-memory database.

Usage: npm run serve -- [redis.conf | -] [--name value …] [name=value …] [tls] [-]
       npm run serve -- certificates [--help]        makes certificates for development
       npm run serve -- parameters [name=value …]    lists the parameters of Amazon MemoryDB with values and ranges
       npm run serve -- --version

  A file in redis.conf's syntax comes first, "-" is the standard input. Later options win.

${options.join("\n")}
Parameters of Amazon MemoryDB (profile=memorydb), by their names in the service, each with its range: npm run serve -- parameters

Parameters of Redis (profile=redis), by their names in redis.conf: what does not concern this server is kept and shown by CONFIG GET. Among those that act:
  maxclients, timeout, tcp-keepalive, tcp-backlog, protected-mode, requirepass, unixsocket, unixsocketperm, maxmemory, maxmemory-policy,
  client-query-buffer-limit, client-output-buffer-limit, proto-max-bulk-len, shutdown-timeout, shutdown-on-sigterm, shutdown-on-sigint,
  notify-keyspace-events, slowlog-log-slower-than, latency-monitor-threshold, and the limits of packed encodings.

TLS, by the names of redis.conf: tls-port, tls-cert-file, tls-key-file, tls-key-file-pass, tls-ca-cert-file, tls-ca-cert-dir, tls-auth-clients (yes),
  tls-protocols, tls-ciphers, tls-ciphersuites, tls-prefer-server-ciphers, tls-session-caching, tls-session-cache-timeout, tls-cluster,
  tls-replication, tls-client-cert-file, tls-client-key-file. Paths are relative to where the server is started.

Signals:
  SIGTERM, SIGINT              end in good order: answer what is owed, hand leadership over; a second one ends at once
  SIGHUP                       reads the certificates and the files of acl= and parameters= anew; a log file that was renamed is made again by itself

Exit codes: 0 after an end in good order; 1 when it could not start, or was told to end twice.

Examples:
  npm run serve
  npm run serve -- maxmemory-policy=allkeys-lru timeout=60
  npm run serve -- parameters parameters=group.json
  npm run serve -- tls acl=users.acl
  npm run serve -- shards=3 port=7000 dir=/var/lib/azimuth
  npm run serve -- profile=standalone --maxmemory 1gb --maxmemory-policy allkeys-lru
  npm run serve -- tls cluster-announce-hostname=localhost cluster-preferred-endpoint-type=hostname
  npm run serve -- zone=a join=10.0.0.2:6380,10.0.0.3:6381 bind=10.0.0.1

docs/SERVER.md and docs/MEMORYDB.md tell more.
`;
}
