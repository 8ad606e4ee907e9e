/** The command that judges a history, the same for the simulator's: `npm run sim -- check FILE`. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../../dist/sim/cli/main.js", import.meta.url));

export interface Verdict {
  readonly status: number | null;
  readonly answers: number;
  readonly keys: number;
  readonly text: string;
}

export function check(path: string, ...options: readonly string[]): Verdict {
  const argv = ["--max-old-space-size=3000", main, "check", path, ...options];
  const json = spawnSync(process.execPath, [...argv, "json"], {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  const text = `${json.stdout.slice(0, 4000)}${json.stderr}`;
  if (json.status === 2 || json.stdout === "") throw new Error(text);
  const { answers, keys } = JSON.parse(json.stdout) as Verdict;
  return { status: json.status, answers, keys, text };
}
