import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "azimuth-package-"));
const installed = join(folder, "node_modules", "azimuth");

function run(command: string, args: readonly string[], cwd: string): string {
  return execFileSync(command, args, { cwd, encoding: "utf8", stdio: "pipe" });
}

interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

interface Lock {
  readonly packages: Readonly<Record<string, { readonly dev?: boolean }>>;
}

/** What a stranger's package.json says; in place of the registry stands what this repository has installed. */
function consumer(tarball: string): string {
  const dependencies: Record<string, string> = { azimuth: `file:${tarball}` };
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as Lock;
  for (const [path, { dev }] of Object.entries(packages)) {
    const name = path.replace(/^node_modules\//, "");
    if (path === "" || name.includes("node_modules/")) continue;
    if (dev !== true || peers.includes(name)) dependencies[name] = `file:${join(root, path)}`;
  }
  return JSON.stringify({ name: "stranger", private: true, type: "module", dependencies });
}

/** What the property door wants beside the package. */
const peers = ["fast-check", "pure-rand"];

/** The blocks of a language in docs/HARNESS.md, in order. */
function blocksOf(language: string): string {
  const page = readFileSync(join(root, "docs", "HARNESS.md"), "utf8");
  const blocks = page.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, "gms"));
  return [...blocks].map(([, block]) => block).join("");
}

/** Numbers in what a run prints move with every change of the world; the words must be those of the page. */
function withoutNumbers(text: string): string {
  return text.replaceAll(/[\d.:]+/g, "N");
}

const compilerOptions = {
  strict: true,
  target: "es2023",
  lib: ["es2023"],
  module: "nodenext",
  moduleResolution: "nodenext",
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  rewriteRelativeImportExtensions: true,
  outDir: "out",
  typeRoots: [join(root, "node_modules", "@types")],
  types: ["node"],
};

describe("the package", () => {
  let packed: Packed;

  beforeAll(() => {
    const text = run(
      "npm",
      ["pack", "--json", "--ignore-scripts", "--pack-destination", folder],
      root,
    );
    packed = (JSON.parse(text) as readonly [Packed])[0];
    writeFileSync(join(folder, "package.json"), consumer(join(folder, packed.filename)));
    run("npm", ["install", "--offline", "--ignore-scripts", "--no-audit", "--no-fund"], folder);
    for (const name of ["register.ts", "registerSystem.ts"])
      cpSync(join(root, "examples", "register", name), join(folder, name));
    writeFileSync(join(folder, "stranger.ts"), blocksOf("ts"));
    const files = ["stranger.ts", "registerSystem.ts"];
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it("holds the compiled rooms, their types and the pages, and nothing else", () => {
    const strange = packed.files
      .map(({ path }) => path)
      .filter(
        (path) =>
          !/^dist\/.*(\.d\.ts|\.js|\.css|version\.json)$/.test(path) &&
          !/^docs\/.*\.md$/.test(path),
      );
    expect(strange.toSorted()).toEqual(["LICENSE", "README.md", "package.json"]);
  });

  it("has a file behind every door", () => {
    const { exports } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8")) as {
      exports: Readonly<Record<string, { types: string; default: string }>>;
    };
    const paths = packed.files.map(({ path }) => `./${path}`);
    for (const door of Object.values(exports)) {
      expect(paths).toContain(door.types);
      expect(paths).toContain(door.default);
    }
  });

  it("compiles the program of docs/HARNESS.md under strict in another folder, and prints what the page says", () => {
    const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
    run(process.execPath, [compiler, "-p", "."], folder);
    const printed = run(process.execPath, ["out/stranger.js"], folder);
    expect(withoutNumbers(printed)).toBe(withoutNumbers(blocksOf("text")));
  });

  it("brings the command line along", () => {
    const list = run(join(folder, "node_modules", ".bin", "azimuth-sim"), ["list"], folder);
    expect(list).toContain("az-outage");
  });
});
