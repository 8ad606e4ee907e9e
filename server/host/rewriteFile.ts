/** Gives a file another text, so that whoever reads it sees the old or the new one whole. */
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from "node:fs";

export function rewriteFile(path: string, rewrite: (text: string) => string): void {
  const before = existsSync(path) ? readFileSync(path, "latin1") : "";
  const beside = `${path}.${process.pid}.tmp`;
  const file = openSync(beside, "w", 0o644);
  try {
    writeSync(file, Buffer.from(rewrite(before), "latin1"));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(beside, path);
}
