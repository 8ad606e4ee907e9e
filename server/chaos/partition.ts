/** Draws how machines fall into two sides that do not hear each other. */
import type { Random } from "../../engine/contract.ts";
import type { PartitionShape } from "./faultKinds.ts";

/** A machine on neither side is a bridge, which both hear. */
export interface Sides {
  readonly first: readonly string[];
  readonly second: readonly string[];
}

interface Member {
  readonly node: string;
  readonly zone: string;
}

/** Callers: at least two machines. */
export function drawSides(
  shape: PartitionShape,
  machines: readonly Member[],
  random: Random,
): Sides {
  const draw = (count: number): number => Math.floor(random() * count);
  const shuffled = machines
    .map((one) => [random(), one] as const)
    .toSorted(([left], [right]) => left - right)
    .map(([, one]) => one);
  const split = (isFirst: (one: Member, index: number) => boolean): Sides => ({
    first: shuffled.filter(isFirst).map(({ node }) => node),
    second: shuffled.filter((one, index) => !isFirst(one, index)).map(({ node }) => node),
  });
  switch (shape) {
    case "halves":
      return split((_one, index) => index < Math.floor(shuffled.length / 2));
    case "subsets":
      return split(() => random() < 0.5);
    case "isolate":
      return split((_one, index) => index === 0);
    case "zone": {
      const alone = shuffled[draw(shuffled.length)]?.zone;
      return split(({ zone }) => zone === alone);
    }
    case "bridge": {
      const bridge = shuffled.shift()?.node;
      const sides = split((_one, index) => index < Math.ceil(shuffled.length / 2));
      return { ...sides, second: sides.second.filter((node) => node !== bridge) };
    }
  }
}
