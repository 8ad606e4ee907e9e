/** INFO's section on persistence: the log makes every write durable, so that no snapshot is ever late and none fails. */
import type { CommandContext } from "../context.ts";

export function persistenceLines(context: CommandContext): string[] {
  const { server, settings, saves } = context;
  const isAppending = settings.isOn("appendonly");
  const lines = [
    `loading:${server.isCaughtUp ? 0 : 1}`,
    "async_loading:0",
    "current_cow_peak:0",
    "current_cow_size:0",
    "current_cow_size_age:0",
    "current_fork_perc:0.00",
    "current_save_keys_processed:0",
    "current_save_keys_total:0",
    `rdb_changes_since_last_save:${saves.changesSince(context.record.changes)}`,
    "rdb_bgsave_in_progress:0",
    `rdb_last_save_time:${saves.lastUnixSeconds(server.startedUnixUs)}`,
    "rdb_last_bgsave_status:ok",
    `rdb_last_bgsave_time_sec:${saves.count === 0 ? -1 : 0}`,
    "rdb_current_bgsave_time_sec:-1",
    `rdb_saves:${saves.count}`,
    "rdb_last_cow_size:0",
    "rdb_last_load_keys_expired:0",
    "rdb_last_load_keys_loaded:0",
    `aof_enabled:${isAppending ? 1 : 0}`,
    "aof_rewrite_in_progress:0",
    "aof_rewrite_scheduled:0",
    `aof_last_rewrite_time_sec:${saves.rewrites === 0 ? -1 : 0}`,
    "aof_current_rewrite_time_sec:-1",
    "aof_last_bgrewrite_status:ok",
    `aof_rewrites:${saves.rewrites}`,
    "aof_rewrites_consecutive_failures:0",
    "aof_last_write_status:ok",
    "aof_last_cow_size:0",
    "module_fork_in_progress:0",
    "module_fork_last_cow_size:0",
  ];
  if (isAppending) {
    lines.push(
      "aof_current_size:0",
      "aof_base_size:0",
      "aof_pending_rewrite:0",
      "aof_buffer_length:0",
      "aof_pending_bio_fsync:0",
      "aof_delayed_fsync:0",
    );
  }
  lines.push(
    `log_position:${server.appliedPosition}`,
    `log_committed_position:${server.committedPosition}`,
  );
  return lines;
}
