import { expect, it } from "vitest";
import { codeVersion } from "./version.ts";

it("the code's version is the package's and a fingerprint of what runs follow from", () => {
  expect(codeVersion()).toMatch(/^\d+\.\d+\.\d+-[0-9a-f]{12}$/);
});
