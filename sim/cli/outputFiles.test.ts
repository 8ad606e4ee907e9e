import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { OutputError, reasonOf, writeFiles } from "./outputFiles.ts";

describe("the files of a report", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "files-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("replace older ones of the same names", () => {
    writeFiles(folder, [["a", "old"]]);
    writeFiles(folder, [["a", "new"]]);
    expect(readFileSync(join(folder, "a"), "utf8")).toBe("new");
    expect(readdirSync(folder)).toEqual(["a"]);
  });

  it("leave the old ones untouched, and nothing half-written, when one cannot be written", () => {
    writeFiles(folder, [["a", "old"]]);
    const impossible: [string, string] = ["no-such-folder/b", "new"];
    expect(() => writeFiles(folder, [["a", "new"], impossible])).toThrow(OutputError);
    expect(readFileSync(join(folder, "a"), "utf8")).toBe("old");
    expect(readdirSync(folder)).toEqual(["a"]);
  });

  it("leave no temporary file when one cannot be put in its place", () => {
    mkdirSync(join(folder, "b", "x"), { recursive: true });
    const files: [string, string][] = [
      ["a", "new"],
      ["b", "new"],
    ];
    expect(() => writeFiles(folder, files)).toThrow(`cannot write the report to ${folder}`);
    expect(readdirSync(folder).toSorted()).toEqual(["a", "b"]);
  });

  it("make the folders that are missing on the way", () => {
    writeFiles(join(folder, "x", "y"), [["a", "new"]]);
    expect(readFileSync(join(folder, "x", "y", "a"), "utf8")).toBe("new");
  });

  it("are refused where a part of the path is a file", () => {
    writeFiles(folder, [["a", "file"]]);
    expect(() => writeFiles(join(folder, "a", "b"), [["c", ""]])).toThrow(
      "a part of the path is a file",
    );
  });

  it("name the reason in words", () => {
    expect(reasonOf(Object.assign(new Error("x"), { code: "ENOSPC" }))).toBe("the disk is full");
    expect(reasonOf(new Error("odd"))).toBe("odd");
  });
});
