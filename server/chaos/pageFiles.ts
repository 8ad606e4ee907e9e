/** The page that shows the cluster live: files that the build has put into dist/page. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

export interface PageFile {
  readonly type: string;
  readonly bytes: Buffer;
}

const files: Readonly<Record<string, readonly [name: string, type: string]>> = {
  "/": ["chaos.html", "text/html; charset=utf-8"],
  "/chaos.js": ["chaos.js", "text/javascript; charset=utf-8"],
  "/chaos.css": ["chaos.css", "text/css; charset=utf-8"],
};

export class PageFiles {
  private readonly folder: string;
  private readonly read: Map<string, PageFile> = new Map();

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Undefined if no file of the page has this path. */
  find(path: string): PageFile | undefined {
    const known = this.read.get(path);
    if (known !== undefined || !Object.hasOwn(files, path)) return known;
    const [name = "", type = ""] = files[path] ?? [];
    const file = { type, bytes: readFileSync(join(this.folder, name)) };
    this.read.set(path, file);
    return file;
  }
}
