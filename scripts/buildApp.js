// Compiles the rooms, then bundles the viewer into dist/app: files that can be put on any web server.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const vite = join(root, "node_modules", "vite", "bin", "vite.js");

for (const words of [["scripts/build.js"], [vite, "build", "--config", "viz/app.config.ts"]]) {
  const done = spawnSync(process.execPath, words, { cwd: root, stdio: "inherit" });
  if (done.status !== 0) process.exit(done.status ?? 1);
}
