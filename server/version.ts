/** Which build this is. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { redisVersion } from "../engine/commands/connection.ts";

/** "0.1.0-01fd8e990caf", from dist/version.json; this file runs in dist/server. */
export function builtVersion(): string {
  const file = fileURLToPath(new URL("../version.json", import.meta.url));
  return (JSON.parse(readFileSync(file, "utf8")) as { readonly version: string }).version;
}

/** What --version prints: tools that start a Redis look for "Redis server v=" there. */
export function versionText(): string {
  return `Azimuth ${builtVersion()}, with the commands of Redis server v=${redisVersion} bits=64\n`;
}
