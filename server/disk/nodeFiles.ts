/** The real files, by Node's thread pool. */
import * as fs from "node:fs";
import type { Done, FileLayer, LayerFile, Opened, ReadBytes } from "./fileLayer.ts";

/**
 * A write of so little only copies into the operating system's cache: handing it to a thread and hearing back would cost more time
 * than the write.
 */
const AT_ONCE_BYTES: number = 64 << 10;
const NO_BYTES: Uint8Array = new Uint8Array(0);

class NodeFile implements LayerFile {
  sizeBytes: number;
  private readonly descriptor: number;

  constructor(descriptor: number, sizeBytes: number) {
    this.descriptor = descriptor;
    this.sizeBytes = sizeBytes;
  }

  write(offset: number, bytes: Uint8Array, done: Done): void {
    const end = offset + bytes.length;
    if (bytes.length > AT_ONCE_BYTES) {
      writeRest(this.descriptor, bytes, offset, (error) => {
        if (error === null) this.sizeBytes = Math.max(this.sizeBytes, end);
        done(error);
      });
      return;
    }
    try {
      for (let at = 0; at < bytes.length;) {
        at += fs.writeSync(this.descriptor, bytes, at, bytes.length - at, offset + at);
      }
    } catch (error) {
      return done(error as Error);
    }
    this.sizeBytes = Math.max(this.sizeBytes, end);
    done(null);
  }

  sync(done: Done): void {
    fs.fdatasync(this.descriptor, done);
  }

  close(done: () => void): void {
    fs.close(this.descriptor, () => done());
  }
}

export const nodeFiles: FileLayer = {
  open(path, done) {
    fs.open(path, "r+", (error, descriptor) => {
      if (error === null) return finishOpen(descriptor, false, done);
      if (error.code !== "ENOENT") return done(error, undefined, false);
      fs.open(path, "wx+", 0o600, (createError, created) => {
        if (createError === null) finishOpen(created, true, done);
        else done(createError, undefined, false);
      });
    });
  },

  read(path, offset, lengthBytes, done) {
    fs.open(path, "r", (error, descriptor) => {
      if (error !== null) return done(error.code === "ENOENT" ? null : error, NO_BYTES);
      readUpTo(descriptor, offset, lengthBytes, (readError, bytes) => {
        fs.close(descriptor, () => done(readError, bytes));
      });
    });
  },

  remove(path, done) {
    fs.rm(path, { force: true }, done);
  },

  syncFolder(path, done) {
    fs.open(path, "r", (error, descriptor) => {
      if (error !== null) return done(error);
      fs.fsync(descriptor, (syncError) => fs.close(descriptor, () => done(syncError)));
    });
  },

  freeBytes(folder, done) {
    fs.statfs(folder, (error, found) => {
      if (error === null) done(null, found.bavail * found.bsize);
      else done(error, 0);
    });
  },
};

function finishOpen(descriptor: number, isNew: boolean, done: Opened): void {
  fs.fstat(descriptor, (error, found) => {
    if (error === null) return done(null, new NodeFile(descriptor, found.size), isNew);
    fs.close(descriptor, () => done(error, undefined, false));
  });
}

/** A write may take less than it was given. */
function writeRest(descriptor: number, bytes: Uint8Array, offset: number, done: Done): void {
  fs.write(descriptor, bytes, 0, bytes.length, offset, (error, written) => {
    if (error !== null) done(error);
    else if (written === bytes.length) done(null);
    else writeRest(descriptor, bytes.subarray(written), offset + written, done);
  });
}

function readUpTo(descriptor: number, offset: number, lengthBytes: number, done: ReadBytes): void {
  const whole = new Uint8Array(lengthBytes);
  const readFrom = (at: number): void => {
    fs.read(descriptor, whole, at, lengthBytes - at, offset + at, (error, count) => {
      if (error !== null) done(error, NO_BYTES);
      else if (count === 0 || at + count === lengthBytes) done(null, whole.subarray(0, at + count));
      else readFrom(at + count);
    });
  };
  readFrom(0);
}
