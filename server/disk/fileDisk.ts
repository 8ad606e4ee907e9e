/**
 * Files in a folder as a machine's disk. What the machine asks for is done in its order, one thing at a time.
 *
 * After the first error nothing more is done: what the operating system then holds of these files is not known, and a sync that
 * succeeds later proves nothing (it forgets the pages that it could not write). The FileDisk that follows on the same folder first
 * takes back what no sync has covered: zeros in its place.
 */
import { join } from "node:path";
import { formatFile } from "../../engine/log/diskFormat.ts";
import type { Done, FileLayer, LayerFile } from "./fileLayer.ts";
import { GrowingFile } from "./growingFile.ts";
import type { MachineDisk, ReadDone } from "./machineDisk.ts";

/** Bytes of a file that were written and not synced. */
interface FileRange {
  readonly number: number;
  readonly file: string;
  readonly offset: number;
  readonly lengthBytes: number;
}

export interface FileDiskOptions {
  readonly files: FileLayer;
  readonly folder: string;
  /** Hears the first error, before the machine does. */
  readonly onError: (error: Error) => void;
}

/** Files that stay open, so that each batch need not open its own. */
const MOST_OPEN_FILES = 4;

type WritableFile = Pick<LayerFile, "write" | "sync" | "close">;

interface Task {
  readonly run: (next: Done) => void;
  /** Instead of `run`, once there was an error. */
  readonly fail: () => void;
}

export class FileDisk implements MachineDisk {
  private readonly options: FileDiskOptions;
  private readonly opened: Map<string, WritableFile> = new Map();
  private dirty: Set<WritableFile> = new Set();
  /** At first too: a process that died may have made a file whose name no sync has covered. */
  private isFolderDirty = true;
  /** What no successful sync has covered. */
  private pending: FileRange[] = [];
  private lastNumber = 0;
  private tasks: Task[] = [];
  private isBusy = false;
  /** What the predecessor left unsynced is still to be taken back. */
  private isTakingBack: boolean;
  /** Files that are to be removed, whether or not that is done yet. */
  private readonly removed: Set<string> = new Set();
  private isClosed = false;
  private hasFailed = false;
  private isAtRest = false;
  private onRest: () => void = () => {};

  /** `predecessor`: used before on the same folder, and closed; this one waits until it has come to rest. */
  constructor(options: FileDiskOptions, predecessor?: FileDisk) {
    this.options = options;
    this.isTakingBack = predecessor !== undefined;
    if (predecessor === undefined) return;
    this.enqueue({
      run: (next) =>
        predecessor.whenAtRest(() =>
          this.takeBack(predecessor.pending, (error) => {
            this.isTakingBack = false;
            next(error);
          }),
        ),
      fail: () => {},
    });
  }

  /** What no write is waiting for is read at once: older entries of a log are not to hold up the sync of the newest. */
  read(file: string, offset: number, lengthBytes: number, done: ReadDone): void {
    if (this.isSettled(file, offset, lengthBytes)) {
      this.readFile(file, offset, lengthBytes, done, () => {});
      return;
    }
    this.enqueue({
      run: (next) => this.readFile(file, offset, lengthBytes, done, next),
      fail: () => done(false, new Uint8Array(0)),
    });
  }

  private isSettled(file: string, offset: number, lengthBytes: number): boolean {
    if (this.isTakingBack || this.hasFailed || this.removed.has(file)) return false;
    const end = offset + lengthBytes;
    return !this.pending.some(
      (range) =>
        range.file === file && range.offset < end && offset < range.offset + range.lengthBytes,
    );
  }

  // oxlint-disable-next-line max-params -- the two ways of a read
  private readFile(
    file: string,
    offset: number,
    lengthBytes: number,
    done: ReadDone,
    next: Done,
  ): void {
    const { files, folder } = this.options;
    files.read(join(folder, file), offset, lengthBytes, (error, bytes) => {
      // An error in reading says nothing of what was written: the machine decides what to do.
      next(null);
      if (!this.isClosed) done(error === null, bytes);
    });
  }

  write(file: string, offset: number, bytes: Uint8Array): void {
    this.lastNumber += 1;
    this.pending.push({ number: this.lastNumber, file, offset, lengthBytes: bytes.length });
    this.enqueue({
      run: (next) => this.writeFile(file, offset, bytes, next),
      fail: () => {},
    });
  }

  private writeFile(file: string, offset: number, bytes: Uint8Array, done: Done): void {
    this.withFile(file, (error, opened) => {
      if (opened === undefined) return done(error);
      this.dirty.add(opened);
      opened.write(offset, bytes, done);
    });
  }

  remove(file: string): void {
    this.removed.add(file);
    this.enqueue({
      run: (next) => {
        const { files, folder } = this.options;
        const opened = this.opened.get(file);
        if (opened !== undefined) {
          this.opened.delete(file);
          this.dirty.delete(opened);
        }
        this.isFolderDirty = true;
        this.pending = this.pending.filter((range) => range.file !== file);
        if (opened === undefined) files.remove(join(folder, file), next);
        else opened.close(() => files.remove(join(folder, file), next));
      },
      fail: () => {},
    });
  }

  sync(done: (ok: boolean) => void): void {
    const covered = this.lastNumber;
    this.enqueue({
      run: (next) => {
        this.syncFiles((error) => {
          if (error === null) this.forget(covered);
          next(error);
          if (!this.isClosed) done(error === null);
        });
      },
      fail: () => done(false),
    });
  }

  private forget(upToNumber: number): void {
    this.pending = this.pending.filter(({ number }) => number > upToNumber);
  }

  close(): void {
    this.isClosed = true;
    this.tasks = [];
    if (!this.isBusy) this.rest();
  }

  /** Calls back once this closed disk does nothing any more. */
  private whenAtRest(done: () => void): void {
    if (this.isAtRest) done();
    else this.onRest = done;
  }

  private rest(): void {
    const [first] = this.opened;
    if (first === undefined) {
      this.isAtRest = true;
      return this.onRest();
    }
    const [name, file] = first;
    this.opened.delete(name);
    file.close(() => this.rest());
  }

  /** Zeros in place of what no sync has covered, synced. */
  private takeBack(ranges: readonly FileRange[], done: Done): void {
    this.pending.unshift(...ranges.map((range) => ({ ...range, number: 0 })));
    const left = [...ranges];
    const takeNext = (): void => {
      const range = left.shift();
      if (range === undefined) {
        this.syncFiles((error) => {
          if (error === null) this.forget(0);
          done(error);
        });
        return;
      }
      const zeros = new Uint8Array(range.lengthBytes);
      this.writeFile(range.file, range.offset, zeros, (error) =>
        error === null ? takeNext() : done(error),
      );
    };
    takeNext();
  }

  private enqueue(task: Task): void {
    this.tasks.push(task);
    if (!this.isBusy) this.runNext();
  }

  private runNext(): void {
    const task = this.tasks.shift();
    this.isBusy = task !== undefined;
    if (task === undefined) {
      if (this.isClosed) this.rest();
      return;
    }
    if (!this.hasFailed) return task.run((error) => this.finish(error));
    // Never within the call that asked: the machine is in a step.
    setImmediate(() => {
      if (!this.isClosed) task.fail();
      this.runNext();
    });
  }

  private finish(error: Error | null): void {
    if (error !== null && !this.hasFailed) {
      this.hasFailed = true;
      if (!this.isClosed) this.options.onError(error);
    }
    this.runNext();
  }

  private withFile(
    file: string,
    done: (error: Error | null, opened: WritableFile | undefined) => void,
  ): void {
    const opened = this.opened.get(file);
    if (opened !== undefined) return done(null, opened);
    const { files, folder } = this.options;
    files.open(join(folder, file), (error, found, isNew) => {
      if (found === undefined) return done(error, undefined);
      if (isNew) this.isFolderDirty = true;
      const kept = file === formatFile ? found : new GrowingFile(found);
      this.closeOldest();
      this.opened.set(file, kept);
      done(null, kept);
    });
  }

  /** A log goes on in one file after the other. */
  private closeOldest(): void {
    for (const [name, file] of this.opened) {
      if (this.opened.size < MOST_OPEN_FILES) return;
      if (this.dirty.has(file)) continue;
      this.opened.delete(name);
      file.close(() => {});
    }
  }

  private syncFiles(done: Done): void {
    const [file] = this.dirty;
    if (file !== undefined) {
      this.dirty.delete(file);
      file.sync((error) => (error === null ? this.syncFiles(done) : done(error)));
    } else if (this.isFolderDirty) {
      this.isFolderDirty = false;
      this.options.files.syncFolder(this.options.folder, done);
    } else {
      done(null);
    }
  }
}
