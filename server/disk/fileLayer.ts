/** What a disk needs of an operating system's files. Offsets are bytes; `done` is called once, possibly at once. */
export interface FileLayer {
  /** Opens for reading and writing; makes the file if it is not there. */
  open(path: string, done: Opened): void;
  /** Up to `lengthBytes` from an offset on: fewer at the end of the file, none if there is no such file. */
  read(path: string, offset: number, lengthBytes: number, done: ReadBytes): void;
  remove(path: string, done: Done): void;
  /** Makes the names in a folder durable. */
  syncFolder(path: string, done: Done): void;
  /** What may still be written to the folder's file system, in bytes. */
  freeBytes(folder: string, done: (error: Error | null, bytes: number) => void): void;
}

export interface LayerFile {
  readonly sizeBytes: number;
  /** The bytes must not change until `done`. */
  write(offset: number, bytes: Uint8Array, done: Done): void;
  /** Everything whose write was done before is on the disk, the file's length too. */
  sync(done: Done): void;
  /** Nothing is under way. */
  close(done: () => void): void;
}

/** Without an error there is a file; `isNew`: it was made. */
export type Opened = (error: Error | null, file: LayerFile | undefined, isNew: boolean) => void;
export type Done = (error: Error | null) => void;
export type ReadBytes = (error: Error | null, bytes: Uint8Array) => void;
