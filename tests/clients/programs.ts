/** What these tests need beside Node: said once, before any of them begins. */
import { spawnSync } from "node:child_process";
import { PYTHON } from "./libraries/redisPy.ts";

export function setup(): void {
  const needed: readonly [string, readonly string[], string][] = [
    ["redis-cli", ["--version"], "redis-tools"],
    [PYTHON, ["-c", "import redis.cluster"], "python3-redis"],
  ];
  const missing = needed.filter(([program, argv]) => spawnSync(program, argv).status !== 0);
  if (missing.length === 0) return;
  const packages = missing.map(([, , name]) => name).join(" ");
  throw new Error(`these tests need Debian's ${packages}: apt-get install ${packages}`);
}
