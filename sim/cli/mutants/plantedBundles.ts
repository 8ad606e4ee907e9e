/**
 * A plugin of Vite: the module "x.ts?planted=NAME" and all of ours that it imports are a second copy of the code, with one bug of
 * sim/mutants planted. So the viewer's gallery has a worker for each bug that it shows, and a test runs the same code in Node.
 */
import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Plugin } from "vite";
import type { Mutant } from "../../mutants/mutant.ts";
import { mutants } from "../../mutants/registry.ts";
import { changedSources, PlantError } from "./plant.ts";

/** A module that exists only while bundles are made: the viewer's worker with the bug that its name says. */
const entry = /\/([a-z-]+)\.planted\.ts$/;
const query = /\?planted=([a-z-]+)$/;
/** What tells the worker which bug it has. */
const nameplate = "viz/gallery/plantedBug.ts";

/** @param root folder of the project */
export function plantedBundles(root: string): Plugin {
  const sourcesOf = rememberedSources(root);
  return {
    name: "azimuth-planted-bugs",
    enforce: "pre",
    async resolveId(source, importer) {
      if (entry.test(source)) return source;
      const name = (query.exec(source) ?? query.exec(importer ?? ""))?.[1];
      if (name === undefined) return undefined;
      const asker = importer?.replace(query, "");
      const found = await this.resolve(source.replace(query, ""), asker, { skipSelf: true });
      if (found === null || Boolean(found.external) || !isOurs(root, found.id)) return found;
      return `${found.id}?planted=${name}`;
    },
    load(id) {
      const isEntry = entry.exec(id)?.[1];
      if (isEntry !== undefined) return `import "../worker.ts?planted=${isEntry}";\n`;
      const name = query.exec(id)?.[1];
      if (name === undefined) return undefined;
      const path = id.replace(query, "");
      const file = relative(root, path).replaceAll("\\", "/");
      if (file === nameplate) return `export const plantedBug = ${JSON.stringify(name)};\n`;
      const code = sourcesOf(name).get(file) ?? readFileSync(path, "utf8");
      return { code, moduleType: "ts", map: null };
    },
  };
}

function isOurs(root: string, path: string): boolean {
  return path.startsWith(root) && path.endsWith(".ts") && !path.includes("/node_modules/");
}

/** Changed sources by file, of each mutant made once. Throws PlantError for a mutant that there is not. */
function rememberedSources(root: string): (name: string) => ReadonlyMap<string, string> {
  const known = new Map<string, ReadonlyMap<string, string>>();
  return (name) => {
    const sources =
      known.get(name) ?? changedSources(mutantNamed(name), (file) => read(root, file));
    known.set(name, sources);
    return sources;
  };
}

function mutantNamed(name: string): Mutant {
  const mutant = mutants.find((each) => each.name === name);
  if (mutant !== undefined) return mutant;
  throw new PlantError(`there is no mutant ${name}: expected one of sim/mutants`);
}

function read(root: string, file: string): string {
  return readFileSync(join(root, file), "utf8");
}
