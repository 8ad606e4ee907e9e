/**
 * The disk of one machine as the engine asks for it (engine/contract.ts: read, write, remove, sync), with answers by callback, which may
 * come within the call.
 */
export interface MachineDisk {
  /** Answers with fewer bytes at the end of the file, with none if there is no such file. */
  read(file: string, offset: number, lengthBytes: number, done: ReadDone): void;
  write(file: string, offset: number, bytes: Uint8Array): void;
  remove(file: string): void;
  /** `ok`: every write and removal called before is on the disk. Else none is promised, and only a new MachineDisk may go on. */
  sync(done: (ok: boolean) => void): void;
  /** Nothing is answered any more; files are closed once what is under way has ended. */
  close(): void;
}

export type ReadDone = (ok: boolean, bytes: Uint8Array) => void;
