/** What clients see while the disks of the log fail: errors for writes, answers for reads, and nothing acknowledged that is lost. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { ForgetfulFiles } from "./disk/forgetfulFiles.ts";
import { nodeFiles } from "./disk/nodeFiles.ts";
import { Log } from "./log.ts";
import { readSettings } from "./options/settings.ts";
import { Server } from "./server.ts";
import { freePorts, TestClient } from "./testClient.ts";

const ends: (() => void)[] = [];

afterEach(() => {
  for (const end of ends.splice(0).toReversed()) end();
});

interface Lab {
  readonly files: ForgetfulFiles;
  readonly client: TestClient;
  readonly told: string[];
}

async function serve(...options: readonly string[]): Promise<Lab> {
  const dir = mkdtempSync(join(tmpdir(), "azimuth-failing-"));
  ends.push(() => rmSync(dir, { recursive: true, maxRetries: 10 }));
  const port = await freePorts(1);
  const given = ["profile=standalone", `dir=${dir}`, `port=${port}`, ...options];
  const files = new ForgetfulFiles(nodeFiles);
  const told: string[] = [];
  const log = new Log("warning", (line) => told.push(line));
  const server = await Server.start(
    readSettings(given, () => ""),
    log,
    { files },
  );
  ends.push(() => server.close());
  await server.ready();
  const client = await TestClient.open(port);
  ends.push(() => client.close());
  expect(await client.ask("SET", "key", "before")).toBe("+OK\r\n");
  return { files, client, told };
}

/** Asks again until the answer begins so; gives the last one. */
async function eventually(
  { client }: Lab,
  argv: readonly string[],
  start: string,
): Promise<string> {
  const untilMs = performance.now() + 60_000;
  for (;;) {
    const answer = await client.ask(...argv);
    if (answer.startsWith(start) || performance.now() > untilMs) return answer;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const FULL =
  "-MISCONF The disks of the log are nearly full. Commands that write are refused until there is room, reads go on.\r\n";
const AWAY =
  "-MISCONF The log does not answer. Commands that write are refused until it does, reads go on.\r\n";

describe("a server whose disk fills up", () => {
  it("refuses writes before the log fails, reads on, and writes again when there is room", async () => {
    const lab = await serve("disk-reserve=1mb");
    lab.files.capacityBytes = 900_000;
    expect(await eventually(lab, ["SET", "other", "x"], "-")).toBe(FULL);
    expect(await lab.client.ask("GET", "key")).toBe("$6\r\nbefore\r\n");
    // Longer than a lease lasts.
    await new Promise((resolve) => setTimeout(resolve, 2500));
    expect(await lab.client.ask("GET", "key")).toBe("$6\r\nbefore\r\n");
    const warnings = (): string[] => lab.told.filter((line) => line.includes("is nearly full"));
    await expect.poll(() => warnings().length).toBe(3);
    lab.files.capacityBytes = 2_000_000;
    expect(await eventually(lab, ["SET", "key", "after"], "+")).toBe("+OK\r\n");
    expect(await lab.client.ask("GET", "key")).toBe("$5\r\nafter\r\n");
    expect(lab.told.some((line) => line.includes("a machine ended"))).toBe(false);
  });
});

describe("a server whose disk fails to sync", () => {
  it("refuses writes, reads on, and comes back with every acknowledged write", async () => {
    const lab = await serve();
    lab.files.syncsToFail = Infinity;
    const unknown = lab.client.ask("SET", "key", "unknown");
    const other = await TestClient.open(lab.client.port);
    ends.push(() => other.close());
    const own = { ...lab, client: other };
    // Until its lease ends the primary takes writes, which wait for the log.
    await expect.poll(() => lab.told.join("")).toContain("executes nothing");
    expect(await eventually(own, ["SET", "other", "x"], "-MISCONF")).toBe(AWAY);
    expect(await other.ask("GET", "missing")).toBe("$-1\r\n");
    expect(await other.ask("PING")).toBe("+PONG\r\n");
    expect(lab.told.some((line) => line.includes("EIO"))).toBe(true);
    lab.files.syncsToFail = 0;
    expect(await unknown).toBe("+OK\r\n");
    expect(await eventually(own, ["SET", "other", "x"], "+")).toBe("+OK\r\n");
    expect(await other.ask("GET", "key")).toBe("$7\r\nunknown\r\n");
  });

  it("does not notice it at all when it is one zone's", async () => {
    const lab = await serve();
    lab.files.failOnly = "zone-b";
    lab.files.syncsToFail = Infinity;
    for (let count = 0; count < 50; count++) {
      expect(await lab.client.ask("SET", "key", String(count))).toBe("+OK\r\n");
    }
    expect(lab.told.some((line) => line.includes("machine=log-b"))).toBe(true);
    expect(lab.told.some((line) => line.includes("machine=log-a"))).toBe(false);
  });
});
