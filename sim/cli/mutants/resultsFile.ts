/** What a hunt has found so far, kept after every mutant, so that an interrupted one goes on where it was. */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { MutantResult } from "./search.ts";

interface Saved {
  readonly key: string;
  readonly results: readonly MutantResult[];
}

export class ResultsFile {
  readonly path: string;
  private readonly key: string;
  private readonly results: Map<string, MutantResult> = new Map();

  /** @param about everything beside the code on which the results depend: results of another code or question are dropped */
  constructor(root: string, about: unknown, isFresh: boolean) {
    this.path = join(root, "reports", "out", "mutants", "results.json");
    this.key = keyOf(root, about);
    if (isFresh) return;
    for (const result of read(this.path, this.key)) this.results.set(result.name, result);
  }

  get(name: string): MutantResult | undefined {
    return this.results.get(name);
  }

  add(result: MutantResult): void {
    this.results.set(result.name, result);
    const saved: Saved = { key: this.key, results: [...this.results.values()] };
    mkdirSync(dirname(this.path), { recursive: true });
    writeFileSync(`${this.path}.new`, `${JSON.stringify(saved, undefined, 1)}\n`);
    renameSync(`${this.path}.new`, this.path);
  }
}

function read(path: string, key: string): readonly MutantResult[] {
  try {
    const saved = JSON.parse(readFileSync(path, "utf8")) as Saved;
    return saved.key === key ? saved.results : [];
  } catch {
    return [];
  }
}

/** A digest of everything that was built and bears on a run. */
function keyOf(root: string, about: unknown): string {
  const hash = createHash("sha256").update(JSON.stringify(about));
  for (const room of ["engine", "sim", "scenarios"]) {
    const folder = join(root, "dist", room);
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
    for (const file of files) {
      if (!file.endsWith(".js") || file.startsWith("cli/") || file.startsWith("mutants/")) continue;
      hash.update(file).update(readFileSync(join(folder, file)));
    }
  }
  return hash.digest("hex");
}
