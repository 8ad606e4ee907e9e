/** INFO's section on replication: replicas follow the shard's log, at whose positions offsets are told. */
import { portFor } from "../../cluster/endpoint.ts";
import type { CommandContext } from "../context.ts";
import { hexIdentity } from "../identity.ts";

export function replicationLines(context: CommandContext): string[] {
  const { server, settings } = context;
  const isPrimary = server.role === "primary";
  const replicas = isPrimary ? server.replicas : [];
  const lines = [`role:${isPrimary ? "master" : "slave"}`];
  if (!isPrimary) lines.push(...followingLines(context));
  lines.push(`connected_slaves:${replicas.length}`);
  if (settings.number("min-replicas-to-write") > 0 && settings.number("min-replicas-max-lag") > 0) {
    lines.push(`min_slaves_good_slaves:${replicas.length}`);
  }
  for (const [index, replica] of replicas.entries()) {
    const { host } = replica;
    const port = portFor(replica, context.session.isTls);
    // How far a replica has read is the log's to know: what it has not read yet, it will before it leads.
    lines.push(
      `slave${index}:ip=${host},port=${port},state=online,offset=${server.committedPosition},lag=0`,
    );
  }
  lines.push(
    "master_failover_state:no-failover",
    `master_replid:${shardId(context)}`,
    `master_replid2:${"0".repeat(40)}`,
    `master_repl_offset:${server.appliedPosition}`,
    "second_repl_offset:-1",
    "repl_backlog_active:0",
    `repl_backlog_size:${settings.get("repl-backlog-size")}`,
    "repl_backlog_first_byte_offset:0",
    "repl_backlog_histlen:0",
    `leadership_epoch:${server.epoch}`,
  );
  return lines;
}

function followingLines(context: CommandContext): string[] {
  const { server, settings, session } = context;
  const { primary } = server;
  const isUp = server.isCaughtUp;
  const lines = [
    `master_host:${primary?.host ?? ""}`,
    `master_port:${primary === undefined ? 0 : portFor(primary, session.isTls)}`,
    `master_link_status:${isUp ? "up" : "down"}`,
    `master_last_io_seconds_ago:${isUp ? 0 : -1}`,
    `master_sync_in_progress:${isUp ? 0 : 1}`,
    `slave_read_repl_offset:${server.appliedPosition}`,
    `slave_repl_offset:${server.appliedPosition}`,
  ];
  if (!isUp) lines.push("master_link_down_since_seconds:-1");
  lines.push(
    `slave_priority:${settings.get("replica-priority")}`,
    "slave_read_only:1",
    `replica_announced:${settings.isOn("replica-announced") ? 1 : 0}`,
  );
  return lines;
}

/** The history that all nodes of a shard share is its log. */
function shardId({ server }: CommandContext): string {
  return hexIdentity(`shard ${server.self.nodeId.split("-")[1] ?? ""}`);
}
