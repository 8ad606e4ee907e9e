/** Module hooks (node:module, register): gives out planted sources in place of what was built. Runs in the loader's thread. */
import type { LoadHook } from "node:module";
import type { Planted } from "./plant.ts";

let sources: ReadonlyMap<string, string> = new Map();

export function initialize(planted: readonly Planted[]): void {
  sources = new Map(planted.map(({ url, source }) => [url, source]));
}

export const load: LoadHook = (url, context, nextLoad) => {
  const source = sources.get(url);
  if (source === undefined) return nextLoad(url, context);
  return { format: "module", source, shortCircuit: true };
};
