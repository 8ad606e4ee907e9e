import { describe, expect, it } from "vitest";
import { renamedTable } from "./renamed.ts";
import type { CommandTable } from "./spec.ts";
import { commandTable } from "./table.ts";

function table(...renamings: readonly (readonly [string, string])[]): CommandTable {
  const made = renamedTable(
    commandTable,
    renamings.map(([from, to]) => ({ from, to })),
  );
  if (typeof made === "string") throw new Error(made);
  return made;
}

describe("rename-command", () => {
  it("gives a command another name, its subcommands with it, in any case", () => {
    const renamed = table(["FLUSHDB", "Badger"], ["config", "guarded"]);
    expect(renamed.findRequest(["flushdb"])).toBeUndefined();
    expect(renamed.findRequest(["BADGER"])?.name).toBe("flushdb");
    expect(renamed.findRequest(["Guarded", "GET", "*"])?.name).toBe("config|get");
    expect(renamed.find("guarded|set")?.name).toBe("config|set");
    expect(renamed.find("config|set")).toBeUndefined();
    expect(renamed.findRequest(["GET", "key"])?.name).toBe("get");
    expect(renamed.all.length).toBe(commandTable.all.length);
  });

  it("takes a command away, and lets another have its name", () => {
    const renamed = table(["keys", ""], ["scan", "keys"]);
    expect(renamed.findRequest(["keys"])?.name).toBe("scan");
    expect(renamed.findRequest(["scan"])).toBeUndefined();
    expect(renamed.all.some(({ name }) => name === "keys")).toBe(false);
    expect(renamed.everyone.length).toBe(commandTable.everyone.length - 1);
  });

  it("says what is wrong in Redis's words", () => {
    expect(() => table(["nothing", "x"])).toThrow("No such command in rename-command");
    expect(() => table(["keys", ""], ["keys", "x"])).toThrow("No such command in rename-command");
    expect(() => table(["get", "SET"])).toThrow("Target command name already exists");
  });
});
