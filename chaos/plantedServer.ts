/** A server with a planted bug (docs/MUTANTS.md), to see that a run on real processes notices it. The environment's AZIMUTH_PLANT names the bug. */
import { register } from "node:module";
import { fileURLToPath } from "node:url";
import { plant } from "../sim/cli/mutants/plant.ts";
import { mutantNamed } from "./mutantNamed.ts";

declare global {
  /** Counted up by `ran()` in the planted module. */
  var mutantRuns: number;
}
globalThis.mutantRuns = 0;

const root: string = fileURLToPath(new URL("../..", import.meta.url));
const planted = await plant(mutantNamed(process.env["AZIMUTH_PLANT"] ?? ""), root);
register("../sim/cli/mutants/hooks.js", import.meta.url, { data: planted });
// Not before the hooks are in place: this is what loads the engine.
await import("../server/main.ts");
