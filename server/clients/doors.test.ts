import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server as NetServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { Log } from "../log.ts";
import { readSettings } from "../options/settings.ts";
import { Server } from "../server.ts";
import { freePorts, TestClient } from "../testClient.ts";

const ending: (() => void)[] = [];
const warnings: string[] = [];

afterEach(() => {
  for (const end of ending.splice(0)) end();
  warnings.length = 0;
});

/** A server of two nodes on two ports from the first of these on; the others are free. */
async function serve(ports: number): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), "azimuth-doors-"));
  const options = [
    "profile=redis",
    "replicas=1",
    `port=${ports}`,
    `dir=${folder}`,
    "bind=127.0.0.1",
  ];
  const log = new Log("warning", (line) => warnings.push(line));
  const server = await Server.start(
    readSettings(options, () => ""),
    log,
  );
  ending.push(() => {
    server.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  });
  await server.ready();
  return server;
}

async function clientOn(port: number): Promise<TestClient> {
  const client = await TestClient.open(port);
  ending.push(() => client.close());
  return client;
}

it("listens on another port from the CONFIG SET on, keeps who is connected, and tells all others of it", async () => {
  const ports = await freePorts(3);
  await serve(ports);
  const before = await clientOn(ports);
  const other = await clientOn(ports + 1);
  expect(await before.ask("CONFIG", "SET", "port", String(ports + 2))).toBe("+OK\r\n");
  const after = await clientOn(ports + 2);
  expect(await after.ask("CONFIG", "GET", "port")).toContain(`${ports + 2}`);
  expect(await before.ask("PING")).toBe("+PONG\r\n");
  await expect(TestClient.open(ports)).rejects.toThrow("ECONNREFUSED");
  const slots = await other.ask("CLUSTER", "SLOTS");
  expect(slots).toContain(`:${ports + 2}\r\n`);
  expect(slots).not.toContain(`:${ports}\r\n`);
});

it("listens where it did if a port is taken, or an address is not here or no address", async () => {
  const ports = await freePorts(3);
  await serve(ports);
  const taken: NetServer = createServer();
  await new Promise<void>((resolve) => {
    taken.listen(ports + 2, "127.0.0.1", resolve);
  });
  ending.push(() => taken.close());
  const client = await clientOn(ports);
  const failed = "-ERR CONFIG SET failed (possibly related to argument";
  expect(await client.ask("CONFIG", "SET", "hz", "30", "port", String(ports + 2))).toBe(
    `${failed} 'port') - Unable to listen on this port. Check server logs.\r\n`,
  );
  expect(warnings.join("")).toContain(`Failed listening on port ${ports + 2}`);
  for (const bind of ["999.999.999.999", "192.0.2.1", "127.0.0.2 192.0.2.1"]) {
    expect(await client.ask("CONFIG", "SET", "bind", bind)).toBe(
      `${failed} 'bind') - Failed to bind to specified addresses.\r\n`,
    );
  }
  expect(await client.ask("CONFIG", "GET", "hz")).toContain("\r\n10\r\n");
  expect(await client.ask("CONFIG", "GET", "bind")).toContain("\r\n127.0.0.1\r\n");
  expect(await (await clientOn(ports)).ask("PING")).toBe("+PONG\r\n");
});

it("listens on other addresses, on an address that holds the old one, and on none", async () => {
  const ports = await freePorts(2);
  await serve(ports);
  const client = await clientOn(ports);
  const set = (bind: string): Promise<string> => client.ask("CONFIG", "SET", "bind", bind);
  expect(await set("* -192.0.2.1")).toBe("+OK\r\n");
  expect(await (await clientOn(ports)).ask("PING")).toBe("+PONG\r\n");
  expect(await set("127.0.0.2")).toBe("+OK\r\n");
  await expect(TestClient.open(ports)).rejects.toThrow("ECONNREFUSED");
  expect(await set("")).toBe("+OK\r\n");
  expect(await client.ask("CONFIG", "GET", "bind")).toBe("*2\r\n$4\r\nbind\r\n$0\r\n\r\n");
  expect(await set("127.0.0.1")).toBe("+OK\r\n");
  expect(await (await clientOn(ports)).ask("PING")).toBe("+PONG\r\n");
});
