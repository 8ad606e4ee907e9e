/** INFO's section on counters. */
import type { CommandContext } from "../context.ts";

export function statisticsLines(context: CommandContext): string[] {
  const { statistics: counted, switchboard, tracking } = context;
  const clients = context.meter.figures.clients();
  const { denied } = context.accessLog;
  const nowUs = context.unixUs;
  const { exceeded } = context.eviction;
  const operations = counted.commandRate.perSecond(nowUs, counted.commandsProcessed);
  const input = counted.inputRate.perSecond(nowUs, counted.inputBytes);
  const output = counted.outputRate.perSecond(nowUs, counted.outputBytes);
  return [
    `total_connections_received:${counted.connectionsReceived}`,
    `total_commands_processed:${counted.commandsProcessed}`,
    `instantaneous_ops_per_sec:${Math.round(operations)}`,
    `total_net_input_bytes:${counted.inputBytes}`,
    `total_net_output_bytes:${counted.outputBytes}`,
    "total_net_repl_input_bytes:0",
    "total_net_repl_output_bytes:0",
    `instantaneous_input_kbps:${(input / 1024).toFixed(2)}`,
    `instantaneous_output_kbps:${(output / 1024).toFixed(2)}`,
    "instantaneous_input_repl_kbps:0.00",
    "instantaneous_output_repl_kbps:0.00",
    `rejected_connections:${clients.rejectedConnections}`,
    "sync_full:0",
    "sync_partial_ok:0",
    "sync_partial_err:0",
    `expired_keys:${counted.expiredKeys}`,
    "expired_stale_perc:0.00",
    "expired_time_cap_reached_count:0",
    `expire_cycle_cpu_milliseconds:${Math.floor(counted.expiryUs / 1000)}`,
    `evicted_keys:${counted.evictedKeys}`,
    `evicted_clients:${counted.evictedClients}`,
    `total_eviction_exceeded_time:${Math.floor(exceeded.totalUs / 1000)}`,
    `current_eviction_exceeded_time:${Math.floor(exceeded.currentUs / 1000)}`,
    `keyspace_hits:${counted.keyspaceHits}`,
    `keyspace_misses:${counted.keyspaceMisses}`,
    `pubsub_channels:${switchboard.channels.topicCount}`,
    `pubsub_patterns:${switchboard.patterns.topicCount}`,
    `pubsubshard_channels:${switchboard.shardChannels.topicCount}`,
    "latest_fork_usec:0",
    "total_forks:0",
    "migrate_cached_sockets:0",
    "slave_expires_tracked_keys:0",
    "active_defrag_hits:0",
    "active_defrag_misses:0",
    "active_defrag_key_hits:0",
    "active_defrag_key_misses:0",
    "total_active_defrag_time:0",
    "current_active_defrag_time:0",
    `tracking_total_keys:${tracking.keyCount}`,
    `tracking_total_items:${tracking.itemCount}`,
    `tracking_total_prefixes:${tracking.prefixCount}`,
    "unexpected_error_replies:0",
    `total_error_replies:${counted.errorReplies}`,
    "dump_payload_sanitizations:0",
    `total_reads_processed:${counted.reads}`,
    `total_writes_processed:${counted.writes}`,
    "io_threaded_reads_processed:0",
    "io_threaded_writes_processed:0",
    "reply_buffer_shrinks:0",
    "reply_buffer_expands:0",
    `client_query_buffer_limit_disconnections:${counted.queryLimitDisconnections}`,
    `client_output_buffer_limit_disconnections:${clients.outputLimitDisconnections}`,
    `acl_access_denied_auth:${denied.auth}`,
    `acl_access_denied_cmd:${denied.command}`,
    `acl_access_denied_key:${denied.key}`,
    `acl_access_denied_channel:${denied.channel}`,
    `tls_failed_handshakes:${clients.failedHandshakes}`,
  ];
}
