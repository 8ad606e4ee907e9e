/**
 * One process a folder. The lock is a listening socket whose name stands for the folder: the system takes it away with the process,
 * however that ends, so no lock is ever stale. On Linux the name is an abstract one, made of the folder's device and inode; elsewhere
 * it is a file in the folder. Whoever finds the socket taken asks it who it is.
 *
 * Two containers that share a volume but not a network do not see each other's lock.
 */
import { rmSync, statSync } from "node:fs";
import { connect, createServer, type Server } from "node:net";
import { join } from "node:path";
import { FolderError } from "./folderError.ts";

const ANSWER_MS = 1000;

/** Resolves when the folder is this process's own; rejects with a FolderError that names who holds it. */
export async function lockFolder(path: string): Promise<Server> {
  const name = lockName(path);
  try {
    return await listen(name);
  } catch (error) {
    if (!isTaken(error)) throw error;
  }
  const holder = await askHolder(name);
  if (holder !== undefined) throw new FolderError(`${path} is in use by ${holder}`);
  // A file that nobody listens on: its process was killed.
  rmSync(name, { force: true });
  return listen(name);
}

function lockName(path: string): string {
  if (process.platform !== "linux") return join(path, "lock");
  const { dev, ino } = statSync(path);
  return `\0azimuth-folder-${dev}-${ino}`;
}

function listen(name: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => {
      socket.on("error", () => {});
      socket.end(`process ${process.pid}`);
    });
    server.once("error", reject);
    server.listen(name, () => {
      server.unref();
      resolve(server);
    });
  });
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EADDRINUSE";
}

/** Who listens there; undefined if nobody does. */
function askHolder(name: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    let answer = "";
    const socket = connect(name);
    socket.setTimeout(ANSWER_MS, () => socket.destroy());
    socket.on("data", (bytes: Buffer) => (answer += bytes.toString("latin1")));
    socket.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "ECONNREFUSED") resolve(undefined);
    });
    socket.on("close", () => resolve(answer === "" ? "another process" : answer));
  });
}
