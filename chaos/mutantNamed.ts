import { unknownName } from "../sim/input/nearest.ts";
import { UsageError } from "../sim/input/usageError.ts";
import type { Mutant } from "../sim/mutants/mutant.ts";
import { mutants } from "../sim/mutants/registry.ts";

/** A planted bug by its name. Throws UsageError if there is none. */
export function mutantNamed(name: string): Mutant {
  const found = mutants.find((one) => one.name === name);
  if (found !== undefined) return found;
  throw new UsageError(
    unknownName(
      "planted bug",
      name,
      mutants.map((one) => one.name),
    ),
  );
}
