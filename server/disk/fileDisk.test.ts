import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { FileDisk } from "./fileDisk.ts";
import type { FileLayer } from "./fileLayer.ts";
import { ForgetfulFiles } from "./forgetfulFiles.ts";
import { nodeFiles } from "./nodeFiles.ts";

const made: string[] = [];

afterEach(() => {
  for (const dir of made.splice(0)) rmSync(dir, { recursive: true, maxRetries: 10 });
});

function newDir(): string {
  const dir = mkdtempSync(join(tmpdir(), "azimuth-disk-"));
  made.push(dir);
  return dir;
}

/** A disk with answers as promises, and the errors that it told. */
class Lab {
  readonly errors: string[] = [];
  readonly folder: string;
  disk: FileDisk;
  private readonly files: FileLayer;

  constructor(files: FileLayer, folder: string = newDir()) {
    this.files = files;
    this.folder = folder;
    this.disk = this.open(undefined);
  }

  /** As the supervisor does after the machine ended. */
  reopen(): void {
    this.disk.close();
    this.disk = this.open(this.disk);
  }

  private open(predecessor: FileDisk | undefined): FileDisk {
    const onError = (error: Error): void => void this.errors.push(error.message);
    return new FileDisk({ files: this.files, folder: this.folder, onError }, predecessor);
  }

  sync(): Promise<boolean> {
    return new Promise((resolve) => this.disk.sync(resolve));
  }

  read(file: string, offset: number, lengthBytes: number): Promise<string> {
    return new Promise((resolve) =>
      this.disk.read(file, offset, lengthBytes, (ok, bytes) =>
        resolve(ok ? Buffer.from(bytes).toString("latin1") : "error"),
      ),
    );
  }

  write(file: string, offset: number, text: string): void {
    this.disk.write(file, offset, Buffer.from(text, "latin1"));
  }

  onPlatter(file: string): string {
    return readFileSync(join(this.folder, file), "latin1").replace(/\0+$/, "");
  }
}

describe("a disk in a folder", () => {
  it("reads what it was told to write, before and after the sync, up to the end of the file", async () => {
    const lab = new Lab(nodeFiles);
    expect(await lab.read("format", 0, 10)).toBe("");
    lab.write("format", 0, "abcdef");
    lab.write("format", 4, "EFGH");
    expect(await lab.read("format", 0, 100)).toBe("abcdEFGH");
    expect(await lab.sync()).toBe(true);
    expect(await lab.read("format", 2, 4)).toBe("cdEF");
    expect(lab.onPlatter("format")).toBe("abcdEFGH");
  });

  it("writes large pieces whole", async () => {
    const lab = new Lab(nodeFiles);
    const text = "0123456789abcdef".repeat(20_000);
    lab.write("wal-1", 512, text);
    expect(await lab.sync()).toBe(true);
    expect((await lab.read("wal-1", 512, text.length)) === text).toBe(true);
  });

  it("makes room ahead in a log, which reads as zeros and is used up before more is made", async () => {
    const lab = new Lab(nodeFiles);
    const size = (): number => statSync(join(lab.folder, "wal-1")).size;
    for (let batch = 0; batch < 400; batch++) {
      lab.write("wal-1", batch * 4096, "x".repeat(4096));
      expect(await lab.sync()).toBe(true);
      expect(size()).toBeGreaterThanOrEqual((batch + 1) * 4096);
    }
    expect(lab.onPlatter("wal-1")).toBe("x".repeat(400 * 4096));
    expect(size()).toBeGreaterThan(401 * 4096);
    expect(size()).toBeLessThan(4 * 400 * 4096);
    lab.reopen();
    lab.write("wal-1", 400 * 4096, "y");
    expect(await lab.sync()).toBe(true);
    expect(lab.onPlatter("wal-1")).toBe(`${"x".repeat(400 * 4096)}y`);
  });

  it("removes a file and makes another of its name", async () => {
    const lab = new Lab(nodeFiles);
    lab.write("wal-1", 0, "old and long");
    await lab.sync();
    lab.disk.remove("wal-1");
    lab.write("wal-1", 0, "new");
    expect(await lab.sync()).toBe(true);
    expect(lab.onPlatter("wal-1")).toBe("new");
  });

  it("does nothing more after an error, and says so to every sync", async () => {
    const files = new ForgetfulFiles(nodeFiles);
    const lab = new Lab(files);
    lab.write("wal-1", 0, "one");
    expect(await lab.sync()).toBe(true);
    files.syncsToFail = 1;
    lab.write("wal-1", 512, "two");
    expect(await lab.sync()).toBe(false);
    lab.write("wal-1", 1024, "three");
    expect(await lab.sync()).toBe(false);
    expect(await lab.read("wal-1", 0, 10)).toBe("error");
    expect(lab.errors).toEqual(["EIO: i/o error"]);
    expect(lab.onPlatter("wal-1")).toBe("one");
  });

  it("takes back what a failed sync left readable, before anybody reads it", async () => {
    const files = new ForgetfulFiles(nodeFiles);
    const lab = new Lab(files);
    lab.write("wal-1", 0, "one");
    await lab.sync();
    files.syncsToFail = 2;
    lab.write("wal-1", 512, "two");
    expect(await lab.sync()).toBe(false);
    lab.reopen();
    expect(await lab.read("wal-1", 0, 1024)).toBe("error");
    lab.reopen();
    const whole = await lab.read("wal-1", 0, 1024);
    expect(whole.replaceAll("\0", "")).toBe("one");
    lab.write("wal-1", 512, "TWO");
    expect(await lab.sync()).toBe(true);
    expect(lab.onPlatter("wal-1").replaceAll("\0", "")).toBe("oneTWO");
  });

  it("tells of a full disk at the sync, and goes on when there is room again", async () => {
    const files = new ForgetfulFiles(nodeFiles);
    const lab = new Lab(files);
    lab.write("wal-1", 0, "one");
    await lab.sync();
    files.capacityBytes = 0;
    const room = statSync(join(lab.folder, "wal-1")).size;
    lab.write("wal-1", room, "two");
    expect(await lab.sync()).toBe(false);
    expect(lab.errors).toEqual(["ENOSPC: no space left on device"]);
    files.capacityBytes = 1e9;
    lab.reopen();
    lab.write("wal-1", 512, "two");
    expect(await lab.sync()).toBe(true);
    expect(lab.onPlatter("wal-1").replaceAll("\0", "")).toBe("onetwo");
  });

  it("answers nothing once it is closed", async () => {
    const lab = new Lab(nodeFiles);
    let answers = 0;
    lab.write("wal-1", 0, "x".repeat(1 << 20));
    lab.disk.sync(() => (answers += 1));
    lab.disk.read("wal-1", 0, 10, () => (answers += 1));
    lab.reopen();
    expect(await lab.sync()).toBe(true);
    expect(answers).toBe(0);
  });
});

describe("a log in many files", () => {
  it("has a new file's name on the disk when it is synced, and before that not", async () => {
    const lab = new Lab(new ForgetfulFiles(nodeFiles));
    lab.write("wal-1", 0, "one");
    expect(existsSync(join(lab.folder, "wal-1"))).toBe(false);
    expect(await lab.sync()).toBe(true);
    lab.write("wal-1-1", 0, "two");
    expect(await lab.read("wal-1-1", 0, 3)).toBe("two");
    expect(existsSync(join(lab.folder, "wal-1-1"))).toBe(false);
    expect(await lab.sync()).toBe(true);
    expect([lab.onPlatter("wal-1"), lab.onPlatter("wal-1-1")]).toEqual(["one", "two"]);
  });

  it("covers the names that a dead process made by its first sync", async () => {
    const folders: string[] = [];
    const files = { ...nodeFiles };
    files.syncFolder = (path, done) => {
      folders.push(path);
      nodeFiles.syncFolder(path, done);
    };
    const folder = newDir();
    writeFileSync(join(folder, "wal-1-1"), "of a process that died");
    const lab = new Lab(files, folder);
    lab.write("wal-1-1", 22, "!");
    expect(await lab.sync()).toBe(true);
    expect(folders).toEqual([folder]);
    lab.write("wal-1-1", 23, "!");
    expect(await lab.sync()).toBe(true);
    expect(folders).toEqual([folder]);
  });

  it("keeps few of them open, and goes on writing to any", async () => {
    let open = 0;
    const files = { ...nodeFiles };
    files.open = (path, done) =>
      nodeFiles.open(path, (error, file, isNew) => {
        if (file === undefined) return done(error, undefined, false);
        open += 1;
        const close = file.close.bind(file);
        file.close = (closed) => {
          open -= 1;
          close(closed);
        };
        done(error, file, isNew);
      });
    const lab = new Lab(files);
    for (let segment = 1; segment <= 30; segment++) {
      lab.write(`wal-1-${segment}`, 0, `segment ${segment}`);
      expect(await lab.sync()).toBe(true);
      expect(open).toBeLessThanOrEqual(4);
    }
    lab.write("wal-1-1", 512, "again");
    expect(await lab.sync()).toBe(true);
    expect(lab.onPlatter("wal-1-1").replaceAll("\0", "")).toBe("segment 1again");
  });

  it("is read beside a sync that takes long, save where a write waits for it", async () => {
    const files = { ...nodeFiles };
    const lab = new Lab(files);
    lab.write("wal-1", 0, "older");
    await lab.sync();
    const syncBegun = new Promise<() => void>((begun) => {
      files.syncFolder = (path, done) => begun(() => nodeFiles.syncFolder(path, done));
    });
    lab.write("wal-1-1", 0, "newer");
    const syncing = lab.sync();
    const newer = lab.read("wal-1-1", 0, 5);
    const finishSync = await syncBegun;
    expect(await lab.read("wal-1", 0, 5)).toBe("older");
    finishSync();
    expect(await syncing).toBe(true);
    expect(await newer).toBe("newer");
  });
});

describe("files that forget", () => {
  it("hold back what is not synced, though it can be read", async () => {
    const folder = newDir();
    writeFileSync(join(folder, "format"), "....");
    const lab = new Lab(new ForgetfulFiles(nodeFiles), folder);
    lab.write("format", 1, "ab");
    expect(await lab.read("format", 0, 9)).toBe(".ab.");
    expect(lab.onPlatter("format")).toBe("....");
    expect(await lab.sync()).toBe(true);
    expect(lab.onPlatter("format")).toBe(".ab.");
  });
});
