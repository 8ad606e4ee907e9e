/**
 * Named marks: the odd, rare and subtle branches of the engine, as data. A branch says that it was taken by
 * `effects.mark(name)`; a host counts, and nothing else changes. A campaign that misses a mark has not tried what it
 * claims to have tried.
 *
 * A mark stands in the engine exactly once. Each begins with the rule of docs/PROTOCOL.md that its branch carries out, or
 * with "Raft" for what lies under all of them. docs/coverage.md says in which file each stands.
 */
export const marks = {
  // The log's append: appendApi.ts, the leader of a shard's log
  "append ahead of its predecessor": "rule 2: an append overtook the one that it follows",
  "held append placed":
    "rule 2: what was held fits now, since its predecessor came or leadership settled here",
  "held append answered behind": "rule 2: what was held too long lacks a predecessor that was lost",
  "repetition of a held append": "rule 2: a writer repeats what waits here already",
  "no room to hold an append":
    "rule 2: so many appends wait for their predecessors that another is turned away",
  "append held by a candidate":
    "rule 2: an append arrived while this log node stood for leadership",
  "append held during a transfer":
    "rule 2: an append arrived while leadership of the log was handed to a peer",
  "predecessor differs, uncommitted":
    "rule 3: answered unknown: the entry in the predecessor's place may yet vanish",
  "predecessor lost its place":
    "rule 3: answered conflict: a different entry has committed in the predecessor's place",
  "another entry stands there, uncommitted":
    "rule 3: answered unknown: the entry in the append's own place may yet vanish",
  "conflict with a committed entry":
    "rule 3: answered conflict: a different entry has committed in the append's own place",
  "message half known, half new":
    "rule 4: a retry carried entries that had arrived and entries that had not",
  "append retried below the tail":
    "rule 4: a retry was recognised although other entries follow it",
  "retry of what has committed": "rule 4: a retry was recognised, and answered as committed",
  "retry of what has not committed":
    "rule 4: a retry was recognised, and answered unknown until it commits",
  "append below the trim point": "rule 4: a retry names a predecessor that the log no longer holds",
  "bulk beyond the bound refused by the log":
    "rule 5: a writer sent more than it may have in flight",
  "log leadership lost with appends waiting":
    "rule 4: writers were told to ask elsewhere about what they had appended here",

  // The log's append: the writer's side
  "unknown, then committed":
    "rule 4: an append that was answered unknown turned out to have committed",
  "unknown, then conflict": "rule 3: an append that was answered unknown was refused for good",
  "answer to what is no longer pending":
    "rule 4: an answer came twice, or to an earlier life of the chain",
  "append answered behind is sent again":
    "rule 2: its predecessor was lost on the way, so everything pending is repeated at once",
  "writer behind the trim point":
    "rule 4: the log dropped an append before its writer heard that it had committed",
  "connection to the log broke with appends pending":
    "rule 4: nobody can tell this writer whether they arrived",
  "silent log node left for the next":
    "rule 4: the log node that was asked is cut off, or leads no more and cannot say so",
  "hint of the log's leader followed":
    "rule 4: a log node that does not lead named the one that does",
  "refusal by a node no longer asked": "rule 4: a refusal came late: the search had moved on",
  "record cut into chunks": "rule 5: a record was larger than an entry may be",

  // The log's readers
  "entries of an older subscription": "rule 17: they were sent before the reader began anew",
  "entries ahead of a gap": "rule 17: a message overtook the one before it, or that one was lost",
  "gap closed by what was held":
    "rule 17: the message that was overtaken came, and what was held follows it",
  "gap stays: reader starts anew": "rule 17: the message before the gap was lost",
  "entries delivered before": "rule 17: a message repeats entries, which are skipped",
  "damaged entry in a sound message":
    "rule 9: a log node sent what it should not have: the reader goes to another",
  "reader refused by a node in repair": "rule 7: a log node in repair serves no reader",
  "reader behind the trim point": "rule 17: the log no longer holds what the reader wants",
  "connection to the reader's log node broke":
    "rule 17: what was on its way to the reader may be gone",
  "reader leaves a silent log node":
    "rule 17: no entry came for longer than a living writer lets pass",
  "late copy of a subscription": "rule 17: an older request of a reader arrived behind a newer one",
  "reader's window is full": "rule 5: a reader must acknowledge before it is sent more",
  "tail of an older question":
    "rule 17: an answer came to a question that was asked anew since: its tail may be too old",
  "tail asked for again": "rule 17: the question of the tail was not answered in time",
  "tail asked of a leader without a commit":
    "rule 17: the answer waits until an entry of the leader's own term has committed",
  "tail known before it is read":
    "rule 17: a recovering node serves nothing although it knows the tail",
  "log leadership lost with tail questions waiting":
    "rule 17: their askers are sent elsewhere, since nobody knows who led when they asked",

  // Raft under the log: elections
  "pre-vote refused: a leader is heard":
    "Raft: a node that was cut off shall not depose a leader on its return",
  "pre-vote refused: shorter log": "Raft: a node that lacks entries does not even disturb",
  "vote ignored: a leader is heard":
    "Raft: a candidate's term is not adopted while a leader is heard",
  "vote refused: shorter log": "Raft: the candidate lacks entries that may have committed",
  "vote refused: given to another": "Raft: one vote a term",
  "vote of an older term refused": "Raft: a request for a vote came late",
  "ordered candidate deposes a leader that is heard":
    "Raft: a transfer of leadership need not wait for silence",
  "log election without a winner": "Raft: votes were split or lost, and a candidate stands again",
  "candidate for the log yields to a winner": "Raft: another won the term that this node stood for",
  "log leader deposed by a higher term": "Raft: a leader met a term above its own",
  "log leader resigned without a majority": "Raft: check-quorum: its clients shall look elsewhere",
  "log leader elected with uncommitted entries":
    "Raft: what its predecessors left may commit under it, but only behind an entry of its own",
  "stood for the log by order": "Raft: the leader has handed over to this node",
  "late order to stand ignored": "Raft: an order to stand of an older term elects nobody",
  "transfer refused: the peer lags or is silent": "Raft: handing over would only stop the log",
  "transfer given up": "Raft: the peer did not take over in time, and appends go on here",

  // Raft under the log: replication
  "majority of an older term commits nothing":
    "Raft: entries of older terms commit only with one of the leader's own",
  "majority commits nothing under the rule all":
    "rule 6: two of three copies are not enough when every zone must hold an entry",
  "log append of an older term refused": "Raft: a deposed leader's append arrived",
  "log append beyond the tail refused":
    "Raft: an append overtook the one before it, or that one was lost",
  "logs disagree: a whole term is skipped":
    "Raft: the follower holds entries of a leader that lost",
  "uncommitted log entries replaced": "Raft: entries of a leader that lost give way",
  "entries replaced while their sync was under way":
    "rule 8: the sync that completes covers bytes that no longer count",
  "records gather while a sync is under way":
    "rule 8: what came since the sync began waits for the next",
  "old refusal of a log append ignored":
    "Raft: the follower has acknowledged since what it refused",
  "acknowledgements overtook each other":
    "Raft: an older acknowledgement arrived behind a newer one",
  "lost log append shown by a heartbeat":
    "Raft: the reply to a later heartbeat lacks what was sent before",
  "restarted log peer asked to compare":
    "Raft: a follower holds entries that it has not compared with this leader's",
  "heartbeat of an older term": "Raft: a deposed leader does not know it yet",
  "connection to a log peer broke":
    "Raft: appends on their way may be gone, so the leader goes back",
  "log peer refuses connections": "Raft: it is asked by heartbeats alone until it answers",
  "prefix installed after a trim": "Raft: a follower lacks what the leader has dropped",

  // Log nodes and their disks
  "blank disk waits for the control plane":
    "rule 7: no format marker: the node neither votes nor acknowledges",
  "blank disk waits for both peers":
    "rule 7: the monitor formats nothing before both peers of the slot were heard lately",
  "order to format came too late":
    "rule 7: the disk is formatted already, or the order was for an earlier process",
  "blank disk filled":
    "rule 7: a new disk holds the log up to the tail of its leader, and counts again",
  "foreign disk refused": "rule 7: the disk belongs to another node",
  "vote refused: in repair": "rule 7: what this node once promised is not known to it",
  "copy of a peer in repair counts for no quorum":
    "rule 7: it copies, and its copy is no promise yet",
  "repair waits: a peer is in repair too": "rule 7: what a node in repair knows is no evidence",
  "repair waits: the newest term has no leader":
    "rule 7: without the leader's tail nobody can say what this disk had acknowledged",
  "peers asked anew in repair": "rule 7: the leader has changed since the tail was recorded",
  "answer to an older hello": "rule 7: a peer answered a question that was asked anew since",
  "hello waits for its sender's incarnation to be synced":
    "rule 7: only then is the older disk fenced for good",
  "what a replaced disk acknowledged is void": "rule 7: a leader forgets the copy that is gone",
  "message of a replaced disk dropped": "rule 7: a disk that was replaced has come back",
  "message before the disk was read": "rule 7: the node has no state yet to answer from",
  "failed sync ends the process":
    "rule 8: nobody knows what the disk holds: the next process reads it",
  "log goes on in a new segment":
    "rule 9: a file of the log has its size, and is never written again",
  "log entries read back from the disk":
    "rule 9: a reader, a peer or a cut needs what has left memory",
  "log entries read a second time":
    "rule 9: what was read is not what was written, or could not be read",
  "bad copy of log entries ends the process":
    "rule 9: twice so: the next process finds the damage and repairs it",
  "reader waits for the disk": "rule 9: one that lags is served from the disk, checked",
  "torn final batch dropped": "rule 9: a crash tore a batch that nobody was promised",
  "damage below the final batch found": "rule 9: something that was promised is unreadable",
  "damage repaired from a peer": "rule 9: the node holds again what was rotten, and counts again",
  "machine asked for again": "rule 7: the infrastructure did not bring a silent machine back yet",

  // Lease and back-off
  "lease ended with a request queued":
    "rule 13: the reading of the clock taken after the request arrived noticed first",
  "lease lapsed with replies parked": "rule 14: memory and pending appends are kept",
  "parked replies leave after the lease ended":
    "rule 13: the commit is the truth, whatever the clock says",
  "renewal committed too late to serve": "rule 14: the lease that it grants has ended already",
  "lapsed primary serves again":
    "rule 14: a renewal committed that is still in lease, and nothing was read anew",
  "lapsed primary redirects to its successor": "rule 14: it heard who leads before the log told it",
  "fenced primary discards dirty memory": "rule 14: writes that it executed never committed",
  "fenced while its lease still ran":
    "rule 14: a conflict ends a leadership that the clock would have allowed",
  "fenced during a hand-over":
    "rule 16: another leads already while this one drains or waits for its release",

  // Elections of a primary
  "candidate refused, reads on": "rule 15: another entry stands in its place",
  "candidate overtaken": "rule 15: it read another's entry before it was told",
  "loser read what took its place": "rule 12: before that it may not stand again",
  "own leadership entry read before its answer":
    "rule 15: the log delivered the entry before it acknowledged it",
  "leadership won after its lease had ended":
    "rule 14: the answer came so late that a renewal must come first",
  "unfinished record voided by a leadership entry": "rule 5: its writer died between two chunks",
  "winner voids an unfinished record":
    "rule 5: its own leadership entry ended a dead writer's record",
  "winner's wall clock is behind the shard's time":
    "rule 21: the shard's time does not go back under a new primary",
  "log's leader asked again to come near":
    "Raft: the log's leader went away from its primary's zone, or would not come",
  "request held while the leader is lost":
    "rule 22: the connection to the leader broke, and nobody has heard of a successor yet",
  "leader that was lost still leads":
    "rule 22: the connection to it broke, but it answers that it leads",
  "nobody is known to lead": "rule 22: a replica knows of no primary to redirect to",

  // Hand-over
  "hand-over asked of a node that does not serve":
    "rule 16: the order came late, or to the wrong node",
  "hand-over drains appends in flight": "rule 16: what was executed must commit before the release",
  "request held while a hand-over drains":
    "rule 16: it runs here if the hand-over is given up, and is redirected otherwise",
  "drain given up": "rule 16: the drain took too long and the primary serves on",
  "drain given up after the lease ended":
    "rule 16: the drain took too long and the lease ended meanwhile",
  "silent while its release is unknown": "rule 16: another may lead already",
  "stood on a release": "rule 16: the release is the applied tail, and the hint came",
  "stood on a release without a hint":
    "rule 16: the target is dead or the hint late: another replica stands a little later",
  "hint ahead of its release":
    "rule 16: the message overtook the entry, and elects nobody before that is applied",
  "hint of an older epoch": "rule 16: a hint that was delayed elects nobody",

  // Recovery and replicas
  "recovering node turned a READONLY client away":
    "rule 17: what it has applied may be older than what the client has seen",
  "record put together from chunks": "rule 5: it counts at its last chunk",
  "running checksum compared": "rule 1: the primary's chain is the replica's",
  "entry of a newer version refused": "rule 17: this replica stops, and never leads then",
  "damaged message dropped": "rule 22: a message was damaged on its way",

  // What clients see
  "parked replies given up": "rule 18: their connections close: the outcome is unknown",
  "request on a connection that was given up": "rule 18: it is not executed",
  "client left with replies parked": "rule 18: its writes may commit all the same",
  "read waited for a dirty key": "rule 19: the key holds what the log has not committed",
  "write without effect waited for what it saw": "rule 19: a write that changed nothing is a read",
  "keyspace-wide read waited for the newest change": "rule 19: it saw every key",
  "nil EXEC waited": "rule 19: a watched key's undurable change is the reason of the nil",
  "EXEC of reads waited": "rule 19: the transaction saw a dirty key and changed nothing",
  "clean read passed while writes waited": "rule 19: other keys are dirty, this one is not",
  "clean reply waits its turn":
    "rule 20: it is ready, and stands behind a parked one of its connection",
  "write held by back-pressure": "rule 5: too many bytes are in flight: it waits unexecuted",
  "clean read passed while writes were stalled":
    "rule 5: a full window holds writes back, and no clean read",
  "connection full of parked replies":
    "rule 5: it executes nothing more until the log has caught up",
  "lazy expiry logged by a read":
    "rule 21: a read found the deadline passed: the deletion is a change",
  "active expiry logged": "rule 21: keys past their deadline were deleted by a record",
  "eviction logged": "rule 21: keys that do not fit into maxmemory went by a record",
  "eviction goes on in a later step": "rule 21: one bounded piece was not enough to fit maxmemory",
  "eviction waits for room": "rule 21: a full window holds evictions back as well",
  "command refused for want of memory":
    "rule 18: nothing more may be evicted, and a command that takes memory was not executed",
  "client evicted for its memory":
    "rule 18: all connections together took more than maxmemory-clients, and this one most",
  "expiry waits for room": "rule 21: a full window holds deletions back as well",

  // Clients that wait for a key
  "blocked client served": "rule 23: a key that it waits for became ready",
  "blocked client goes on waiting":
    "rule 23: its command ran once more and found nothing: another was served first",
  "blocked client waits for room":
    "rule 23: its key is ready, and too many bytes are in flight to serve it",
  "blocked client timed out": "rule 23: nothing came in time",
  "blocked client unblocked by another": "rule 23: CLIENT UNBLOCK ended its waiting",
  "request held by CLIENT PAUSE": "rule 23: it runs, or is refused, when the pause has ended",
  "blocked clients sent away":
    "rule 23: leadership ended here: what they wait for may happen elsewhere",

  // Clients that cache what they read
  "readers told to forget everything":
    "rule 24: others may write from now on, of which this node would not learn in time",

  // Scripts that are long
  "script goes on in a later step":
    "rule 26: a slice was not enough: the node hears its log and answers others in between",
  "request refused: a script is busy":
    "rule 26: it ran for longer than busy-reply-threshold, before which requests wait",
  "script given up for a change of role":
    "rule 26: it had changed nothing, and leadership comes or goes",
  "changes of an unfinished script discarded":
    "rule 26: another leads: what it did was in memory alone",
  "entries wait for a script of a replica":
    "rule 26: what a script reads is the state at one position",
} as const;

export type MarkName = keyof typeof marks;

/** In the order of the list above. */
export const markNames: readonly MarkName[] = Object.keys(marks) as MarkName[];

/** Marks that no simulation reaches yet: why, and the test that does. */
export const beyondSimulation: Readonly<Partial<Record<MarkName, Unreached>>> = {
  "append below the trim point": {
    why: "logs are trimmed below verified snapshots, which do not exist yet",
    test: "rule 4: below the trim point the answer is trimmed",
  },
  "writer behind the trim point": {
    why: "logs are trimmed below verified snapshots, which do not exist yet",
    test: "is fenced, too, when its entries were trimmed away before it heard of them",
  },
  "reader behind the trim point": {
    why: "logs are trimmed below verified snapshots, which do not exist yet",
    test: "stops when the log no longer holds what it wants",
  },
  "prefix installed after a trim": {
    why: "logs are trimmed below verified snapshots, which do not exist yet",
    test: "§7: a follower behind the trim point gets the point and what follows",
  },
  "bulk beyond the bound refused by the log": {
    why: "our writers hold back by themselves before the log must",
    test: "rule 5: bulk beyond the bound is refused while a renewal still passes",
  },
  "request on a connection that was given up": {
    why: "the simulated clients send nothing behind a request that is not answered",
    test: "what a client sends after its connection was given up is not executed",
  },
  "order to format came too late": {
    why: "the monitor orders once for each answer of a blank node, a second apart, and orders are seldom doubled just then",
    test: "rule 7: a blank node neither votes nor acknowledges until it has heard both peers and copied the log",
  },
  "message of a replaced disk dropped": {
    why: "no fault puts a replaced disk back: its node would stay unheard for good",
    test: "rule 7: the disk that was replaced is not heard when it returns",
  },
  "damaged message dropped": {
    why: "connections verify what they carry: the simulated network damages no message",
    test: "a damaged message is dropped and counted",
  },
  "damaged entry in a sound message": {
    why: "no fault rots a log node's memory, and a frame damaged on its way fails its own checksum",
    test: "delivers what comes before a damaged entry and asks another node for the rest",
  },
  "entry of a newer version refused": {
    why: "all nodes of a run are of one version until rolling upgrades exist",
    test: "a replica stops at an entry of a newer engine version and never leads then",
  },
  "connection full of parked replies": {
    why: "it takes 16 MB of replies on one connection",
    test: "a connection whose unsent replies grow large executes nothing more until they leave",
  },
};

export interface Unreached {
  readonly why: string;
  readonly test: string;
}
