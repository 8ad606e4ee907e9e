import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { Log } from "./log.ts";
import { readSettings } from "./options/settings.ts";
import { Server } from "./server.ts";
import { freePorts, TestClient } from "./testClient.ts";

const silent = new Log("warning", () => {});
const running: Server[] = [];
const folders: string[] = [];

afterEach(() => {
  for (const server of running.splice(0)) server.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, maxRetries: 10 });
});

async function serve(...options: readonly string[]): Promise<Server> {
  const settings = readSettings(options, () => "");
  const server = await Server.start(settings, silent);
  running.push(server);
  await server.ready();
  return server;
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "azimuth-server-"));
  folders.push(folder);
  return folder;
}

describe("a server", () => {
  it("keeps what it acknowledged across a restart that nobody announced", async () => {
    const options = ["profile=standalone", `dir=${newFolder()}`];
    const port = await freePorts(2);
    const first = await serve(...options, `port=${port}`);
    const client = await TestClient.open(port);
    expect(await client.ask("SET", "key", "a\r\nb\xff")).toBe("+OK\r\n");
    first.close();
    await serve(...options, `port=${port + 1}`);
    const other = await TestClient.open(port + 1);
    expect(await other.ask("GET", "key")).toBe("$5\r\na\r\nb\xff\r\n");
    expect(await other.ask("SELECT", "15")).toBe("+OK\r\n");
    expect(await other.ask("SET", "{a}1", "x")).toBe("+OK\r\n");
    other.close();
  });

  it("lets clients that come before it can serve wait instead of refusing them", async () => {
    const port = await freePorts(1);
    const settings = readSettings(["profile=standalone", "log=memory", `port=${port}`], () => "");
    running.push(await Server.start(settings, silent));
    const early = await TestClient.open(port);
    expect(await early.ask("SET", "key", "value")).toBe("+OK\r\n");
    early.close();
  });

  it("redirects clients of a cluster to the shard's primary", async () => {
    const port = await freePorts(3);
    await serve(`port=${port}`, `dir=${newFolder()}`);
    const replies: string[] = [];
    for (let node = 0; node < 3; node++) {
      const client = await TestClient.open(port + node);
      replies.push(await client.ask("SET", "key", String(node)));
      client.close();
    }
    const moved = replies.filter((reply) => reply.startsWith("-MOVED 12539 127.0.0.1:"));
    expect(replies.filter((reply) => reply === "+OK\r\n")).toHaveLength(1);
    expect(moved).toHaveLength(2);
    expect(moved[0]).toBe(moved[1]);
    const primary = port + replies.indexOf("+OK\r\n");
    expect(moved[0]).toBe(`-MOVED 12539 127.0.0.1:${primary}\r\n`);
  });
});
