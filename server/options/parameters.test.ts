import { describe, expect, it } from "vitest";
import { readSettings } from "./settings.ts";

function parameters(...argv: string[]): Record<string, readonly string[]> {
  return Object.fromEntries(readSettings(["profile=redis", ...argv], () => "").parameters);
}

describe("Redis's parameters on the command line", () => {
  it("are read by name or alias, in one word or several", () => {
    expect(
      parameters(
        "--list-max-ziplist-size",
        "-1",
        "--maxmemory",
        "10mb",
        "--shutdown-on-sigterm",
        "now force",
        "--client-output-buffer-limit",
        "normal",
        "1",
        "2",
        "3",
      ),
    ).toEqual({
      "list-max-listpack-size": ["-1"],
      maxmemory: ["10mb"],
      "shutdown-on-sigterm": ["now", "force"],
      "client-output-buffer-limit": ["normal", "1", "2", "3"],
    });
  });

  it("add up when they are save, until an empty one takes them back", () => {
    expect(parameters("--save", "900", "1", "--save", "60 10")).toEqual({
      save: ["900", "1", "60", "10"],
    });
    expect(parameters("--save", "900", "1", "--save", "")).toEqual({ save: [] });
    expect(parameters("--save", "", "--save", "5 1")).toEqual({ save: ["5", "1"] });
    expect(parameters("--save", "900", "1", "--save", '""')).toEqual({ save: [] });
  });

  it("end the start when they cannot be read", () => {
    expect(() => parameters("--hz", "x")).toThrow(
      `--hz: 'hz "x"': argument couldn't be parsed into an integer`,
    );
    expect(() => parameters("--hz", "1", "2")).toThrow(
      `--hz: 'hz "1" "2"': wrong number of arguments`,
    );
  });

  it("are taken without effect where redis.conf has directives", () => {
    expect(parameters("--loadmodule", "x.so")).toEqual({});
  });

  it("rename-command gives clients other commands, and ends the start when there is nothing to rename", () => {
    const renamings = (...argv: string[]): unknown =>
      readSettings(["profile=redis", ...argv], () => "").renamings;
    expect(
      renamings("--rename-command", "flushdb", "badger", "--rename-command", "KEYS", ""),
    ).toEqual([
      { from: "flushdb", to: "badger" },
      { from: "KEYS", to: "" },
    ]);
    expect(() => renamings("--rename-command", "nothing", "x")).toThrow(
      `--rename-command: 'rename-command "nothing" "x"': No such command in rename-command`,
    );
    expect(() => renamings("--rename-command", "get", "set")).toThrow(
      "Target command name already exists",
    );
    expect(() => renamings("--rename-command", "get")).toThrow("takes a command and its new name");
  });
});
