/** A replica as it is before its disk was read. */
import { SentBytes } from "./sentBytes.ts";
import { ShardLog } from "./shardLog.ts";
import { NO_VOTE, NOBODY, type Progress, type Replica } from "./state.ts";

export function newReplica(shard: number, slots: number): Replica {
  const progress: Progress[] = [];
  const granted: boolean[] = [];
  for (let slot = 0; slot < slots; slot++) {
    progress.push(newProgress());
    granted.push(false);
  }
  return {
    shard,
    log: new ShardLog(),
    role: "follower",
    term: 0,
    vote: NO_VOTE,
    leader: NOBODY,
    commitIndex: 0,
    matchedIndex: 0,
    durableIndex: 0,
    durableTerm: 0,
    durableVote: NO_VOTE,
    syncingIndex: 0,
    syncingIndexTerm: 0,
    syncingTerm: 0,
    syncingVote: NO_VOTE,
    isUnsynced: false,
    isTouched: false,
    owedVote: NOBODY,
    owesAck: false,
    ackedIndex: 0,
    isStanding: false,
    isForced: false,
    granted,
    quietSinceUs: 0,
    electionUs: 0,
    leaderHeardUs: -Infinity,
    progress,
    transferTo: NOBODY,
    isTransferSent: false,
    transferUntilUs: 0,
    isRepairing: false,
    repairTerm: -1,
    repairIndex: 0,
    hasNewCommit: false,
    hasReadBack: false,
    waiters: [],
    held: [],
    reads: [],
    subscriptions: [],
  };
}

function newProgress(): Progress {
  return {
    nextIndex: 1,
    matchIndex: 0,
    isVoter: false,
    isProbing: true,
    wantsProbe: false,
    onTheWay: new SentBytes(),
    resendFrom: 1,
    sentRound: 0,
    lastSentUs: -Infinity,
    heardUs: -Infinity,
    brokenUs: -Infinity,
    toldCommit: 0,
  };
}
