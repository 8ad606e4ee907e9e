import { describe, expect, it } from "vitest";
import { encodeValues, takeValues } from "./changes.ts";
import { Settings } from "./settings.ts";

describe("values that a host gives a running node", () => {
  it("are in force at once, and only what is new is told", () => {
    const settings = new Settings();
    let policy = "";
    settings.follow("maxmemory-policy", (text) => (policy = text));
    const values = new Map([
      ["timeout", ["0"]],
      ["maxmemory-policy", ["allkeys-lru"]],
      ["notify-keyspace-events", [""]],
      ["client-output-buffer-limit", ["pubsub", "1", "2", "3"]],
    ]);
    takeValues(settings, encodeValues(values));
    expect(policy).toBe("allkeys-lru");
    expect(settings.get("client-output-buffer-limit")).toBe(
      "normal 0 0 0 slave 268435456 67108864 60 pubsub 1 2 3",
    );
    expect(settings.untold).toEqual(["maxmemory-policy", "client-output-buffer-limit"]);
  });

  it("that the host has not checked end the node", () => {
    const settings = new Settings();
    const wrong = encodeValues(new Map([["timeout", ["x"]]]));
    expect(() => takeValues(settings, wrong)).toThrow("timeout");
  });
});
