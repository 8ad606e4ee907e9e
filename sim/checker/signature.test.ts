import { describe, expect, it } from "vitest";
import type { CheckResult } from "../run.ts";
import { signatureOf } from "./signature.ts";

function result(name: string, verdict: CheckResult["verdict"], sentence: string): CheckResult {
  return { name, verdict, examined: 1, unit: "things", sentence };
}

describe("signatureOf", () => {
  it("is empty when everything held", () => {
    expect(signatureOf([result("sessions", "ok", "fine")])).toBe("");
    expect(signatureOf([result("one leader", "expected violation", "overlap")])).toBe("");
  });

  it("is the same for sentences that differ in names, keys, values and times only", () => {
    const one = 'GET registers:3:{17} was answered "v0a1" by db-0-a at ⟨12345678⟩ (epoch 3)';
    const other = 'GET counters:0:{5} was answered "x\\"y" by db-1-c at ⟨9⟩ (epoch 12)';
    const of = (sentence: string): string => signatureOf([result("x", "violation", sentence)]);
    expect(of(one)).toBe("x: GET KEY was answered … by NODE at N");
    expect(of(other)).toBe(of(one));
  });

  it("prefers what a check itself says", () => {
    const told = { ...result("sessions", "violation", "long"), signature: "back in time" };
    expect(signatureOf([told])).toBe("sessions: back in time");
  });

  it("names a violation before a check that is merely stuck", () => {
    const stuck = result("liveness", "stuck", "stuck: nobody serves");
    const lost = result("zero loss", "violation", "a write is gone");
    expect(signatureOf([stuck, lost])).toBe("zero loss: a write is gone");
  });
});
