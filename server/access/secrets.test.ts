/**
 * No secret anywhere: whatever becomes of a request that holds one, alone or in a transaction, nothing that a server shows, logs or counts
 * has it, and no file of its folder.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Log } from "../log.ts";
import { readSettings } from "../options/settings.ts";
import { Server } from "../server.ts";
import { freePorts, TestClient } from "../testClient.ts";

/** Stands in every secret. */
const SECRET = "hunter2";

/** One request a line, with a secret in it. */
const requests: readonly string[] = [
  "AUTH hunter2",
  "AUTH default hunter2",
  "AUTH ada hunter2",
  "AUTH nobody hunter2",
  "AUTH ada hunter2 hunter2",
  "HELLO 2 AUTH ada hunter2",
  "HELLO 2 AUTH nobody hunter2",
  "HELLO 4 AUTH ada hunter2",
  "HELLO x AUTH ada hunter2",
  "HELLO 2 SETNAME a\u0001b AUTH ada hunter2",
  "HELLO 2 AUTH ada hunter2 SETNAME a\u0001b",
  "HELLO 2 WHAT AUTH ada hunter2",
  "ACL SETUSER ada on >hunter2 ~* &* +@all",
  "ACL SETUSER ada >hunter2 what",
  "ACL SETUSER ada <hunter2-none",
  "ACL SETUSER a\u0000b >hunter2",
  "ACL SETUSER bob on >hunter2 (+get ~x",
  "CONFIG SET masterauth hunter2",
  "CONFIG SET masterauth hunter2 what x",
  "CONFIG SET what x masterauth hunter2",
  "CONFIG SET maxmemory x masterauth hunter2",
  "CONFIG SET masterauth hunter2 masterauth hunter2",
  "CONFIG SET maxmemory masterauth hunter2",
  "CONFIG SET masteruser hunter2",
  "CONFIG SET tls-key-file-pass hunter2",
  "CONFIG SET tls-client-key-file-pass hunter2",
  "CONFIG SET requirepass hunter2",
  "CONFIG SET requirepass hunter2-too",
  "AUTH hunter2-too",
  'CONFIG SET requirepass ""',
  "MIGRATE 127.0.0.1 1 k 0 10 AUTH hunter2",
  "MIGRATE 127.0.0.1 1 k 0 10 COPY AUTH2 ada hunter2 REPLACE",
  "MIGRATE 127.0.0.1 1 k 0 10 WHAT AUTH hunter2",
  'MIGRATE 127.0.0.1 1 "" 0 x AUTH2 ada hunter2 KEYS k',
];

const dir = mkdtempSync(join(tmpdir(), "azimuth-secrets-"));
const told: string[] = [];
let server: Server;
let port: number;

beforeAll(async () => {
  port = await freePorts(2);
  const options = [
    "profile=standalone",
    `port=${port}`,
    `metrics-port=${port + 1}`,
    `dir=${dir}`,
    "slowlog-log-slower-than=0",
    "slowlog-max-len=1000",
    "latency-monitor-threshold=1",
  ];
  const log = new Log("debug", (line) => told.push(line));
  server = await Server.start(
    readSettings(options, () => ""),
    log,
  );
  await server.ready();
});

afterAll(() => {
  server.close();
  rmSync(dir, { recursive: true, force: true, maxRetries: 10 });
});

function words(line: string): string[] {
  return line.split(" ").map((word) => (word === '""' ? "" : word));
}

/** What others may learn of what was asked. */
async function shown(watcher: TestClient): Promise<string> {
  const asker = await TestClient.open(port);
  await asker.ask("SET", "last", "seen");
  let all = "";
  while (!all.includes('"SET" "last" "seen"')) all += await watcher.reply();
  for (const line of ["SLOWLOG GET -1", "ACL LOG", "ACL LIST", "CLIENT LIST", "INFO everything"]) {
    all += await asker.ask(...words(line));
  }
  for (const line of ["LATENCY LATEST", "LATENCY DOCTOR", "MEMORY DOCTOR", "KEYS *"]) {
    all += await asker.ask(...words(line));
  }
  asker.close();
  all += await (await fetch(`http://127.0.0.1:${port + 1}/metrics`)).text();
  return all + told.join("");
}

function filesHold(text: string): readonly string[] {
  const files = readdirSync(dir, { recursive: true, withFileTypes: true });
  return files
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => readFileSync(path).includes(text));
}

describe("a secret in a request", () => {
  it("is in nothing that the server shows, logs, counts or keeps, whatever becomes of the request", async () => {
    const watcher = await TestClient.open(port);
    await watcher.ask("MONITOR");
    const admin = await TestClient.open(port);
    for (const line of requests) await admin.ask(...words(line));
    for (const line of requests) {
      await admin.ask("MULTI");
      await admin.ask(...words(line));
      await admin.ask("EXEC");
    }
    const all = await shown(watcher);
    expect(all.split("\r\n").filter((line) => line.includes(SECRET))).toEqual([]);
    // All of them were seen, with something else in the place.
    expect(all).toContain('"AUTH" "(redacted)" "(redacted)" "(redacted)"');
    expect(all).toContain('"HELLO" "4" "AUTH" "(redacted)" "(redacted)"');
    expect(all.split("$7\r\nMIGRATE").length).toBeGreaterThan(4);
    expect(all.split("$7\r\nSETUSER").length).toBeGreaterThan(4);
    expect(all.split("$11\r\nrequirepass").length).toBeGreaterThan(4);
    expect(all).toContain("acl_access_denied_auth:");
    expect(filesHold(SECRET)).toEqual([]);
    expect(await admin.ask("SET", "last", "hunter2")).toBe("+OK\r\n");
    expect(filesHold(SECRET)).not.toEqual([]);
  });
});
