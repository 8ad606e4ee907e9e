import { describe, expect, it } from "vitest";
import { otlpTraces } from "./otlp.ts";
import { testFilm } from "./testFilm.ts";

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly { key: string; value: Record<string, string> }[];
  readonly events: readonly { timeUnixNano: string; name: string }[];
  readonly status: { readonly code: number; readonly message?: string };
}

interface Traces {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: Span["attributes"] };
    readonly scopeSpans: readonly { readonly spans: readonly Span[] }[];
  }[];
}

const view = testFilm();
const window = { fromUs: 80_000, untilUs: 129_000 };

function spansOf(text: string): readonly (Span & { readonly service: string })[] {
  return (JSON.parse(text) as Traces).resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = resource.attributes[0]?.value["stringValue"] ?? "";
    return scopeSpans.flatMap(({ spans }) => spans.map((span) => ({ ...span, service })));
  });
}

function isWithin(inner: Span, outer: Span): boolean {
  return (
    BigInt(inner.startTimeUnixNano) >= BigInt(outer.startTimeUnixNano) &&
    BigInt(inner.endTimeUnixNano) <= BigInt(outer.endTimeUnixNano)
  );
}

describe("a window as OpenTelemetry traces", () => {
  const spans = spansOf(otlpTraces(view, window));
  const roots = spans.filter(({ parentSpanId }) => parentSpanId === "");

  it("gives every span ids of its own in hexadecimal, none of them blank", () => {
    for (const { traceId, spanId } of spans) {
      expect(traceId).toMatch(/^(?!0+$)[0-9a-f]{32}$/);
      expect(spanId).toMatch(/^(?!0+$)[0-9a-f]{16}$/);
    }
    const ids = spans.map(({ traceId, spanId }) => traceId + spanId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("has one trace for every operation under way, with its messages below", () => {
    // Rounds 8 to 12 begin within; the read of round 7 still goes on.
    expect(roots.map(({ name }) => name).toSorted()).toEqual([
      ...Array.from({ length: 6 }, () => "GET"),
      ...Array.from({ length: 5 }, () => "SET"),
    ]);
    expect(new Set(roots.map(({ traceId }) => traceId)).size).toBe(roots.length);
    expect(roots.every(({ service, kind }) => service === "clients" && kind === 3)).toBe(true);
    const below = spans.filter(({ parentSpanId }) => parentSpanId !== "");
    expect(below.length).toBeGreaterThan(roots.length);
    for (const span of below) {
      const root = roots.find(({ traceId }) => traceId === span.traceId);
      expect(root?.spanId).toBe(span.parentSpanId);
      expect(root === undefined || isWithin(span, root)).toBe(true);
    }
  });

  it("tells of an operation as the film does", () => {
    const write = roots.find(({ name }) => name === "SET");
    expect(write?.startTimeUnixNano).toBe("1700000000080000000");
    expect(write?.endTimeUnixNano).toBe("1700000000085000000");
    expect(write?.status).toEqual({ code: 1 });
    const attributes = Object.fromEntries(
      (write?.attributes ?? []).map(({ key, value }) => [key, Object.values(value)[0]]),
    );
    expect(attributes).toMatchObject({
      "db.query.text": "SET r:0:1 v",
      "server.address": "db-0-a",
      "azimuth.access": "write",
      "azimuth.operation": "16",
    });
    const names = spans.filter(({ traceId }) => traceId === write?.traceId).map((s) => s.name);
    expect(names).toEqual(["SET", "logAppend", "logAppendReply"]);
  });

  it("tells what happened meanwhile, of the shard and of the world", () => {
    const write = roots.find(({ startTimeUnixNano }) => startTimeUnixNano.endsWith("090000000"));
    expect(write?.events.map(({ name }) => name)).toEqual([
      "fault.started",
      "lease.lapsed",
      "replied",
    ]);
  });

  it("marks lost messages and operations without an answer as errors", () => {
    const lost = spans.filter(({ status }) => status.message === "cut");
    expect(lost.length).toBeGreaterThan(0);
    const end = { fromUs: 392_000, untilUs: 400_000 };
    const open = spansOf(otlpTraces(view, end)).find(({ name }) => name === "SET");
    expect(open?.status.code).toBe(2);
    expect(open?.endTimeUnixNano).toBe(`1700000000${view.outline.simulatedUs}000`);
  });

  it("is the same text for the same film", () => {
    expect(otlpTraces(testFilm(), window)).toBe(otlpTraces(view, window));
  });

  it("is refused in words where it is empty or too long", () => {
    expect(() => otlpTraces(view, { fromUs: 5e6, untilUs: 6e6 })).toThrow(
      "no operation is under way in this window: choose another",
    );
    expect(() => otlpTraces(testFilm(9000), { fromUs: 0, untilUs: 9e7 })).toThrow(
      /holds [\d,]+ spans, more than the 30,000/,
    );
  });
});
