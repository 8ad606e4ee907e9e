/** Client programs by TLS: what `npm run serve -- tls` serves is what they ask for, certificates and all. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Cluster } from "ioredis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ServerProcess } from "./zoneProcesses.ts";

const PORT = 27_650;
const dir = mkdtempSync(join(tmpdir(), "azimuth-clients-"));
let server: ServerProcess;

beforeAll(async () => {
  server = await ServerProcess.start([
    "tls",
    `port=${PORT}`,
    `dir=${dir}`,
    "shards=2",
    "lease-ms=10000",
    // Clients check the name that the cluster tells them of.
    "cluster-announce-hostname=localhost",
    "cluster-preferred-endpoint-type=hostname",
  ]);
});

afterAll(async () => {
  await server.kill();
  rmSync(dir, { recursive: true, force: true, maxRetries: 10 });
});

function file(name: string): string {
  return join(dir, "tls", name);
}

function redisCli(...words: readonly string[]): { readonly told: string; readonly status: number } {
  const done = spawnSync("redis-cli", ["-c", "-p", String(PORT), ...words], { encoding: "utf8" });
  return { told: done.stdout + done.stderr, status: done.status ?? -1 };
}

describe("OpenSSL", () => {
  it("finds no fault in the certificates, as strict as it can be", () => {
    const verify = (purpose: string, name: string, certificate: string): string => {
      const words = ["verify", "-x509_strict", "-purpose", purpose, "-CAfile", file("ca.crt")];
      if (name !== "") words.push("-verify_hostname", name);
      const done = spawnSync("openssl", [...words, file(certificate)], { encoding: "utf8" });
      return done.stdout + done.stderr;
    };
    expect(verify("sslserver", "localhost", "server.crt")).toBe(`${file("server.crt")}: OK\n`);
    expect(verify("sslclient", "", "client.crt")).toBe(`${file("client.crt")}: OK\n`);
    expect(verify("sslserver", "", "client.crt")).toMatch(/unsuitable certificate purpose/i);
    expect(verify("sslserver", "other.example", "server.crt")).toMatch(/hostname mismatch/i);
  });
});

describe("redis-cli", () => {
  it("trusts the authority of the data folder, and follows redirects by TLS", () => {
    const trust = ["--tls", "--cacert", file("ca.crt")];
    for (const key of ["a", "b", "c", "d"]) {
      expect(redisCli(...trust, "set", key, "value").told).toMatch(/^OK\n/);
    }
    const own = ["--cert", file("client.crt"), "--key", file("client.key")];
    expect(redisCli(...trust, ...own, "get", "a").told).toBe("value\n");
  });

  it("refuses whom it does not trust, and is told what a TLS port is", () => {
    const strange = redisCli("--tls", "--cacert", "/etc/ssl/certs/ca-certificates.crt", "ping");
    expect(strange.told).not.toContain("PONG");
    expect(strange.status).not.toBe(0);
    expect(redisCli("ping").told).toContain("ERR This port speaks TLS only");
  });
});

describe("ioredis", () => {
  const endpoints = [{ host: "localhost", port: PORT }];

  function open(tls: object): Cluster {
    return new Cluster(endpoints, {
      // Names are checked as the cluster tells them: without this ioredis connects to what they resolve to.
      dnsLookup: (name, found) => found(null, name),
      redisOptions: { tls },
      clusterRetryStrategy: () => null,
    });
  }

  it("writes to every shard", async () => {
    const db = open({ ca: readFileSync(file("ca.crt")) });
    const keys = Array.from({ length: 20 }, (_, index) => `key${index}`);
    for (const key of keys) expect(await db.set(key, "value")).toBe("OK");
    expect(await Promise.all(keys.map((key) => db.get(key)))).toEqual(keys.map(() => "value"));
    db.disconnect();
  });

  it("does not connect to a cluster whose authority it does not know", async () => {
    const db = open({});
    db.on("error", () => {});
    await expect(db.set("a", "b")).rejects.toThrow(/Connection is closed|None of startup nodes/);
    await server.says("unknown ca");
    db.disconnect();
  });
});
