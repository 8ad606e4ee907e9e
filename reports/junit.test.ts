import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { escapeXml, junitXml } from "./junit.ts";
import { testRun } from "./testRun.ts";

/** Tags that open and close in order, attributes quoted, no bare markup in text: all that our documents use of XML. */
function problemOf(xml: string): string | undefined {
  const open: string[] = [];
  let rest = xml.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n/, "");
  while (rest !== "") {
    const text = /^[^<&>]+/.exec(rest)?.[0] ?? /^&(amp|lt|gt|quot|#\d+);/.exec(rest)?.[0];
    if (text !== undefined) {
      rest = rest.slice(text.length);
      continue;
    }
    const tag =
      /^<(\/?)([a-z-]+)((?: [a-z]+="(?:[^<&>"]|&(?:amp|lt|gt|quot|#\d+);)*")*)(\/?)>/.exec(rest);
    if (tag === null) return `no markup: ${rest.slice(0, 40)}`;
    const [whole, closing, name = "", , empty] = tag;
    if (closing === "/") {
      if (open.pop() !== name) return `</${name}> closes nothing`;
    } else if (empty === "") {
      open.push(name);
    }
    rest = rest.slice(whole.length);
  }
  return open.length === 0 ? undefined : `${open.join(", ")} not closed`;
}

const watch = "http://localhost:4173/#scenario=az-outage&seed=1&t=15s";

describe("JUnit XML", () => {
  it("is well formed for every verdict", () => {
    for (const verdict of ["ok", "violation", "stuck", "undecided", "harness"] as const) {
      expect(problemOf(junitXml(testRun({ verdict }), watch))).toBeUndefined();
    }
  });

  it("has one test case a check, and the violation as a failure with the replay command", () => {
    const xml = junitXml(testRun({ verdict: "violation" }), watch);
    expect(xml.match(/<testcase /g)?.length).toBe(8);
    expect(xml).toContain('tests="8" failures="1" errors="0"');
    expect(xml).toContain('<failure message="no order explains operation 811');
    expect(xml).toContain("npm run sim -- scenario=az-outage seed=1&#10;watch: http://localhost");
    expect(xml).toContain("#scenario=az-outage&amp;seed=1&amp;t=15s</failure>");
    expect(xml).toContain('<property name="watch" value="http://localhost:4173/#scenario');
    expect(xml).toContain("&lt;acknowledged&gt;");
  });

  it("counts what could not be judged as an error", () => {
    expect(junitXml(testRun({ verdict: "undecided" }), watch)).toContain('failures="0" errors="1"');
    expect(junitXml(testRun({ verdict: "harness" }), "")).toContain('failures="0" errors="1"');
  });

  it("does not look green when a run failed without a check at fault", () => {
    const xml = junitXml({ ...testRun(), verdict: "stuck" }, "");
    expect(xml).toContain('tests="9" failures="0" errors="1"');
    expect(problemOf(xml)).toBeUndefined();
  });

  it("escapes any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(problemOf(`<a b="${escapeXml(text)}">${escapeXml(text)}</a>`)).toBeUndefined();
      }),
      { seed: 1, numRuns: 300 },
    );
    expect(escapeXml("a\u0000b\ud800c\n")).toBe("a\ufffdb\ufffdc&#10;");
  });
});
