import { describe, expect, it } from "vitest";
import { Decisions } from "./decisions.ts";
import {
  crossZoneDelay,
  delayAt,
  delayProfiles,
  diskSyncDelay,
  messageDelayAt,
  sameZoneDelay,
} from "./delays.ts";
import { randomFrom, Streams } from "./random.ts";

function draws(random: () => number, count: number): number[] {
  return Array.from({ length: count }, () => Math.floor(random() * 1_000_000));
}

describe("random streams", () => {
  it("draws these numbers and no others, for ever", () => {
    const streams = new Streams(1);
    expect(draws(streams.stream("network/db-0-a→log-b"), 6)).toMatchInlineSnapshot(`
      [
        800576,
        562521,
        220660,
        839367,
        915825,
        301649,
      ]
    `);
    expect(draws(streams.stream("disk/log-a"), 6)).toMatchInlineSnapshot(`
      [
        263723,
        86407,
        447412,
        492988,
        984062,
        471277,
      ]
    `);
    expect(draws(new Streams(2).stream("disk/log-a"), 6)).toMatchInlineSnapshot(`
      [
        157902,
        877258,
        300330,
        418187,
        359977,
        570300,
      ]
    `);
  });

  it("draws these numbers from a single seed, for ever", () => {
    expect(draws(randomFrom(1), 4)).toMatchInlineSnapshot(`
      [
        627073,
        2735,
        527447,
        981050,
      ]
    `);
    expect(draws(randomFrom(4_294_967_295), 4)).toMatchInlineSnapshot(`
      [
        896422,
        189478,
        715652,
        944059,
      ]
    `);
  });

  it("keeps a stream as it was when another one is drawn from", () => {
    const alone = new Streams(7).stream("a");
    const streams = new Streams(7);
    const beside = streams.stream("a");
    const other = streams.stream("b");
    const expected = draws(alone, 50);
    const seen = Array.from({ length: 50 }, () => {
      other();
      return Math.floor(beside() * 1_000_000);
    });
    expect(seen).toEqual(expected);
  });

  it("counts decisions by stream and entity and continues a source that is asked for again", () => {
    const decisions = new Decisions(new Streams(1));
    const first = decisions.source("network", "x→y");
    first.next();
    expect(decisions.source("network", "x→y")).toBe(first);
    first.integer(0, 10);
    expect(first.ordinal).toBe(2);
  });
});

describe("delay tables", () => {
  it("have the medians and 99th percentiles that the design names", () => {
    expect(delayAt(crossZoneDelay, 0.5)).toBe(500);
    expect(delayAt(crossZoneDelay, 0.99)).toBe(1500);
    expect(delayAt(sameZoneDelay, 0.5)).toBe(100);
    expect(delayAt(sameZoneDelay, 0.99)).toBe(400);
    expect(delayAt(diskSyncDelay, 0.5)).toBe(500);
    expect(delayAt(diskSyncDelay, 0.99)).toBe(2000);
  });

  it("of a bimodal network are the usual ones but for one message in a thousand, up to 50 ms", () => {
    const { crossZone, rareRatio } = delayProfiles.bimodal;
    expect(messageDelayAt(crossZone, rareRatio, 0.5)).toBe(delayAt(crossZone, 0.5 / 0.999));
    expect(messageDelayAt(crossZone, rareRatio, 0.9995)).toBe(25_000);
    expect(messageDelayAt(crossZone, rareRatio, 0.999_99)).toBeLessThan(50_000);
  });

  it("of a wide network are eight times as long", () => {
    const { crossZone, sameZone } = delayProfiles.wide;
    expect(messageDelayAt(crossZone, 0, 0.5)).toBe(4773);
    expect(messageDelayAt(crossZone, 0, 0.99)).toBe(20_421);
    expect(messageDelayAt(sameZone, 0, 0.5)).toBe(955);
  });

  it("never decrease from quantile to quantile and are whole microseconds", () => {
    const { wide } = delayProfiles;
    const tables = [crossZoneDelay, sameZoneDelay, diskSyncDelay, wide.crossZone, wide.sameZone];
    for (const table of tables) {
      let previous = 0;
      for (let step = 0; step < 10_000; step++) {
        const delayUs = delayAt(table, step / 10_000);
        expect(Number.isInteger(delayUs) && delayUs >= previous).toBe(true);
        previous = delayUs;
      }
    }
  });
});
