/**
 * The engine's share of the trace vocabulary, as data: what each event means and what its fields say.
 * Events of the world (messages, faults, clients) are added in sim/trace. docs/trace.md is checked against both.
 */
export const engineEvents = {
  "node.started": "a database node was built; value = incarnation",
  "node.recovering": "memory was discarded, replay of the log begins; text = why",
  "node.recovered":
    "the linearizable tail taken after recovery began is applied; position = that tail",
  "role.replica": "the node serves READONLY clients and follows the log",
  "role.primary": "the node's leadership entry committed; position = that entry, value = epoch",
  "role.handover": "the primary stopped serving and drains; text = target",
  "role.handoverGivenUp": "the drain took too long and no release was sent: the primary serves on",
  "role.released": "the release entry committed; position = that entry, value = epoch given up",
  "lease.renewed":
    "a renewal committed; position = that entry, value = end of the lease, monotonic microseconds",
  "lease.lapsed":
    "the lease ended with its renewal unacknowledged: nothing executes until a renewal commits",
  "election.stood": "a leadership entry was sent; position = where it would stand, value = epoch",
  "election.lost": "another entry committed at that position",
  "append.conflict": "the log refused an append for good: this writer is fenced; position = where",
  "append.retried":
    "pending appends were sent again; position = the first, value = how many entries",
  "write.stalled": "too many bytes are in flight: writes wait unexecuted",
  "write.resumed": "writes run again",
  "reply.abandoned":
    "a connection with parked replies was closed, outcome unknown; value = replies",
  "record.voided": "an unfinished record was voided by a leadership entry; position = that entry",
  "record.refused": "an entry of a newer engine version stops this replica; value = that version",
  "script.said":
    "a script said a line by redis.log; value = its level, from 0 (debug) to 3 (warning), text = the line",
  "script.long":
    "a script has run for 50 ms; it may still be given up, or end as if it had been short",
  "payload.refused": "RESTORE was given a payload that makes no sense; text = why",
  "log.started": "a log node read its disk; value = incarnation of the disk",
  "log.blank": "a log node found no format marker and waits for the control plane",
  "log.formatted": "a blank disk was formatted; value = incarnation of the disk",
  "log.torn": "an unfinished final batch was cut off at recovery; value = bytes",
  "log.damaged":
    "a checksum below the final batch failed: the node repairs before it votes; value = offset",
  "log.repairing":
    "rule 7: no vote, no acknowledgement until both peers were heard and the tail is copied",
  "log.repaired": "the node votes and acknowledges again",
  "log.leader": "a log node became leader of a shard's log; value = term",
  "log.follower": "a log leader stepped down; value = term, text = why",
  "log.transfer": "leadership of a shard's log is handed to a peer; text = peer",
  "log.installed": "a prefix below the leader's trim point was installed; position = its end",
  "log.trimmed": "entries below a position were dropped; position = the first kept",
  "login.slowed":
    "too many wrong passwords came from an address: further ones wait; text = the address",
  "message.dropped": "a peer message was unknown or damaged and was dropped; text = why",
  "monitor.suspects": "the monitor had no answer from a node for too long; text = node",
  "monitor.provisioned": "the monitor asked for a machine; text = node",
  "monitor.formatted":
    "the monitor told a blank log node to format its disk; text = node, value = disk incarnation",
} as const;

export type TraceKind = keyof typeof engineEvents;
