import { describe, expect, it } from "vitest";
import { affordableClients, mostOpenFiles } from "./affordableClients.ts";

describe("clients of a node", () => {
  it("are as many as wanted, or as the process's files allow for each of its nodes", () => {
    expect(affordableClients(65_000, 1, Infinity)).toBe(65_000);
    expect(affordableClients(65_000, 1, 65_128)).toBe(65_000);
    expect(affordableClients(65_000, 1, 65_127)).toBe(64_999);
    expect(affordableClients(65_000, 3, 20_000)).toBe(6624);
    expect(affordableClients(10_000, 3, 1024)).toBe(298);
    expect(affordableClients(10_000, 3, 100)).toBe(1);
  });

  it("are counted against the limit that the system has set for this process", () => {
    expect(mostOpenFiles()).toBeGreaterThan(100);
  });
});
