import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeNote, frameHeader, type Piece, PieceReader } from "./wire.ts";

function encode(piece: Piece): Uint8Array {
  if (piece.kind === "note") return encodeNote(piece.text);
  return Buffer.concat([frameHeader(piece.from, piece.to, piece.bytes.length), piece.bytes]);
}

const pieces = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant("note" as const), text: fc.string({ maxLength: 50 }) }),
    fc.record({
      kind: fc.constant("frame" as const),
      from: fc.constantFrom("log-a", "db-0-b", "monitor-c"),
      to: fc.constantFrom("log-b", "db-12-a2"),
      bytes: fc.uint8Array({ maxLength: 300 }),
    }),
  ),
);

describe("pieces between processes", () => {
  it("come out as they went in, however the stream is cut", () => {
    fc.assert(
      fc.property(pieces, fc.array(fc.integer({ min: 1, max: 40 })), (sent, cuts) => {
        const stream = Buffer.concat(sent.map(encode));
        const reader = new PieceReader();
        const received: Piece[] = [];
        for (let at = 0, turn = 0; at < stream.length; turn++) {
          const end = Math.min(stream.length, at + (cuts[turn % Math.max(1, cuts.length)] ?? 7));
          reader.push(Uint8Array.from(stream.subarray(at, end)));
          for (let piece = reader.next(); piece !== undefined; piece = reader.next()) {
            received.push(piece);
          }
          at = end;
        }
        expect(reader.failure).toBeUndefined();
        expect(received.map(encode)).toEqual(sent.map(encode));
        for (const [index, piece] of received.entries()) {
          expect(piece.kind).toBe(sent[index]?.kind);
        }
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it("refuse lengths that no piece has, and kinds that are unknown", () => {
    const long = new PieceReader();
    long.push(Uint8Array.from([0, 0, 0, 0xff, 1]));
    expect([long.next(), long.failure]).toEqual([undefined, "a piece of 4278190080 bytes"]);
    const strange = new PieceReader();
    strange.push(Uint8Array.from([3, 0, 0, 0, 9, 1, 1]));
    expect([strange.next(), strange.failure]).toEqual([
      undefined,
      "a piece that is neither a frame nor a note",
    ]);
  });
});
