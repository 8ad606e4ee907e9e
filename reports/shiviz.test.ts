import { describe, expect, it } from "vitest";
import { shivizLog } from "./shiviz.ts";
import { testFilm } from "./testFilm.ts";

interface Entry {
  readonly event: string;
  readonly host: string;
  readonly clock: Readonly<Record<string, number>>;
}

/** Reads a log as ShiViz does: with the expression of its first line. */
function read(log: string): readonly Entry[] {
  const [expression = "", delimiter, ...lines] = log.split("\n");
  expect(delimiter).toBe("");
  const entries = [...lines.join("\n").matchAll(new RegExp(expression, "gm"))];
  expect(entries.length * 2).toBe(lines.length);
  return entries.map(({ groups = {} }) => ({
    event: groups["event"] ?? "",
    host: groups["host"] ?? "",
    clock: JSON.parse(groups["clock"] ?? "") as Entry["clock"],
  }));
}

const view = testFilm();
const window = { fromUs: 50_000, untilUs: 129_500 };

describe("a window for ShiViz", () => {
  it("counts every host's own events from 1 on, and knows only of events that are there", () => {
    const entries = read(shivizLog(view, window));
    const counts = new Map<string, number>();
    for (const { host, clock } of entries) {
      counts.set(host, (counts.get(host) ?? 0) + 1);
      expect(clock[host]).toBe(counts.get(host));
      for (const [other, count] of Object.entries(clock)) {
        expect(count).toBeLessThanOrEqual(counts.get(other) ?? 0);
      }
    }
    expect([...counts.keys()].toSorted()).toEqual(["db-0-a", "log-a"]);
  });

  it("joins the clock of what a message brings, and of no lost one", () => {
    const entries = read(shivizLog(view, window));
    expect(entries.slice(0, 4)).toEqual([
      { event: "logAppend → log-a at 0.031000 s", host: "db-0-a", clock: { "db-0-a": 1 } },
      {
        event: "logAppend from db-0-a at 0.032000 s",
        host: "log-a",
        clock: { "db-0-a": 1, "log-a": 1 },
      },
      {
        event: "logAppendReply → db-0-a at 0.032500 s",
        host: "log-a",
        clock: { "db-0-a": 1, "log-a": 2 },
      },
      {
        event: "logAppendReply from log-a at 0.033500 s",
        host: "db-0-a",
        clock: { "db-0-a": 2, "log-a": 2 },
      },
    ]);
    const lost = entries.findIndex(({ event }) => event.includes("logAppend → log-a, cut"));
    expect(lost).toBeGreaterThan(0);
    // The log node goes on from what it knew before the lost message.
    expect(entries[lost + 1]?.clock["db-0-a"]).toBeLessThan(entries[lost]?.clock["db-0-a"] ?? 0);
  });

  it("leaves out what a message brings that was sent before the window", () => {
    const [first] = read(shivizLog(view, { fromUs: 51_500, untilUs: 53_000 }));
    expect(first).toEqual({
      event: "logAppend from db-0-a at 0.032000 s",
      host: "log-a",
      clock: { "log-a": 1 },
    });
  });

  it("has what machines told, and neither the clients nor zones", () => {
    const events = read(shivizLog(view, window)).map(({ event }) => event);
    expect(events).toContain("lease.lapsed at 0.075000 s");
    expect(events.filter((event) => /client|zone|fault/.test(event))).toEqual([]);
  });

  it("is refused in words where it is empty or too long", () => {
    expect(() => shivizLog(view, { fromUs: 90, untilUs: 91 })).toThrow(
      "nothing happens at any machine in this window: choose a longer one",
    );
    const whole = { fromUs: 0, untilUs: 20_000_000 };
    expect(() => shivizLog(testFilm(2000), whole)).toThrow(
      /holds 7,\d\d\d events, more than the 3,000 .* one of about 8\.3\d s/,
    );
  });
});
