// Builds the viewer and serves it on this machine alone, on port 4173 or the next free one.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { preview } from "vite";

const root = fileURLToPath(new URL("..", import.meta.url));
const wantedPort = 4173;

const built = spawnSync(process.execPath, ["scripts/buildApp.js"], { cwd: root, stdio: "inherit" });
if (built.status !== 0) process.exit(built.status ?? 1);

const server = await preview({
  root,
  configFile: false,
  logLevel: "warn",
  build: { outDir: "dist/app" },
  preview: { host: "127.0.0.1", port: wantedPort, open: process.stdout.isTTY },
});
const url = server.resolvedUrls?.local[0] ?? "";
const { port } = new URL(url);
if (Number(port) !== wantedPort) {
  process.stdout.write(`Port ${wantedPort} is in use: the next free one is taken.\n`);
}
process.stdout.write(`The viewer is at ${url} until Ctrl+C is pressed.\n`);
