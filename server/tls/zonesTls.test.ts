/** Three zones that speak TLS to each other and to clients; here each is a server of this process. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Log } from "../log.ts";
import { readSettings } from "../options/settings.ts";
import { Server } from "../server.ts";
import { freePorts, TestClient } from "../testClient.ts";
import { makeCertificates } from "./certificateFolder.ts";

let dir: string;
let port: number;
let servers: Server[];
let told: string[];

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), "azimuth-zones-tls-"));
  port = await freePorts(15);
  servers = [];
  told = [];
  makeCertificates(join(dir, "tls"), { hosts: ["db.example"], days: 2 });
});

afterEach(() => {
  for (const server of servers) server.close();
  rmSync(dir, { recursive: true, force: true, maxRetries: 10 });
});

/** TLS ports from `port` on, the zones' own from `port + 6` on, plain ones from `port + 9` on. */
async function start(zone: string, ...options: string[]): Promise<Server> {
  const at = "abc".indexOf(zone);
  const peers = [0, 1, 2].map((index) => `127.0.0.1:0@${port + 6 + index}`);
  const words = ["profile=redis", `dir=${dir}`, `zone=${zone}`];
  words.push(`tls-port=${port + at}`, `port=${port + 9 + at}`, `cluster-port=${port + 6 + at}`);
  words.push(`join=${peers.join(",")}`, ...options);
  const log = new Log("notice", (line) => told.push(line));
  const server = await Server.start(
    readSettings(words, () => ""),
    log,
  );
  servers.push(server);
  return server;
}

function pem(name: string): string {
  return readFileSync(join(dir, "tls", name), "latin1");
}

function client(at: number): Promise<TestClient> {
  return TestClient.openTls(port + at, { ca: pem("ca.crt") });
}

async function until(what: RegExp, times: number = 1): Promise<void> {
  const endMs = performance.now() + 60_000;
  const count = (): number => told.join("").match(what)?.length ?? 0;
  while (count() < times && performance.now() < endMs) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  expect(told.join("")).toMatch(what);
}

describe("zones that speak TLS to each other", () => {
  it("make a cluster, tell each kind of client its own ports, and refuse whoever is no zone", async () => {
    const name = "cluster-announce-hostname=db.example";
    const starting = ["a", "b", "c"].map((zone) => start(zone, `tls=${join(dir, "tls")}`, name));
    for (const server of await Promise.all(starting)) await server.ready();
    const encrypted = await client(0);
    const plain = await TestClient.open(port + 9);
    const slots = await encrypted.ask("CLUSTER", "SLOTS");
    const plainSlots = await plain.ask("CLUSTER", "SLOTS");
    for (const at of [0, 1, 2]) {
      expect(slots).toContain(`:${port + at}\r\n`);
      expect(plainSlots).toContain(`:${port + 9 + at}\r\n`);
    }
    expect(slots.match(/db\.example/g)).toHaveLength(3);
    const shards = await plain.ask("CLUSTER", "SHARDS");
    expect(shards).toContain(`$4\r\nport\r\n:${port + 10}\r\n$8\r\ntls-port\r\n:${port + 1}\r\n`);
    expect(await encrypted.ask("CLUSTER", "NODES")).toContain(
      `127.0.0.1:${port + 2}@${port + 8},db.example `,
    );
    // A redirect leads to the primary's port of the same kind; by name, where that is preferred.
    for (let at = 0; at < 3; at++) {
      const asker = await client(at);
      await asker.ask("CONFIG", "SET", "cluster-preferred-endpoint-type", "hostname");
      const answer = await asker.ask("SET", "key", "value");
      expect(answer).toMatch(/^\+OK|^-MOVED 12539 db\.example:\d+\r\n$/);
      const leads = Number(/:(\d+)/.exec(answer)?.[1] ?? port);
      expect(leads - port).toBeLessThan(3);
      asker.close();
    }
    // A client's certificate opens no way between the zones, nor does speaking without TLS.
    const ca = pem("ca.crt");
    const own = { ca, cert: pem("client.crt"), key: pem("client.key") };
    const intruder = await TestClient.openTls(port + 6, { ...own, allowHalfOpen: false });
    await intruder.closed();
    expect(told.join("")).toContain("its certificate is a client's");
    const bare = await TestClient.open(port + 7);
    bare.send("AZIMUTH PEER 1\n");
    await bare.closed();
    await until(/refused a connection of another zone .*wrong version number/);
    encrypted.close();
    plain.close();
    // A zone with the certificate of another authority is not spoken to.
    makeCertificates(join(dir, "other"), { hosts: [], days: 2 });
    servers.pop()?.close();
    await start("c", `tls=${join(dir, "other")}`);
    const refusals = /cannot agree on TLS with another zone address=127.0.0.1:\d+ why=self-signed/g;
    await until(refusals, 2);
  });
});
