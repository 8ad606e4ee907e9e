/**
 * The standing of log nodes (PROTOCOL rules 7 and 8, Raft §5.2): one whose disk lost what it had promised is under repair until
 * it has that back, and counts for no quorum meanwhile; nobody leads on votes that are not on disks; and a node votes once
 * a term, whatever has become of its disk.
 */
import type { Tally } from "./tally.ts";
import { sayTime } from "./describe.ts";
import type { CommittedLog } from "./log/committedLog.ts";
import type { LogDisks, StoredEntry, StoredVote } from "./log/logDisks.ts";
import type { LogFacts } from "./observer.ts";

/** Votes as they stand on disks. */
const NO_VOTE = 0;
const VOTE_SPENT = 255;

interface Standing {
  role: string;
  term: number;
  commitIndex: number;
  /** Held by the disk until damage took it. */
  lost: StoredEntry[];
  /** Copied while under repair, which has not ended since. */
  readonly copied: Set<StoredEntry>;
}

export class StandingCheck {
  private readonly tally: Tally;
  private readonly disks: LogDisks;
  private readonly committed: CommittedLog;
  private readonly needed: number;
  private readonly standings: Map<string, Standing> = new Map();
  /** By shard and term, then by whom the vote is for: one bit a disk that ever held it. */
  private readonly votes: Map<string, Map<number, number>> = new Map();
  /** By node, shard and term: whom it gave its vote. */
  private readonly given: Map<string, number> = new Map();

  /** @param needed disks on which an entry must lie to be committed */
  constructor(tally: Tally, disks: LogDisks, committed: CommittedLog, needed: number) {
    this.tally = tally;
    this.disks = disks;
    this.committed = committed;
    this.needed = needed;
  }

  /** A disk holds an entry from now on. */
  copied(node: string, stored: StoredEntry): void {
    const standing = this.of(node, stored.shard);
    if (standing.role === "repairing") standing.copied.add(stored);
  }

  /** Damage has taken an entry from a disk. */
  lost(node: string, stored: StoredEntry): void {
    this.of(node, stored.shard).lost.push(stored);
  }

  /** A term became durable on a node's disk, and whom its vote was given in it, if anybody. */
  voted(nowUs: number, node: string, { shard, term, vote, isFresh }: StoredVote): void {
    const bit = this.disks.bitOf(node);
    const ofTerm = this.votesOf(shard, term);
    if (isFresh && vote !== VOTE_SPENT) this.spends(nowUs, node, shard, term, vote);
    if (vote === NO_VOTE || vote === VOTE_SPENT) return;
    ofTerm.set(vote, (ofTerm.get(vote) ?? 0) | bit);
  }

  // oxlint-disable-next-line max-params -- private
  private spends(nowUs: number, node: string, shard: number, term: number, vote: number): void {
    const name = `${node}/${shard}/${term}`;
    const given = this.given.get(name);
    if (given === undefined) {
      if (vote !== NO_VOTE) this.given.set(name, vote);
      return;
    }
    if (given === vote) return;
    const told = `${node} voted for log node ${given} in term ${term} of shard ${shard}, `;
    if (vote !== NO_VOTE) {
      this.tally.violate(nowUs, `${told}and at ${sayTime(nowUs)} for log node ${vote} as well`);
      return;
    }
    // A term in which it stood itself may have been known to nobody else, and is then a new one to it.
    const others = (this.votesOf(shard, term).get(given) ?? 0) & ~this.disks.bitOf(node);
    if (others === 0) return;
    this.tally.violate(
      nowUs,
      `${told}lost its disk, and counts that vote as not given at ${sayTime(nowUs)}`,
    );
  }

  private votesOf(shard: number, term: number): Map<number, number> {
    const name = `${shard}/${term}`;
    let ofTerm = this.votes.get(name);
    if (ofTerm === undefined) this.votes.set(name, (ofTerm = new Map()));
    return ofTerm;
  }

  /** Called before the facts count as what was known. */
  viewed(
    nowUs: number,
    node: string,
    shard: number,
    facts: LogFacts,
    commit: StoredEntry | undefined,
  ): void {
    const standing = this.of(node, shard);
    const isGood = isInGoodStanding(facts.role);
    if (isGood && !isInGoodStanding(standing.role)) this.rises(nowUs, node, shard, standing);
    if (facts.role === "leader" && commit !== undefined) {
      const leads = standing.role === "leader" && standing.term === facts.term;
      if (!leads) this.leads(nowUs, node, shard, facts.term);
      else if (facts.commitIndex > standing.commitIndex) {
        this.commits(nowUs, node, facts.term, commit);
      }
    }
    standing.role = facts.role;
    standing.term = facts.term;
    standing.commitIndex = facts.commitIndex;
  }

  /** A process that has just begun, or ended its repair, takes part in quorums again. */
  private rises(nowUs: number, node: string, shard: number, standing: Standing): void {
    standing.copied.clear();
    standing.lost = standing.lost.filter((stored) => !this.disks.holds(node, stored));
    if (standing.lost.length === 0) return;
    this.tally.examined++;
    const missing = standing.lost.find((stored) => this.committed.isCommitted(stored));
    if (missing === undefined) return;
    this.tally.violate(
      nowUs,
      `${node} takes part in the log of shard ${shard} again at ${sayTime(nowUs)}, but its disk has lost the committed position ${missing.position}, which it had held, and has not got it back`,
    );
  }

  private leads(nowUs: number, node: string, shard: number, term: number): void {
    for (const disks of this.votesOf(shard, term).values()) {
      if (bitCount(disks) >= 2) return;
    }
    this.tally.violate(
      nowUs,
      `${node} leads the log of shard ${shard} in term ${term} at ${sayTime(nowUs)}, but no majority of zones' disks holds a vote for anybody in that term`,
    );
  }

  private commits(nowUs: number, node: string, term: number, commit: StoredEntry): void {
    if (commit.term !== term) {
      this.tally.violate(
        nowUs,
        `${node}, leader of term ${term}, committed Raft index ${commit.index} of shard ${commit.shard} at ${sayTime(nowUs)}, an entry of term ${commit.term}, with none of its own term behind it`,
      );
      return;
    }
    let counted = commit.held;
    for (const other of this.disks.names()) {
      if (this.of(other, commit.shard).copied.has(commit)) counted &= ~this.disks.bitOf(other);
    }
    if (bitCount(counted) >= this.needed) return;
    this.tally.violate(
      nowUs,
      `${node} took Raft index ${commit.index} of shard ${commit.shard} for committed at ${sayTime(nowUs)} by counting the copy of a log node under repair`,
    );
  }

  private of(node: string, shard: number): Standing {
    const name = `${node}/${shard}`;
    let standing = this.standings.get(name);
    if (standing === undefined) {
      standing = { role: "down", term: 0, commitIndex: 0, lost: [], copied: new Set() };
      this.standings.set(name, standing);
    }
    return standing;
  }
}

function isInGoodStanding(role: string): boolean {
  return role !== "down" && role !== "blank" && role !== "repairing";
}

function bitCount(mask: number): number {
  let count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) count++;
  return count;
}
