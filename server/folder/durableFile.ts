/** Small files that are replaced as a whole and survive a crash of the computer. */
import { closeSync, fsyncSync, openSync, renameSync, writeSync } from "node:fs";
import { dirname } from "node:path";

/** Puts a file in place so that after a crash either the old content is there or the new, and after this call the new. */
export function writeDurably(path: string, content: string | Uint8Array): void {
  const fresh = `${path}.new`;
  const descriptor = openSync(fresh, "w", 0o600);
  const bytes = typeof content === "string" ? Buffer.from(content, "latin1") : content;
  writeSync(descriptor, bytes);
  fsyncSync(descriptor);
  closeSync(descriptor);
  renameSync(fresh, path);
  syncFolder(dirname(path));
}

/** Makes the names in a folder durable. */
function syncFolder(path: string): void {
  const descriptor = openSync(path, "r");
  fsyncSync(descriptor);
  closeSync(descriptor);
}

/** The error says that there is no such file. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
