import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { FileDisk } from "./fileDisk.ts";
import type { FileLayer } from "./fileLayer.ts";
import { ForgetfulFiles } from "./forgetfulFiles.ts";
import { nodeFiles } from "./nodeFiles.ts";

const made: string[] = [];

afterEach(() => {
  for (const dir of made.splice(0)) rmSync(dir, { recursive: true });
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
