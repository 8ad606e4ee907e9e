/**
 * INFO: the node in numbers. Only figures that the engine has are shown; processor time and network bytes are its host's.
 */
import type { CommandContext } from "./context.ts";
import { redisVersion } from "./connection.ts";
import { hexIdentity } from "./identity.ts";

type Section = (context: CommandContext) => string[];

/** In Redis's order. */
const sections: ReadonlyMap<string, Section> = new Map<string, Section>([
  ["server", serverLines],
  ["clients", clientLines],
  ["memory", memoryLines],
  ["persistence", persistenceLines],
  ["stats", statisticsLines],
  ["replication", replicationLines],
  ["cpu", cpuLines],
  ["commandstats", commandLines],
  ["errorstats", errorLines],
  ["cluster", clusterLines],
  ["keyspace", keyspaceLines],
]);

const titles: ReadonlyMap<string, string> = new Map([
  ["cpu", "CPU"],
  ["commandstats", "Commandstats"],
  ["errorstats", "Errorstats"],
]);

/** Shown by "all" and "everything" but not by default. */
const NOT_DEFAULT: ReadonlySet<string> = new Set(["commandstats"]);

/**
 * INFO [section [section …]]
 * Replies: verbatim text, sections of name:value lines; nothing for an unknown section. Record: none.
 * @see https://redis.io/docs/latest/commands/info/
 */
export function info(context: CommandContext, argv: readonly string[]): void {
  const asked = sectionsAsked(argv);
  const blocks: string[] = [];
  for (const [name, lines] of sections) {
    if (!asked.has(name)) continue;
    const title = titles.get(name) ?? name.charAt(0).toUpperCase() + name.slice(1);
    blocks.push(
      `# ${title}\r\n${lines(context)
        .map((line) => `${line}\r\n`)
        .join("")}`,
    );
  }
  context.reply.verbatim("txt", blocks.join("\r\n"));
}

function sectionsAsked(argv: readonly string[]): ReadonlySet<string> {
  const asked = new Set<string>();
  const words = argv.length === 1 ? ["default"] : argv.slice(1);
  for (const word of words) {
    const name = word.toLowerCase();
    const isDefault = name === "default";
    if (!isDefault && name !== "all" && name !== "everything") {
      asked.add(name);
      continue;
    }
    for (const section of sections.keys()) {
      if (!isDefault || !NOT_DEFAULT.has(section)) asked.add(section);
    }
  }
  return asked;
}

function serverLines(context: CommandContext): string[] {
  const { server, unixUs } = context;
  const uptimeSeconds = Math.max(0, Math.floor((unixUs - server.startedUnixUs) / 1e6));
  return [
    `redis_version:${redisVersion}`,
    "redis_mode:cluster",
    "arch_bits:64",
    `run_id:${hexIdentity(`run ${server.incarnation}`)}`,
    `tcp_port:${server.self.port}`,
    `server_time_usec:${Math.floor(unixUs)}`,
    `uptime_in_seconds:${uptimeSeconds}`,
    `uptime_in_days:${Math.floor(uptimeSeconds / 86400)}`,
    `availability_zone:${server.self.zone}`,
  ];
}

function clientLines(context: CommandContext): string[] {
  let connected = 0;
  let blocked = 0;
  for (const session of context.server.sessions) {
    if (session.clientId >= 0) connected++;
    if (session.isBlocked) blocked++;
  }
  return [
    `connected_clients:${connected}`,
    "cluster_connections:0",
    `blocked_clients:${blocked}`,
    "tracking_clients:0",
  ];
}

function memoryLines(context: CommandContext): string[] {
  const { usedBytes, size } = context.keyspace;
  return [
    `used_memory:${usedBytes}`,
    `used_memory_human:${humanBytes(usedBytes)}`,
    `used_memory_dataset:${usedBytes}`,
    `number_of_keys:${size}`,
    "maxmemory:0",
    "maxmemory_human:0B",
    "maxmemory_policy:noeviction",
  ];
}

/** "1.50K" and so on, as bytesToHuman prints. */
function humanBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes}B`;
  const units = ["K", "M", "G", "T", "P"];
  let scaled = bytes / 1024;
  let unit = 0;
  while (scaled >= 1024 && unit < units.length - 1) {
    scaled /= 1024;
    unit++;
  }
  return `${scaled.toFixed(2)}${units[unit] ?? ""}`;
}

function persistenceLines(context: CommandContext): string[] {
  const { server } = context;
  return [
    `loading:${server.isCaughtUp ? 0 : 1}`,
    "aof_enabled:0",
    `log_position:${server.appliedPosition}`,
    `log_committed_position:${server.committedPosition}`,
  ];
}

function statisticsLines(context: CommandContext): string[] {
  const { statistics } = context;
  return [
    `total_connections_received:${statistics.connectionsReceived}`,
    `total_commands_processed:${statistics.commandsProcessed}`,
    `expired_keys:${statistics.expiredKeys}`,
    "evicted_keys:0",
    `keyspace_hits:${statistics.keyspaceHits}`,
    `keyspace_misses:${statistics.keyspaceMisses}`,
    "pubsub_channels:0",
    "pubsub_patterns:0",
    `total_error_replies:${statistics.errorReplies}`,
  ];
}

function replicationLines(context: CommandContext): string[] {
  const { server } = context;
  const lines = [`role:${server.role === "primary" ? "master" : "slave"}`];
  if (server.role === "replica") {
    lines.push(
      `master_host:${server.primary?.host ?? ""}`,
      `master_port:${server.primary?.port ?? 0}`,
      `master_link_status:${server.isCaughtUp ? "up" : "down"}`,
      `slave_repl_offset:${server.appliedPosition}`,
      "slave_read_only:1",
    );
  }
  const replicas = server.role === "primary" ? server.replicas : [];
  lines.push(`connected_slaves:${replicas.length}`);
  replicas.forEach((replica, index) =>
    lines.push(`slave${index}:ip=${replica.host},port=${replica.port},state=online`),
  );
  lines.push(
    `master_failover_state:no-failover`,
    `master_replid:${hexIdentity(`shard ${server.self.nodeId.split("-")[1] ?? ""}`)}`,
    `master_repl_offset:${server.appliedPosition}`,
    `leadership_epoch:${server.epoch}`,
  );
  return lines;
}

function cpuLines(): string[] {
  return [];
}

function commandLines(context: CommandContext): string[] {
  const lines: string[] = [];
  for (const [name, count] of context.statistics.commands) {
    lines.push(
      `cmdstat_${name}:calls=${count.calls},usec=0,usec_per_call=0.00,` +
        `rejected_calls=${count.rejected},failed_calls=${count.failed}`,
    );
  }
  return lines;
}

function errorLines(context: CommandContext): string[] {
  const lines: string[] = [];
  for (const [code, count] of context.statistics.errors)
    lines.push(`errorstat_${code}:count=${count}`);
  return lines;
}

function clusterLines(): string[] {
  return ["cluster_enabled:1"];
}

function keyspaceLines(context: CommandContext): string[] {
  const { size, expiringCount } = context.keyspace;
  return size === 0 ? [] : [`db0:keys=${size},expires=${expiringCount},avg_ttl=0`];
}
