import { describe, expect, it } from "vitest";
import { ProtoWriter } from "./protobuf.ts";

function written(write: (writer: ProtoWriter) => void): string {
  const writer = new ProtoWriter();
  write(writer);
  return [...writer.done()].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
}

describe("the wire format of Protocol Buffers", () => {
  it("is that of the encoding guide's examples", () => {
    expect(written((out) => out.uint(1, 150))).toBe("08 96 01");
    expect(written((out) => out.text(2, "testing"))).toBe("12 07 74 65 73 74 69 6e 67");
    expect(written((out) => out.message(3, () => out.uint(1, 150)))).toBe("1a 03 08 96 01");
    expect(written((out) => out.int(1, -2))).toBe("08 fe ff ff ff ff ff ff ff ff 01");
  });

  it("has numbers beyond 32 bits, fixed ones, doubles, and tags of two bytes", () => {
    expect(written((out) => out.uint(1, 60_000_000_000))).toBe("08 80 b0 9d c2 df 01");
    expect(written((out) => out.fixed64(47, 258))).toBe("f9 02 02 01 00 00 00 00 00 00");
    expect(written((out) => out.double(5, 1.5))).toBe("29 00 00 00 00 00 00 f8 3f");
  });

  it("moves a long message up to make room for its length", () => {
    const long = "ü".repeat(100);
    const text = written((out) => out.message(1, () => out.message(1, () => out.text(2, long))));
    expect(text.startsWith("0a ce 01 0a cb 01 12 c8 01 c3 bc")).toBe(true);
    expect(text.split(" ").length).toBe(209);
  });

  it("grows as it must", () => {
    const writer = new ProtoWriter();
    for (let each = 0; each < 300; each++) writer.text(1, "x".repeat(1000));
    expect(writer.done().length).toBe(300 * 1003);
  });
});
