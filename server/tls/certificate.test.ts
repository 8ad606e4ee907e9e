import { X509Certificate } from "node:crypto";
import { describe, expect, it } from "vitest";
import { issue, newAuthority } from "./certificate.ts";

const NOW_MS = Date.UTC(2030, 0, 2);
const authority = newAuthority({ name: "An authority", fromUnixMs: NOW_MS, days: 36_500 });

describe("a certificate", () => {
  it("stands for its hosts and addresses, for its days, and is its authority's", () => {
    const { certificate, key } = issue(
      {
        name: "node",
        hosts: [
          "localhost",
          "*.example.com",
          "127.0.0.1",
          "::1",
          "2001:db8::a:0:1",
          "::ffff:1.2.3.4",
        ],
        purposes: ["serve", "connect"],
        fromUnixMs: NOW_MS,
        days: 10,
      },
      authority,
    );
    const read = new X509Certificate(certificate);
    const issuer = new X509Certificate(authority.certificate);
    expect(read.checkIssued(issuer)).toBe(true);
    expect(read.verify(issuer.publicKey)).toBe(true);
    expect(read.checkPrivateKey(key)).toBe(true);
    expect(read.checkHost("localhost")).toBe("localhost");
    expect(read.checkHost("db.example.com")).toBe("*.example.com");
    expect(read.checkHost("example.com")).toBeUndefined();
    const addresses = ["127.0.0.1", "::1", "2001:db8::a:0:1", "::ffff:1.2.3.4"];
    expect(addresses.filter((address) => read.checkIP(address) === undefined)).toEqual([]);
    expect(read.checkIP("127.0.0.2")).toBeUndefined();
    expect(read.keyUsage).toEqual(["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"]);
    expect(read.ca).toBe(false);
    expect(issuer.ca).toBe(true);
    expect(new Date(read.validFrom).getTime()).toBe(NOW_MS - 3_600_000);
    expect(new Date(read.validTo).getTime()).toBe(NOW_MS + 10 * 86_400_000);
    expect(new Date(issuer.validTo).getUTCFullYear()).toBe(2129);
  });
});
