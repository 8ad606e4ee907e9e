/** The image that Containerfile describes, put together in a folder and started: no container is built here. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { freePorts, TestClient } from "./testClient.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "azimuth-image-"));
const lines = readFileSync(join(root, "Containerfile"), "utf8").split("\n");
const lastStage = lines.slice(lines.findLastIndex((line) => line.startsWith("FROM ")));
const copied = lastStage.flatMap((line) => {
  const [, from, to] = /^COPY --from=build \/app\/(\S+) \.\/(\S+)$/.exec(line) ?? [];
  return from === undefined || to === undefined ? [] : [{ from, to }];
});

afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));

/** Packages that `npm prune --omit=dev` leaves. */
function productionPackages(): string[] {
  const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
    packages: Record<string, { dev?: true; devOptional?: true; peer?: true }>;
  };
  return Object.entries(lock.packages)
    .filter(([path, { dev, devOptional, peer }]) => path !== "" && !(dev ?? devOptional ?? peer))
    .map(([path]) => path);
}

describe("the container's image", () => {
  it("holds what exists, as a user without privileges", () => {
    expect(copied.map(({ from }) => from)).toContain("dist/server");
    expect(lastStage.filter((line) => line.startsWith("COPY "))).toHaveLength(copied.length);
    expect(copied.filter(({ from }) => !existsSync(join(root, from)))).toEqual([]);
    expect(lastStage).toContain("USER node");
    expect(lines).toContain("COPY package.json package-lock.json ./");
  });

  it("serves with nothing but that", async () => {
    for (const { from, to } of copied) {
      if (from !== "node_modules") cpSync(join(root, from), join(folder, to), { recursive: true });
    }
    for (const path of productionPackages()) {
      cpSync(join(root, path), join(folder, path), { recursive: true });
    }
    const entry = lastStage.find((line) => line.startsWith("ENTRYPOINT "))?.slice(11) ?? "[]";
    const [program, ...words] = JSON.parse(entry) as string[];
    expect(program).toBe("node");
    const port = await freePorts(5);
    const faults = `chaos-port=${port + 3}`;
    const metrics = `metrics-port=${port + 4}`;
    const own = [`port=${port}`, `dir=${join(folder, "data")}`, "chaos=yes", faults, metrics];
    const child = spawn(process.execPath, [...words, ...own], {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let told = "";
    const ended = once(child, "exit");
    for (const output of [child.stdout, child.stderr]) {
      output.setEncoding("utf8").on("data", (text: string) => (told += text));
    }
    while (!told.includes("Ready to accept connections") && child.exitCode === null) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(told).toContain("Ready to accept connections");
    const client = await TestClient.open(port);
    expect(await client.ask("PING")).toBe("+PONG\r\n");
    expect(await client.ask("CLUSTER", "INFO")).toContain("cluster_state:ok");
    client.close();
    const page = await fetch(`http://127.0.0.1:${port + 3}/`);
    expect(page.status).toBe(200);
    const numbers = await fetch(`http://127.0.0.1:${port + 4}/metrics`);
    expect(await numbers.text()).toContain("memorydb_is_primary{");
    child.kill();
    expect(await ended).toEqual([0, null]);
  });
});
