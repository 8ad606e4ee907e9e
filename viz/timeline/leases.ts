/** Who led when: as each node believed, and as it truly was. */

export interface Lead {
  readonly node: string;
  readonly epoch: number;
  readonly fromUs: number;
  readonly untilUs: number;
}

interface OpenLead extends Lead {
  untilUs: number;
}

/** The leases of one node, from what it knew of itself, a change at a time. */
export class LeaseTrack {
  /** When it took itself for the leader, by its own clock. */
  readonly believed: readonly Lead[];
  /** When its lease truly ran: also while the node was dead, for nobody else may lead then. */
  readonly held: readonly Lead[];
  private readonly node: string;
  private readonly openBelieved: OpenLead[] = [];
  private readonly openHeld: OpenLead[] = [];

  constructor(node: string) {
    this.node = node;
    this.believed = this.openBelieved;
    this.held = this.openHeld;
  }

  /** -Infinity: no lease runs. */
  note(timeUs: number, epoch: number, believedUntilUs: number, trueUntilUs: number): void {
    const last = this.openBelieved.at(-1);
    if (last !== undefined && last.untilUs > timeUs) last.untilUs = timeUs;
    this.extend(this.openBelieved, timeUs, epoch, believedUntilUs);
    this.extend(this.openHeld, timeUs, epoch, trueUntilUs);
  }

  private extend(leads: OpenLead[], timeUs: number, epoch: number, untilUs: number): void {
    if (untilUs <= timeUs) return;
    const last = leads.at(-1);
    if (last !== undefined && last.epoch === epoch && last.untilUs >= timeUs) {
      last.untilUs = Math.max(untilUs, last.untilUs);
    } else leads.push({ node: this.node, epoch, fromUs: timeUs, untilUs });
  }
}

/** The true leases of a shard's nodes, in order: each lasts until a newer leadership begins, at the most. */
export function trueLeads(held: readonly (readonly Lead[])[]): readonly Lead[] {
  const leads = held.flat().toSorted((a, b) => a.epoch - b.epoch || a.fromUs - b.fromUs);
  return leads
    .map((lead, index) => {
      const next = leads.find((other, at) => at > index && other.epoch > lead.epoch);
      return { ...lead, untilUs: Math.min(lead.untilUs, next?.fromUs ?? Infinity) };
    })
    .filter((lead) => lead.untilUs > lead.fromUs);
}
