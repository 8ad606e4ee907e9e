import fc from "fast-check";
import { deflateSync, strToU8 } from "fflate";
import { describe, expect, it } from "vitest";
import { scenarios } from "../scenarios/registry.ts";
import type { RunEdit, RunSpec } from "../sim/live/runSpec.ts";
import type { Scenario } from "../sim/scenario.ts";
import { base64urlOf } from "./base64url.ts";
import { decodeLink, encodeLink, type Link, type LinkSelection } from "./link.ts";

const plain: RunSpec = { scenario: "az-outage", seed: 1, overrides: {}, edits: [] };
const file: Scenario = {
  name: "shrunk-1",
  story: "A zone fails; – nothing may be lost.",
  budget: "within",
  parameters: { horizonMs: 2000 },
  nemesis: [{ kind: "zoneOutage", atMs: 400, zone: "a" }],
  expect: [],
};

/** JSON has one zero. */
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const timeUs = fc.oneof(fc.integer({ min: -5_000_000, max: 4_000_000_000 }), number);
const text = fc.string({ unit: "grapheme", minLength: 1 });
/** With texts that look like numbers, and names that the link itself uses. */
const value = fc.oneof(number, fc.integer(), fc.string(), number.map(String));
const name = fc.oneof(
  fc.string(),
  fc.constantFrom("leaseMs", "seed", "mutant", "v", "t", "z", "view"),
);
const parameters = fc.dictionary(name, value);

const edit: fc.Arbitrary<RunEdit> = fc.oneof(
  fc.record({
    kind: fc.constant("addFault" as const),
    fault: fc.record({ kind: text, atMs: value, node: value }),
  }),
  fc.record({ kind: fc.constant("removeFault" as const), id: text }),
  fc.record({ kind: fc.constant("changeFault" as const), id: text, fields: parameters }),
  fc.record({
    kind: fc.constant("request" as const),
    request: fc.record({ atMs: number, node: text, words: fc.array(fc.string()) }),
  }),
  fc.record({
    kind: fc.constant("decision" as const),
    decision: fc.record(
      { stream: text, entity: text, ordinal: fc.nat(), value: number },
      { requiredKeys: ["stream", "value"] },
    ),
  }),
);
const selection: fc.Arbitrary<LinkSelection> = fc.oneof(
  fc.record({ kind: fc.constant("operation" as const), id: fc.nat() }),
  fc.record({ kind: fc.constantFrom("event" as const, "message" as const), row: fc.nat() }),
  fc.record({ kind: fc.constant("fault" as const), id: text }),
  fc.record({ kind: fc.constant("node" as const), node: text }),
);
const spec: fc.Arbitrary<RunSpec> = fc.record(
  {
    scenario: text,
    file: fc.constantFrom(file, ...scenarios),
    seed: fc.integer({ min: 0, max: 4_294_967_295 }),
    overrides: parameters,
    edits: fc.array(edit, { maxLength: 5 }),
    mutant: fc.constantFrom("no-tracker", "lease-from-answer"),
  },
  { requiredKeys: ["scenario", "seed", "overrides", "edits"] },
);
/** Cloned, for the prototypes that JSON gives. */
const link: fc.Arbitrary<Link> = fc
  .record(
    {
      spec,
      version: fc.oneof(fc.constant(""), text),
      atUs: timeUs,
      selection,
      view: fc
        .tuple(timeUs, timeUs)
        .filter(([from, until]) => from !== until)
        .map((view) => [Math.min(...view), Math.max(...view)] as const),
    },
    { requiredKeys: ["spec", "version"] },
  )
  .map((given) => structuredClone(given));

function linkOf(z: string): string {
  return `scenario=az-outage&seed=1&z=${z}`;
}

function packed(json: unknown): string {
  return base64urlOf(deflateSync(strToU8(JSON.stringify(json))));
}

function complaintOf(hash: string): string {
  try {
    decodeLink(hash);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return "accepted";
}

describe("a link that is written and read", () => {
  it("is the same link", () => {
    fc.assert(
      fc.property(link, (given) => {
        expect(decodeLink(`#${encodeLink(given)}`)).toStrictEqual(given);
      }),
      { seed: 4, numRuns: 500 },
    );
  });

  it("holds nothing that an address would change", () => {
    fc.assert(
      fc.property(link, (given) => {
        const url = new URL(`http://localhost/#${encodeLink(given)}`);
        expect(decodeLink(url.hash)).toStrictEqual(given);
      }),
      { seed: 5, numRuns: 300 },
    );
  });

  it("can be read by a person while nothing was changed by hand", () => {
    const given: Link = {
      spec: { ...plain, overrides: { leaseMs: 1000, workload: "registers,cas", readRatio: 0.5 } },
      version: "0.1.0-3f2a9c1b7e55",
      atUs: 15_200_000,
      selection: { kind: "operation", id: 412 },
      view: [12_000_000, 18_000_001],
    };
    expect(encodeLink(given)).toBe(
      "scenario=az-outage&seed=1&leaseMs=1000&workload=registers,cas&readRatio=0.5" +
        "&v=0.1.0-3f2a9c1b7e55&t=15.2s&sel=operation:412&view=12s..18.000001s",
    );
  });

  it("may be typed by hand: without a version, with other units", () => {
    expect(decodeLink("scenario=az-outage&seed=7&t=200ms")).toStrictEqual({
      spec: { ...plain, seed: 7 },
      version: "",
      atUs: 200_000,
    });
  });
});

describe("a link that nobody could have made", () => {
  it.each([
    ["", "the link names no scenario: expected scenario=NAME&seed=N"],
    ["az-outage", 'the link has "az-outage" in it: expected key=value'],
    ["scenario=az-outage", "seed must be a whole number from 0 to 4294967295"],
    ["scenario=az-outage&seed=-1", 'such as seed=1; got "-1"'],
    ["scenario=az-outage&seed=1&seed=2", "the link gives seed twice"],
    ["scenario=az-outage&seed=1&mutant=../x", "such as no-tracker; got"],
    ["scenario=%E0%A4%A&seed=1", "scenario has a broken % in it"],
    ["scenario=az-outage&seed=1&t=15", "such as 15.2s, 200ms or 17us"],
    ["scenario=az-outage&seed=1&t=9e999s", "such as 15.2s, 200ms or 17us"],
    ["scenario=az-outage&seed=1&view=2s..1s", "view must end after it begins"],
    ["scenario=az-outage&seed=1&view=2s", "view must be two times"],
    ["scenario=az-outage&seed=1&sel=zone:a", "sel must be operation:N, event:N"],
    ["scenario=az-outage&seed=1&sel=operation:x", "sel must be operation:N, event:N"],
    [linkOf("!"), "z is damaged: expected letters, digits, - and _"],
    [linkOf(base64urlOf(strToU8("plain text"))), "z is damaged"],
    [linkOf(base64urlOf(deflateSync(strToU8("not JSON")))), "z is damaged: expected JSON"],
    [linkOf(packed([])), "z must be an object"],
    [linkOf(packed({ code: "x" })), 'z has an unknown field "code": expected file, overrides'],
    [linkOf(packed({ file: {} })), "file.name must be a text"],
    [linkOf(packed({ overrides: { leaseMs: null } })), "overrides.leaseMs must be a number or"],
    [linkOf(packed({ edits: {} })), "edits must be a list"],
    [linkOf(packed({ edits: [{ kind: "explode" }] })), "edits[0].kind must be one of addFault,"],
    [linkOf(packed({ edits: [{ kind: "addFault", fault: { kind: "x" } }] })), "atMs is missing"],
    [linkOf(packed({ edits: [{ kind: "removeFault" }] })), "edits[0].id must be a text"],
    [
      linkOf(packed({ edits: [{ kind: "request", request: { atMs: 1, node: "a", words: "x" } }] })),
      "edits[0].request.words must be a list",
    ],
    [
      linkOf(packed({ edits: [{ kind: "decision", decision: { stream: "disk" } }] })),
      "edits[0].decision.value must be a number",
    ],
  ])("%s", (hash, sentence) => {
    expect(complaintOf(hash)).toContain(sentence);
  });

  it("is refused without holding what it would inflate to", () => {
    const bomb = base64urlOf(deflateSync(new Uint8Array(32 << 20), { level: 9 }));
    expect(bomb.length).toBeLessThan(64 << 10);
    expect(complaintOf(linkOf(bomb))).toBe(
      "z is too large: expected at most 4194304 bytes when inflated",
    );
    expect(complaintOf(linkOf("A".repeat(300_000)))).toContain("the link is too long");
  });

  it("is refused wherever it was cut off behind z=", () => {
    const edits: RunEdit[] = [{ kind: "removeFault", id: "0-zoneOutage" }];
    const whole = encodeLink({ spec: { ...plain, file, edits }, version: "" });
    const start = whole.indexOf("z=") + 2;
    for (let end = start; end < whole.length; end += 1) {
      expect(complaintOf(whole.slice(0, end))).toContain("z is damaged");
    }
  });

  it("gives an error with a sentence, whatever it is", () => {
    const anything = fc.oneof(fc.string(), fc.string().map(linkOf), fc.json().map(packed));
    fc.assert(
      fc.property(anything, (hash) => {
        expect(complaintOf(hash)).toMatch(/expected|must|accepted/);
      }),
      { seed: 6, numRuns: 500 },
    );
  });
});

describe("a run too large for a link", () => {
  it("is not made into one", () => {
    const words = Array.from({ length: 100_000 }, (_, index) => String(index * 7919));
    const request = { atMs: 1, node: "db-0-a", words };
    const large = { ...plain, edits: [{ kind: "request" as const, request }] };
    expect(() => encodeLink({ spec: large, version: "" })).toThrow("too large for a link");
  });
});
