import { describe, expect, it } from "vitest";
import type { FaultInfo, Outline } from "../protocol.ts";
import {
  emptyDraft,
  faultsOf,
  forkOf,
  withFault,
  withFaultAsItWas,
  withFields,
  withoutFault,
} from "./forkDraft.ts";

const outline = {
  loadedUs: 1_000_000,
  nodes: [{ node: "db-1-b", kind: "database", zone: "b", shard: 1 }],
  faults: [
    {
      id: "0-zoneOutage",
      kind: "zoneOutage",
      text: "zone a dark",
      targets: ["a"],
      fromUs: 16_000_000,
      untilUs: 36_000_000,
    },
  ],
} as unknown as Outline;

const planned = [
  {
    id: "0-zoneOutage",
    kind: "zoneOutage",
    fields: { atMs: 15_000, target: "primary", forMs: 20_000 },
  },
];
const field = { help: "", standard: "primary" };
const crash: FaultInfo = { kind: "machineCrash", help: "", fields: [{ name: "target", ...field }] };
const outage: FaultInfo = { kind: "zoneOutage", help: "", fields: [{ name: "target", ...field }] };

describe("the draft of a fork", () => {
  it("adds faults under names of their own, aimed at the node they were dropped on", () => {
    let draft = withFault(emptyDraft, crash, 20_000, outline, "db-1-b");
    draft = withFault(draft, crash, 10_000, outline);
    draft = withFault(draft, outage, 5000, outline, "db-1-b");
    const faults = draft.edits.map((edit) => (edit.kind === "addFault" ? edit.fault : {}));
    expect(faults).toEqual([
      {
        kind: "machineCrash",
        atMs: 20_000,
        id: "hand-1-machineCrash",
        target: "node:db-1-b",
        shard: 1,
      },
      { kind: "machineCrash", atMs: 10_000, id: "hand-2-machineCrash" },
      { kind: "zoneOutage", atMs: 5000, id: "hand-1-zoneOutage", target: "zone:b", shard: 1 },
    ]);
    expect(faultsOf(draft, outline, planned).map((fault) => fault.fields["atMs"])).toEqual([
      5000, 10_000, 15_000, 20_000,
    ]);
  });

  it("changes of one fault become one edit", () => {
    let draft = withFields(emptyDraft, "0-zoneOutage", { atMs: 12_000 });
    draft = withFields(draft, "0-zoneOutage", { forMs: 10 });
    expect(draft.edits).toEqual([
      { kind: "changeFault", id: "0-zoneOutage", fields: { atMs: 12_000, forMs: 10 } },
    ]);
    expect(faultsOf(draft, outline, planned)).toMatchObject([
      { state: "changed", fields: { atMs: 12_000, forMs: 10, target: "primary" } },
    ]);
    expect(withFaultAsItWas(draft, "0-zoneOutage").edits).toEqual([]);
  });

  it("a fault of the run is taken out by an edit, one that was added with its edit", () => {
    const added = withFault(emptyDraft, crash, 1, outline);
    expect(withoutFault(added, "hand-1-machineCrash").edits).toEqual([]);
    const moved = withFields(emptyDraft, "0-zoneOutage", { atMs: 12_000 });
    const draft = withoutFault(moved, "0-zoneOutage");
    expect(draft.edits).toEqual([{ kind: "removeFault", id: "0-zoneOutage" }]);
    expect(faultsOf(draft, outline, planned)).toMatchObject([{ state: "removed" }]);
  });

  it("knows faults of the run that are in no plan, and planned ones that did not begin", () => {
    const faults = [...outline.faults, { ...outline.faults[0]!, id: "7-drawn", fromUs: 2_000_000 }];
    const late = { id: "1-cut", kind: "cut", fields: { atMs: 99_000 } };
    const known = faultsOf(emptyDraft, { ...outline, faults }, [...planned, late]);
    expect(known.map(({ id, text, fields }) => [id, text, fields["atMs"]])).toEqual([
      ["7-drawn", "zone a dark", 1000],
      ["0-zoneOutage", "zone a dark", 15_000],
      ["1-cut", "did not begin", 99_000],
    ]);
  });

  it("goes on top of what the run itself changed", () => {
    const spec = {
      scenario: "az-outage",
      seed: 1,
      overrides: { leaseMs: 1000 },
      edits: [{ kind: "removeFault", id: "x" }],
    } as const;
    const draft = { edits: withFields(emptyDraft, "y", { atMs: 1 }).edits, overrides: { keys: 4 } };
    const fork = forkOf(spec, draft);
    expect(fork.overrides).toEqual({ leaseMs: 1000, keys: 4 });
    expect(fork.edits.map((edit) => edit.kind)).toEqual(["removeFault", "changeFault"]);
  });
});
