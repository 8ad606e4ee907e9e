/** acl=FILE as clients meet it: on every node, after a change, after a restart, and in zones that have read nothing themselves. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { refusedByMemoryDb } from "../../engine/commands/refused.ts";
import { ZonesHere } from "../chaos/zones.ts";
import { Log } from "../log.ts";
import { readSettings } from "../options/settings.ts";
import { Server } from "../server.ts";
import { freePorts, TestClient } from "../testClient.ts";

const password = "0123456789abcdef";
const second = "fedcba9876543210";
const ends: (() => void)[] = [];

afterEach(() => {
  for (const end of ends.splice(0).toReversed()) end();
});

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), "azimuth-acl-"));
  ends.push(() => rmSync(dir, { recursive: true, force: true, maxRetries: 10 }));
  return dir;
}

async function launch(told: string[], ...options: readonly string[]): Promise<Server> {
  const settings = readSettings(["acl-without-tls=yes", ...options], () => "");
  const server = await Server.start(settings, new Log("debug", (line) => told.push(line)));
  ends.push(() => server.close());
  return server;
}

async function open(port: number): Promise<TestClient> {
  const client = await TestClient.open(port);
  ends.push(() => client.close());
  return client;
}

async function openAs(port: number, user: string, word: string): Promise<TestClient> {
  const client = await open(port);
  expect(await client.ask("AUTH", user, word)).toBe("+OK\r\n");
  return client;
}

describe("an ACL from a file", () => {
  it("binds every node at once, changes when it is read anew, and outlives the process", async () => {
    const dir = folder();
    const acl = join(dir, "acl");
    writeFileSync(acl, `user ada on >${password} ~* &* +@all\nuser bob on >${second} ~b* +get\n`);
    const port = await freePorts(3);
    const told: string[] = [];
    const place = [`dir=${join(dir, "data")}`, `port=${port}`];
    const server = await launch(told, `acl=${acl}`, ...place);
    await server.ready();
    const ports = [port, port + 1, port + 2];
    const adas: TestClient[] = [];
    for (const one of ports) {
      const stranger = await open(one);
      expect(await stranger.ask("PING")).toBe("-NOAUTH Authentication required.\r\n");
      expect(await stranger.ask("AUTH", password)).toMatch(/^-WRONGPASS/);
      expect(await stranger.ask("AUTH", "ada", second)).toMatch(/^-WRONGPASS/);
      expect(await stranger.ask("AUTH", "default", "")).toMatch(/^-WRONGPASS/);
      const bob = await openAs(one, "bob", second);
      expect(await bob.ask("SET", "b1", "x")).toMatch(/^-NOPERM/);
      expect(await bob.ask("GET", "a1")).toMatch(/^-NOPERM/);
      const ada = await openAs(one, "ada", password);
      expect(await ada.ask("ACL", "WHOAMI")).toBe("$3\r\nada\r\n");
      adas.push(ada);
    }
    const [ada] = adas as [TestClient];
    for (const name of refusedByMemoryDb) {
      expect(await ada.ask(...name.split("|"), "x")).toMatch(/^-ERR unknown (sub)?command/);
      expect(
        await ada.ask("EVAL", `return redis.call('${name.replace("|", "','")}','x')`, "0"),
      ).toMatch(/^-ERR Unknown Redis command called from script/);
    }
    const list = await ada.ask("ACL", "LIST");
    expect(list).toContain("user ada on ~* &* +@all\r\n");
    expect(list + (await ada.ask("ACL", "GETUSER", "ada"))).not.toMatch(/[0-9a-f]{64}/);

    writeFileSync(acl, `user ada on >${second} ~* &* +ping +acl\nuser eve on >${password} +ping\n`);
    expect(server.reload()).toEqual([]);
    for (const [index, one] of ports.entries()) {
      const present = adas[index] as TestClient;
      expect(await present.ask("PING")).toBe("+PONG\r\n");
      expect(await present.ask("DBSIZE")).toMatch(/^-NOPERM/);
      expect(await (await open(one)).ask("AUTH", "ada", password)).toMatch(/^-WRONGPASS/);
      expect(await (await open(one)).ask("AUTH", "bob", second)).toMatch(/^-WRONGPASS/);
      await openAs(one, "eve", password);
    }
    writeFileSync(acl, "user ada on nopass\n");
    const zones = new ZonesHere(server.host, undefined, new Log("warning", () => {}));
    expect(zones.reloadUsers()).toEqual(server.reload());
    expect(zones.reloadUsers()).toHaveLength(1);
    await openAs(port, "ada", second);
    expect(told.join("")).not.toMatch(new RegExp(`${password}|${second}|[0-9a-f]{64}`));
    server.close();

    const again = await launch(told, ...place);
    await again.ready();
    for (const one of ports) {
      expect(await (await open(one)).ask("PING")).toBe("-NOAUTH Authentication required.\r\n");
      await openAs(one, "ada", second);
    }
  });

  it("shows no password to anybody: in MONITOR, SLOWLOG, ACL LOG, INFO and the log of the server", async () => {
    const dir = folder();
    writeFileSync(join(dir, "acl"), `user ada on >${password} ~* &* +@all\n`);
    const port = await freePorts(1);
    const told: string[] = [];
    const options = ["slowlog-log-slower-than=0", "loglevel=debug", "log=memory", "replicas=0"];
    const server = await launch(told, `acl=${join(dir, "acl")}`, `port=${port}`, ...options);
    await server.ready();
    const watcher = await openAs(port, "ada", password);
    expect(await watcher.ask("MONITOR")).toBe("+OK\r\n");
    const ada = await openAs(port, "ada", password);
    expect(await ada.ask("HELLO", "2", "AUTH", "ada", password)).toMatch(/^\*/);
    expect(await ada.ask("AUTH", "ada", second)).toMatch(/^-WRONGPASS/);
    expect(await ada.ask("HELLO", "2", "AUTH", "ada", second)).toMatch(/^-WRONGPASS/);
    expect(await ada.ask("EVAL", "return redis.pcall('AUTH','ada',ARGV[1])", "0", "x")).toMatch(
      /^-ERR/,
    );
    expect(await ada.ask("SET", "last", "seen")).toBe("+OK\r\n");
    let seen = "";
    while (!seen.includes("last")) seen += await watcher.reply();
    seen += await ada.ask("SLOWLOG", "GET", "100");
    expect(seen).toContain("(redacted)");
    seen += await ada.ask("ACL", "LOG");
    expect(seen).toContain("$4\r\nauth\r\n");
    seen += await ada.ask("INFO", "everything");
    seen += await ada.ask("CLIENT", "LIST");
    seen += await ada.ask("ACL", "LIST");
    const secrets = new RegExp(`${password}|${second}|[0-9a-f]{64}`);
    expect(seen.match(secrets)).toBeNull();
    expect(told.join("").match(secrets)).toBeNull();
  });

  it("that is empty lets nobody in", async () => {
    const dir = folder();
    writeFileSync(join(dir, "acl"), "");
    const port = await freePorts(3);
    await launch([], `acl=${join(dir, "acl")}`, "log=memory", `port=${port}`);
    const client = await open(port);
    expect(await client.ask("PING")).toBe("-NOAUTH Authentication required.\r\n");
    expect(await client.ask("AUTH", "default", "")).toMatch(/^-WRONGPASS/);
    expect(await client.ask("HELLO", "3", "AUTH", "default", "x")).toMatch(/^-WRONGPASS/);
  });

  it("reaches zones in processes of their own, whichever has read it, and stays with them", async () => {
    const dir = folder();
    const acl = join(dir, "acl");
    writeFileSync(acl, `user ada on >${password} +@all\n`);
    const port = await freePorts(6);
    const join3 = [0, 1, 2].map((at) => `127.0.0.1:${port}@${port + 3 + at}`).join(",");
    const zone = (name: string, ...options: string[]): Promise<Server> => {
      const at = "abc".indexOf(name);
      const ports = [`port=${port + at}`, `cluster-port=${port + 3 + at}`, `join=${join3}`];
      return launch([], `zone=${name}`, `dir=${dir}`, ...ports, ...options);
    };
    const servers = await Promise.all([zone("a", `acl=${acl}`), zone("b"), zone("c")]);
    await Promise.all(servers.map((server) => server.ready()));
    for (const at of [0, 1, 2]) {
      expect(await (await open(port + at)).ask("PING")).toBe(
        "-NOAUTH Authentication required.\r\n",
      );
      await openAs(port + at, "ada", password);
    }
    writeFileSync(acl, `user eve on >${second} +@all\n`);
    servers[0]?.reload();
    for (const at of [1, 2]) {
      const answer = async (): Promise<string> =>
        (await open(port + at)).ask("AUTH", "eve", second);
      await expect.poll(answer).toBe("+OK\r\n");
      expect(await (await open(port + at)).ask("AUTH", "ada", password)).toMatch(/^-WRONGPASS/);
    }
    servers[1]?.close();
    await zone("b");
    expect(await (await open(port + 1)).ask("PING")).toBe("-NOAUTH Authentication required.\r\n");
  });
});
