import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { openCluster, type WantedShape } from "./clusterFolder.ts";
import { ZoneFolder } from "./zoneFolder.ts";

const anyShape: WantedShape = {
  shards: undefined,
  replicas: undefined,
  logCopies: undefined,
  clusterEnabled: undefined,
};

const made: string[] = [];
const opened: ZoneFolder[] = [];

afterEach(() => {
  for (const folder of opened.splice(0)) folder.close();
  for (const dir of made.splice(0)) rmSync(dir, { recursive: true, maxRetries: 10 });
});

function newDir(): string {
  const dir = mkdtempSync(join(tmpdir(), "azimuth-folders-"));
  made.push(dir);
  return dir;
}

async function open(dir: string, wanted: Partial<WantedShape> = {}): Promise<ZoneFolder[]> {
  const folders = await openCluster(dir, { ...anyShape, ...wanted });
  opened.push(...folders);
  return folders;
}

function closeAll(): void {
  for (const folder of opened.splice(0)) folder.close();
}

async function refusal(dir: string, wanted: Partial<WantedShape> = {}): Promise<string> {
  try {
    await open(dir, wanted);
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : "?";
  }
  return "opened";
}

function edit(dir: string, zone: string, change: (about: Record<string, unknown>) => void): void {
  const file = join(dir, `zone-${zone}`, "azimuth.json");
  const about = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
  change(about);
  writeFileSync(file, JSON.stringify(about));
}

describe("the folder of a cluster", () => {
  it("is made with three formatted logs, and found again with the same identity", async () => {
    const dir = newDir();
    const [first] = await open(dir, { shards: 4 });
    const membership = first?.membership;
    expect(membership).toMatchObject({ shards: 4, replicas: 2, logCopies: 3 });
    expect(membership?.clusterId).toMatch(/^[0-9a-f]{40}$/);
    closeAll();
    const again = await open(dir);
    for (const { state, membership: found } of again) {
      expect([state, found?.clusterId, found?.shards]).toEqual(["ready", membership?.clusterId, 4]);
    }
    for (const zone of ["a", "b", "c"]) {
      expect(readFileSync(join(dir, `zone-${zone}`, "log", "format"))).toHaveLength(512);
    }
  });

  it("belongs to one process, which is named to the next one", async () => {
    const dir = newDir();
    await open(dir);
    expect(await refusal(dir)).toBe(
      `FolderError: ${join(dir, "zone-a")} is in use by process ${process.pid}`,
    );
    closeAll();
    expect(await refusal(dir)).toBe("opened");
  });

  it("is not opened by a server that is older than it, nor when its description is damaged", async () => {
    const dir = newDir();
    await open(dir);
    closeAll();
    edit(dir, "b", (about) => (about["version"] = 3));
    expect(await refusal(dir)).toBe(
      `FolderError: ${join(dir, "zone-b")} was written by a newer version of this server: its layout is 3, this one reads up to 2; start the newer version`,
    );
    writeFileSync(join(dir, "zone-b", "azimuth.json"), "{");
    expect(await refusal(dir)).toBe(
      `FolderError: ${join(dir, "zone-b", "azimuth.json")} is damaged: it is not JSON`,
    );
  });

  it("is not opened with a zone of another cluster, or one in another's place", async () => {
    const dir = newDir();
    await open(dir);
    closeAll();
    edit(dir, "c", (about) => (about["clusterId"] = "other"));
    expect(await refusal(dir)).toMatch(/zone-c belongs to another cluster \(other\)/);
    edit(dir, "c", (about) => (about["zone"] = "a"));
    expect(await refusal(dir)).toMatch(/zone-c belongs to zone a$/);
  });

  it("keeps its shape: what was said otherwise is refused, what was not said is as it was", async () => {
    const dir = newDir();
    await open(dir, { clusterEnabled: false });
    closeAll();
    expect(await refusal(dir, { clusterEnabled: true })).toMatch(
      /holds a cluster with cluster-enabled=no, not yes: open it with profile=redis/,
    );
    expect(await refusal(dir, { replicas: 2 })).toMatch(/replicas=0, not 2/);
    const [zone] = await open(dir);
    expect(zone?.membership?.clusterEnabled).toBe(false);
  });

  it("takes a zone that was lost back as a blank one, whose log is to be filled by its peers", async () => {
    const dir = newDir();
    const [first] = await open(dir);
    const clusterId = first?.membership?.clusterId;
    closeAll();
    rmSync(join(dir, "zone-b"), { recursive: true, maxRetries: 10 });
    const [, b] = await open(dir);
    expect([b?.state, b?.membership?.clusterId]).toEqual(["ready", clusterId]);
    expect(existsSync(join(dir, "zone-b", "log", "format"))).toBe(false);
  });

  it("does not go on when most copies of the log are gone", async () => {
    const dir = newDir();
    await open(dir);
    closeAll();
    rmSync(join(dir, "zone-a"), { recursive: true, maxRetries: 10 });
    rmSync(join(dir, "zone-b"), { recursive: true, maxRetries: 10 });
    expect(await refusal(dir)).toBe(
      `FolderError: 2 of 3 copies of the log in ${dir} are gone (zone a and b): ` +
        "what was acknowledged cannot be told from what is left",
    );
  });

  it("goes on after a start that was cut short while it was formatted, with logs made anew", async () => {
    const dir = newDir();
    const [first] = await open(dir);
    const clusterId = first?.membership?.clusterId;
    closeAll();
    edit(dir, "b", (about) => (about["state"] = "formatting"));
    rmSync(join(dir, "zone-b", "log"), { recursive: true, maxRetries: 10 });
    const folders = await open(dir);
    expect(folders.map(({ membership }) => membership?.clusterId)).toEqual([
      clusterId,
      clusterId,
      clusterId,
    ]);
    expect(existsSync(join(dir, "zone-b", "log", "format"))).toBe(true);
  });
});

describe("incarnations", () => {
  it("differ between zones, starts and folders that were lost", async () => {
    const dir = newDir();
    const seen = new Set<number>();
    let count = 0;
    for (let start = 0; start < 6; start++) {
      for (const folder of await open(dir)) {
        for (let number = 0; number < 300; number++) {
          seen.add(folder.nextIncarnation());
          count += 1;
        }
      }
      closeAll();
      if (start === 3) rmSync(join(dir, "zone-c"), { recursive: true, maxRetries: 10 });
    }
    expect(seen.size).toBe(count);
    for (const number of seen) expect(Number.isSafeInteger(number)).toBe(true);
  });

  it("go on above those that were taken when the clock has gone back", async () => {
    const dir = newDir();
    const [a] = await open(dir);
    const before = a?.nextIncarnation() ?? 0;
    closeAll();
    const file = join(dir, "zone-a", "incarnation");
    const ahead = Number(readFileSync(file, "utf8")) + 2 ** 40;
    writeFileSync(file, `${ahead}\n`);
    const [again] = await open(dir);
    expect(again?.nextIncarnation()).toBe((ahead + 1) * 3);
    expect(before).toBeLessThan(ahead * 3);
  });
});
