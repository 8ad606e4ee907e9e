/** Plants a mutant: reads the TypeScript source, makes the change, takes the types away. The file itself is never touched. */
import { readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { transformWithOxc } from "vite";
import type { Change, Mutant } from "../../mutants/mutant.ts";
import { messageOf } from "../campaignJob.ts";

/** A module as the loader shall give it out, in place of what was built. */
export interface Planted {
  /** URL of the built module. */
  readonly url: string;
  /** JavaScript. */
  readonly source: string;
}

/** The mutant and the source do not fit: a fault of the mutant, whose message says what to do. */
export class PlantError extends Error {
  override readonly name = "PlantError";
}

/** The source with one change made. */
function changedSource(name: string, change: Change, source: string): string {
  const { file, before, after } = change;
  const pieces = source.split(before).length - 1;
  if (before === "" || pieces !== 1) {
    const found = pieces === 0 ? "is not there any more" : `occurs ${pieces} times`;
    throw new PlantError(
      `mutant ${name} does not apply: its "before" ${found} in ${file}; write the mutant anew for the source as it is`,
    );
  }
  return source.replace(before, () => after);
}

/** Every file that the mutant changes, with all of its changes made, as TypeScript. `read` gives the source of a file. */
export function changedSources(
  mutant: Mutant,
  read: (file: string) => string,
): ReadonlyMap<string, string> {
  const { name, after, also = [] } = mutant;
  if (!after.includes("ran()")) {
    throw new PlantError(`mutant ${name} never says ran(): nobody would know whether its line ran`);
  }
  const sources = new Map<string, string>();
  for (const change of [mutant, ...also]) {
    const source = sources.get(change.file) ?? read(change.file);
    sources.set(change.file, changedSource(name, change, source));
  }
  for (const [file, source] of sources) sources.set(file, `${source}\n${counter}`);
  return sources;
}

/** @param root folder of the project, under which `dist/` mirrors the sources */
export async function plant(mutant: Mutant, root: string): Promise<readonly Planted[]> {
  const sources = changedSources(mutant, (file) => readSource(mutant.name, root, file));
  return Promise.all(
    [...sources].map(async ([file, source]) => {
      // The real path: that is what the loader is asked for.
      const built = realpathSync(join(root, "dist", file.replace(/\.ts$/, ".js")));
      const code = await withoutTypes(mutant.name, file, source);
      return { url: pathToFileURL(built).href, source: code };
    }),
  );
}

async function withoutTypes(name: string, file: string, source: string): Promise<string> {
  try {
    const { code } = await transformWithOxc(source, file, {
      tsconfig: false,
      typescript: { onlyRemoveTypeImports: true, rewriteImportExtensions: true },
      target: "es2023",
      sourcemap: false,
    });
    return code;
  } catch (error) {
    throw new PlantError(`mutant ${name} does not compile: ${messageOf(error)}`);
  }
}

/** `ran` counts in a place that the child process reads; it stands behind the code so that no line moves. A page reads it nowhere. */
const counter = `function ran() { globalThis.mutantRuns += 1; return true; }\n`;

function readSource(name: string, root: string, file: string): string {
  try {
    return readFileSync(join(root, file), "utf8");
  } catch {
    throw new PlantError(`mutant ${name} does not apply: there is no ${file}`);
  }
}
