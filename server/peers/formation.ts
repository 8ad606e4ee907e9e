/**
 * How three zones in three processes become a cluster, and how a lost zone comes back into one. Each zone decides by itself, from its
 * own state and what the others have said, anew at every hello; deciding twice is as good as once.
 *
 *     blank ──(the first zone has heard all three, nobody is ready)──▶ formatting X ──▶ ready in X, with a fresh log
 *     blank ──(somebody is ready in X)──▶ ready in X, with a blank disk that the peers fill (PROTOCOL rule 7)
 *
 * Why two steps: a fresh log may stand only where nothing was ever promised. A zone that is "formatting X" has written down that it
 * has not acted in X yet; the first zone goes on only when all three have. From then on a zone that lost its folder is blank, not
 * formatting, and so can never be given a fresh log in a cluster that has begun.
 */
import { must } from "../../engine/assert.ts";
import type { Membership } from "../folder/zoneFolder.ts";
import { zones } from "../host/layout.ts";
import type { Hello } from "./note.ts";

export type Decision =
  | { readonly kind: "wait" }
  /** Write down the cluster, and ask the others to. */
  | { readonly kind: "propose"; readonly membership: Membership }
  /** Make the fresh log of the cluster that is written down. */
  | { readonly kind: "format" }
  /** Take the place of a zone that was lost. */
  | { readonly kind: "join"; readonly membership: Membership; readonly generation: number }
  | { readonly kind: "refuse"; readonly why: string };

const wait: Decision = { kind: "wait" };

/** `heard`: the newest hello of each other zone. `newId` makes the identity of a new cluster. */
export function decide(own: Hello, heard: readonly Hello[], newId: () => string): Decision {
  if (own.state === "ready") return wait;
  const ready = heard.filter(({ state }) => state === "ready");
  const ids = new Set(ready.map(({ membership }) => membership?.clusterId));
  if (ids.size > 1) {
    return { kind: "refuse", why: "the zones that were named belong to different clusters" };
  }
  const [first] = ready;
  if (first !== undefined) return decideToEnter(own, ready, must(first.membership, "membership"));
  if (heard.length < zones.length - 1 || own.zone !== zones[0]) return wait;
  const others = heard.map(({ membership }) => membership?.clusterId);
  const ownId = own.membership?.clusterId;
  if (ownId !== undefined && others.every((id) => id === ownId)) return { kind: "format" };
  return {
    kind: "propose",
    membership: own.membership ?? { clusterId: newId(), ...own.wanted },
  };
}

function decideToEnter(own: Hello, ready: readonly Hello[], membership: Membership): Decision {
  const isPrepared =
    own.state === "formatting" && own.membership?.clusterId === membership.clusterId;
  if (isPrepared) return { kind: "format" };
  const known = ready.map(({ generations }) => generations[own.zone] ?? 1);
  return { kind: "join", membership, generation: Math.max(...known) + 1 };
}
