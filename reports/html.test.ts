import { describe, expect, it } from "vitest";
import { htmlPage } from "./html.ts";
import { testRun } from "./testRun.ts";

const parts = { script: "run()", style: "p{color:red}" };

describe("the page", () => {
  it("is one file that asks for nothing: no address, no import, a policy that forbids requests", () => {
    const html = htmlPage(testRun(), parts);
    expect(html).not.toMatch(/(?:https?:)?\/\/[a-z]/i);
    expect(html).not.toMatch(/<(?:link|img|iframe)\b|\bsrc=|\bhref=|@import|url\(/);
    expect(html).toContain(`content="default-src 'none'; script-src 'unsafe-inline'`);
  });

  it("carries its data as JSON that cannot end the script element", () => {
    const run = testRun();
    const [first] = run.history;
    const evil = { ...first!, output: "</script><script>alert(1)</script>\u2028", error: "<!--" };
    const html = htmlPage({ ...run, history: [evil] }, parts);
    expect(html.match(/<\/script>/g)?.length).toBe(2);
    const json =
      /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(html)?.[1] ?? "";
    const data = JSON.parse(json) as { operations: { texts: string[] } };
    expect(data.operations.texts).toContain("<!--");
  });

  it("tells verdict and headline without JavaScript", () => {
    const html = htmlPage(testRun({ verdict: "stuck" }), parts);
    expect(html).toContain("<noscript><h1>STUCK: az-outage, seed 1</h1>");
    expect(html).toContain("<title>STUCK: az-outage, seed 1</title>");
  });
});
