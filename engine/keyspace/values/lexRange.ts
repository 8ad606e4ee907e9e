/** A range of members in the order of their bytes, as ZRANGEBYLEX has it. */
import type { CountedTree } from "../../structures/countedTree.ts";

/** A member that is in or out, or a place before all members or behind them. */
export type LexBound =
  | { readonly kind: "first" }
  | { readonly kind: "last" }
  | { readonly kind: "member"; readonly member: string; readonly isExcluded: boolean };

export class LexRange {
  private readonly min: LexBound;
  private readonly max: LexBound;

  constructor(min: LexBound, max: LexBound) {
    this.min = min;
    this.max = max;
  }

  /** No member can be in it. */
  get isEmpty(): boolean {
    const { min, max } = this;
    if (min.kind === "last" || max.kind === "first") return true;
    if (min.kind === "first" || max.kind === "last") return false;
    const isPoint = min.member === max.member;
    return min.member > max.member || (isPoint && (min.isExcluded || max.isExcluded));
  }

  isAboveMin(member: string): boolean {
    const { min } = this;
    if (min.kind !== "member") return min.kind === "first";
    return min.isExcluded ? member > min.member : member >= min.member;
  }

  isBelowMax(member: string): boolean {
    const { max } = this;
    if (max.kind !== "member") return max.kind === "last";
    return max.isExcluded ? member < max.member : member <= max.member;
  }

  /** The number of a tree's entries in front of the range. */
  countBelow(tree: CountedTree): number {
    const { min } = this;
    if (min.kind === "member") return tree.countBelowMember(min.member, min.isExcluded);
    return min.kind === "first" ? 0 : tree.size;
  }

  /** The number of a tree's entries up to the range's end. */
  countUpTo(tree: CountedTree): number {
    const { max } = this;
    if (max.kind === "member") return tree.countBelowMember(max.member, !max.isExcluded);
    return max.kind === "last" ? tree.size : 0;
  }
}
