/** A seed's number; where the viewer can be given its run, a link to it. */
import type { JSX } from "preact";
import { watchAddress, type Watched } from "../../reports/watch.ts";

interface Props {
  readonly watched: Watched;
  readonly seed: number;
  /** What the link says; the seed's number unless told. */
  readonly text?: string;
}

export function SeedLink({ watched, seed, text = String(seed) }: Props): JSX.Element {
  const address = watchAddress(watched, seed);
  if (address === "") return <>{text}</>;
  return (
    <a href={address} title={`Watch seed ${seed} in the viewer`}>
      {text}
    </a>
  );
}

interface ListProps {
  readonly watched: Watched;
  readonly seeds: readonly number[];
  /** How many there are in all, where only the first are known. */
  readonly count: number;
}

export function SeedLinks({ watched, seeds, count }: ListProps): JSX.Element {
  return (
    <span class="seed-links">
      {seeds.map((seed) => (
        <span key={seed}>
          <SeedLink watched={watched} seed={seed} />{" "}
        </span>
      ))}
      {count > seeds.length && <span class="note">and {count - seeds.length} more</span>}
    </span>
  );
}
