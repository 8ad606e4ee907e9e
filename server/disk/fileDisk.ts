/**
 * Files in a folder as a machine's disk. Writes and syncs run on Node's thread pool, one after another for one disk, so that a batch
 * gathers in the engine while the one before is synced.
 *
 * Durability: `fdatasync` of every file written (it covers a file's length), and `fsync` of the folder when a file was made or
 * removed. After any error nothing more is done: what the operating system then holds of these files is not known.
 */
import { close, fdatasync, fsync, open, openSync, read, rm, write } from "node:fs";
import { join } from "node:path";
import type { MachineDisk, ReadDone } from "./machineDisk.ts";

type Task = (next: (error: Error | null) => void) => void;

const NO_BYTES: Uint8Array = new Uint8Array(0);

interface OpenFile {
  readonly descriptor: number;
  isDirty: boolean;
}

export class FileDisk implements MachineDisk {
  private readonly folder: string;
  private readonly onError: (error: Error) => void;
  private readonly files: Map<string, OpenFile> = new Map();
  private isFolderDirty = false;
  private tasks: Task[] = [];
  private isBusy = false;
  private isClosed = false;
  private failure: Error | undefined = undefined;

  /** The folder exists. `onError` hears the first error, before the sync that tells the machine. */
  constructor(folder: string, onError: (error: Error) => void) {
    this.folder = folder;
    this.onError = onError;
  }

  read(file: string, offset: number, lengthBytes: number, done: ReadDone): void {
    this.enqueue((next) => {
      this.readFile(file, offset, lengthBytes, (error, bytes) => {
        next(null);
        if (!this.isClosed) done(error === null, bytes);
      });
    });
  }

  write(file: string, offset: number, bytes: Uint8Array): void {
    this.enqueue((next) => {
      this.withFile(file, (error, opened) => {
        if (opened === undefined) return next(error);
        opened.isDirty = true;
        writeAll(opened.descriptor, bytes, offset, next);
      });
    });
  }

  remove(file: string): void {
    this.enqueue((next) => {
      const opened = this.files.get(file);
      this.files.delete(file);
      if (opened !== undefined) close(opened.descriptor, () => {});
      this.isFolderDirty = true;
      rm(join(this.folder, file), { force: true }, next);
    });
  }

  sync(done: (ok: boolean) => void): void {
    this.enqueue((next) => {
      this.syncAll((error) => {
        next(error);
        if (!this.isClosed) done(error === null);
      });
    }, done);
  }

  close(): void {
    this.isClosed = true;
    this.tasks = [];
    if (!this.isBusy) this.closeFiles();
  }

  private enqueue(task: Task, onFailed?: (ok: boolean) => void): void {
    if (this.failure !== undefined) {
      if (onFailed !== undefined) setImmediate(() => this.isClosed || onFailed(false));
      return;
    }
    this.tasks.push((next) => {
      if (this.failure === undefined) task(next);
      else {
        next(null);
        if (!this.isClosed) onFailed?.(false);
      }
    });
    if (!this.isBusy) this.runNext();
  }

  private runNext(): void {
    const task = this.tasks.shift();
    if (task === undefined) {
      this.isBusy = false;
      if (this.isClosed) this.closeFiles();
      return;
    }
    this.isBusy = true;
    task((error) => {
      if (error !== null && this.failure === undefined) {
        this.failure = error;
        if (!this.isClosed) this.onError(error);
      }
      this.runNext();
    });
  }

  private readFile(
    file: string,
    offset: number,
    lengthBytes: number,
    done: (error: Error | null, bytes: Uint8Array) => void,
  ): void {
    open(join(this.folder, file), "r", (error, descriptor) => {
      if (error !== null) return done(error.code === "ENOENT" ? null : error, NO_BYTES);
      readAll(descriptor, lengthBytes, offset, (readError, bytes) => {
        close(descriptor, () => done(readError, bytes));
      });
    });
  }

  private withFile(
    file: string,
    done: (error: Error | null, opened: OpenFile | undefined) => void,
  ): void {
    const opened = this.files.get(file);
    if (opened !== undefined) return done(null, opened);
    const path = join(this.folder, file);
    open(path, "r+", (error, descriptor) => {
      if (error === null) return done(null, this.adopt(file, descriptor));
      if (error.code !== "ENOENT") return done(error, undefined);
      open(path, "wx+", 0o600, (createError, created) => {
        if (createError !== null) return done(createError, undefined);
        this.isFolderDirty = true;
        done(null, this.adopt(file, created));
      });
    });
  }

  private adopt(file: string, descriptor: number): OpenFile {
    const opened = { descriptor, isDirty: false };
    this.files.set(file, opened);
    return opened;
  }

  private syncAll(done: (error: Error | null) => void): void {
    const dirty = [...this.files.values()].filter(({ isDirty }) => isDirty);
    const syncNext = (): void => {
      const file = dirty.pop();
      if (file === undefined) return this.syncFolder(done);
      file.isDirty = false;
      fdatasync(file.descriptor, (error) => (error === null ? syncNext() : done(error)));
    };
    syncNext();
  }

  private syncFolder(done: (error: Error | null) => void): void {
    if (!this.isFolderDirty) return done(null);
    this.isFolderDirty = false;
    const descriptor = openSync(this.folder, "r");
    fsync(descriptor, (error) => close(descriptor, () => done(error)));
  }

  private closeFiles(): void {
    for (const { descriptor } of this.files.values()) close(descriptor, () => {});
    this.files.clear();
  }
}

/** A write may take less than it was given; so many times over until all is written. */
function writeAll(
  descriptor: number,
  bytes: Uint8Array,
  offset: number,
  done: (error: Error | null) => void,
): void {
  write(descriptor, bytes, 0, bytes.length, offset, (error, written) => {
    if (error !== null) done(error);
    else if (written === bytes.length) done(null);
    else writeAll(descriptor, bytes.subarray(written), offset + written, done);
  });
}

/** As many bytes as there are, up to `lengthBytes`. */
function readAll(
  descriptor: number,
  lengthBytes: number,
  offset: number,
  done: (error: Error | null, bytes: Uint8Array) => void,
): void {
  const whole = new Uint8Array(lengthBytes);
  const readFrom = (at: number): void => {
    read(descriptor, whole, at, lengthBytes - at, offset + at, (error, count) => {
      if (error !== null) done(error, NO_BYTES);
      else if (count === 0 || at + count === lengthBytes) done(null, whole.subarray(0, at + count));
      else readFrom(at + count);
    });
  };
  readFrom(0);
}
