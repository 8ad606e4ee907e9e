import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { freePorts } from "./testClient.ts";

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
