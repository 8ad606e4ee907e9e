import { mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { lineWriter, Log } from "./log.ts";

it("the log's lines have Redis's form, or are objects of JSON", () => {
  const lines: string[] = [];
  const write = (line: string): void => void lines.push(line);
  new Log("notice", write).warn("the disk is nearly full", { zone: "a", freeBytes: 7, none: "" });
  expect(lines[0]).toMatch(
    /^\d+:M \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d\.\d{3} # the disk is nearly full zone=a freeBytes=7\n$/,
  );
  new Log("notice", write, "json").notice("ready", { event: "no", port: 6379, none: -1 });
  const { time, ...rest } = JSON.parse(lines[1] ?? "") as Record<string, unknown>;
  expect(new Date(String(time)).toISOString()).toBe(time);
  expect(rest).toEqual({
    level: "notice",
    process: process.pid,
    event: "ready",
    fields: { event: "no", port: 6379 },
  });
});

it("the log leaves out what is below its level, which may change", () => {
  const lines: string[] = [];
  const log = new Log("warning", (line) => void lines.push(line));
  log.notice("one");
  log.level = "debug";
  log.debug("two");
  expect(lines).toHaveLength(1);
});

it("the log's file may be renamed at any time", () => {
  const dir = mkdtempSync(join(tmpdir(), "azimuth-log-"));
  const path = join(dir, "server.log");
  const write = lineWriter(path);
  write("one\n");
  renameSync(path, `${path}.1`);
  write("two\n");
  expect([`${path}.1`, path].map((file) => readFileSync(file, "utf8"))).toEqual(["one\n", "two\n"]);
  rmSync(dir, { recursive: true, maxRetries: 10 });
  expect(() => lineWriter(path)).toThrow("ENOENT");
});
