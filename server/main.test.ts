import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { must } from "../engine/assert.ts";
import { freePorts, TestClient } from "./testClient.ts";

const program = fileURLToPath(new URL("../dist/server/main.js", import.meta.url));

describe("the command line", () => {
  it("starts a server that says it is ready, takes Redis's parameters and ends well when asked", async () => {
    const port = String(await freePorts(1));
    const words = ["--port", port, "--log", "memory", "--cluster-enabled", "no", "--save", ""];
    const child = spawn(process.execPath, [program, ...words, "--daemonize", "yes"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const closed = once(child, "close");
    let told = "";
    child.stdout.setEncoding("utf8");
    for await (const text of child.stdout) {
      if (!told.includes("Connect with") && (told + text).includes("Connect with")) child.kill();
      told += text;
    }
    expect(told).toContain(` PID: ${child.pid}\n`);
    expect(told).toContain("daemonize has no effect");
    expect(told).toContain("Ready to accept connections");
    expect(told).toContain(`Connect with: redis-cli -p ${port}\n`);
    expect(await closed).toEqual([0, null]);
  });

  it("tells its version as tools that start a Redis read it", () => {
    const { stdout } = spawnSync(process.execPath, [program, "--version"], { encoding: "utf8" });
    expect(stdout).toMatch(
      /^Azimuth \d+\.\d+\.\d+\S*, with the commands of Redis server v=7\.0\.15 bits=64\n$/,
    );
  });

  it("starts a MemoryDB without being told more than where, and leads its shard in three zones", async () => {
    const port = await freePorts(3);
    const dir = mkdtempSync(join(tmpdir(), "azimuth-main-"));
    const group = join(dir, "group");
    writeFileSync(group, "acllog-max-len 7\n");
    const words = [program, `port=${port}`, `dir=${dir}`, "timeout=20", `parameters=${group}`];
    const child = spawn(process.execPath, words, {
      stdio: ["ignore", "pipe", "inherit"],
    });
    try {
      const closed = once(child, "close");
      for await (const text of child.stdout.setEncoding("utf8")) {
        if (String(text).includes("redis-cli -c")) break;
      }
      const clients = await Promise.all([0, 1, 2].map((at) => TestClient.open(port + at)));
      const answers = await Promise.all(clients.map((one) => one.ask("SET", "key", "value")));
      expect(answers.filter((answer) => answer === "+OK\r\n")).toHaveLength(1);
      expect(answers.filter((answer) => answer.startsWith("-MOVED 12539 "))).toHaveLength(2);
      for (const client of clients) {
        expect(await client.ask("CONFIG", "GET", "timeout")).toMatch(
          /^-ERR unknown command 'CONFIG'/,
        );
        expect(await client.ask("INFO", "clients")).toMatch(/\nmaxclients:\d+\r\n/);
      }
      // Keyspace notifications tell that a parameter has changed.
      writeFileSync(group, "notify-keyspace-events KEA\n");
      child.kill("SIGHUP");
      const [primary] = clients.filter((_client, at) => answers[at] === "+OK\r\n");
      const listener = await TestClient.open(must(primary, "primary").port);
      expect(await listener.ask("SUBSCRIBE", "__keyevent@0__:set")).toMatch(/^\*3/);
      const heard = listener.reply();
      const writing = setInterval(() => primary?.send("SET key value\r\n"), 100);
      expect(await heard).toContain("key");
      clearInterval(writing);
      for (const client of [...clients, listener]) client.close();
      child.kill();
      expect(await closed).toEqual([0, null]);
    } finally {
      child.kill("SIGKILL");
      rmSync(dir, { recursive: true, force: true, maxRetries: 10 });
    }
  });

  it("starts a zone that has no node for clients, but a copy of the log", async () => {
    const port = await freePorts(6);
    const dir = mkdtempSync(join(tmpdir(), "azimuth-main-"));
    const words = [program, "zones=processes", "replicas=0", `port=${port}`, `dir=${dir}`];
    const child = spawn(process.execPath, [...words, `cluster-port=${port + 3}`], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    try {
      const closed = once(child, "close");
      let told = "";
      let answer = "";
      for await (const text of child.stdout.setEncoding("utf8")) {
        told += text;
        if (answer !== "" || !told.includes("Connect with: redis-cli -c")) continue;
        const client = await TestClient.open(port);
        answer = await client.ask("SET", "key", "value");
        client.close();
        child.kill();
      }
      expect(answer).toBe("+OK\r\n");
      expect(told).toContain("Ready to accept connections of the other zones");
      expect(await closed).toEqual([0, null]);
    } finally {
      child.kill("SIGTERM");
      rmSync(dir, { recursive: true, force: true, maxRetries: 10 });
    }
  });

  it("lists MemoryDB's parameters", async () => {
    const child = spawn(process.execPath, [program, "parameters", "timeout=20"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const closed = once(child, "close");
    let told = "";
    for await (const text of child.stdout.setEncoding("utf8")) told += text;
    expect(told).toMatch(/^timeout +20 +0 +yes +0,20-$/m);
    expect(await closed).toEqual([0, null]);
  });

  it("ends with 1 and a sentence when a word is wrong", async () => {
    const child = spawn(process.execPath, [program, "port=foo"], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    const closed = once(child, "close");
    let told = "";
    for await (const text of child.stderr.setEncoding("utf8")) told += text;
    expect(told).toBe('azimuth: port must be a whole number from 0 to 65535, not "foo"\n');
    expect(await closed).toEqual([1, null]);
  });
});
