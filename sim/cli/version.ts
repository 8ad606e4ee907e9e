/** Which code this is: results, recordings and links say it, so that nobody takes the seeds of one code for those of another. */
import { readFileSync } from "node:fs";
import { OutputError, reasonOf } from "./outputFiles.ts";

/**
 * Such as "0.1.0-3f2a9c1b7e55": the package's version and a fingerprint of engine, world and scenarios, which scripts/build.js leaves in
 * dist/version.json. Throws OutputError if nothing was built.
 */
export function codeVersion(): string {
  // Tests run this file itself, everybody else its compiled form in dist/sim/cli.
  const dist = import.meta.url.endsWith(".ts") ? "../../dist/" : "../../";
  try {
    const text = readFileSync(new URL(`${dist}version.json`, import.meta.url), "utf8");
    return (JSON.parse(text) as { readonly version: string }).version;
  } catch (error) {
    throw new OutputError(`the code has no version; run "npm run build" (${reasonOf(error)})`);
  }
}
