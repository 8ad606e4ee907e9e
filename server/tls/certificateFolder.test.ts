import { X509Certificate } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { certificatesOf } from "./certificateFolder.ts";
import { makeCertificatesAsTold } from "./certificatesCommand.ts";

let parent: string;
let folder: string;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "azimuth-certificates-"));
  folder = join(parent, "made");
});
afterEach(() => rmSync(parent, { recursive: true, force: true, maxRetries: 10 }));

function certificate(file: string): X509Certificate {
  return new X509Certificate(readFileSync(join(folder, file)));
}

describe("certificates dir=…", () => {
  it("makes an authority, certificates and keys that only their owner reads", () => {
    const told = makeCertificatesAsTold([`dir=${folder}`, "names=db.example,10.0.0.1", "days=30"]);
    expect(told).toContain(`npm run serve -- tls=${folder}`);
    const files = ["ca", "client", "server"].flatMap((name) => [`${name}.crt`, `${name}.key`]);
    expect(readdirSync(folder).toSorted()).toEqual(files);
    for (const file of files.filter((name) => name.endsWith(".key"))) {
      expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
    }
    const server = certificate("server.crt");
    expect(server.subjectAltName).toBe(
      "DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, DNS:db.example, IP Address:10.0.0.1",
    );
    expect(server.checkIssued(certificate("ca.crt"))).toBe(true);
    expect(certificate("client.crt").keyUsage).toEqual(["1.3.6.1.5.5.7.3.2"]);
    const leftMs = new Date(server.validTo).getTime() - Date.now();
    expect(Math.round(leftMs / 86_400_000)).toBe(30);
  });

  it("writes over nothing, and leaves nothing half made", () => {
    makeCertificatesAsTold([`dir=${folder}`]);
    const before = readFileSync(join(folder, "ca.crt"), "utf8");
    expect(() => makeCertificatesAsTold([`dir=${folder}`])).toThrow("is there already");
    expect(readFileSync(join(folder, "ca.crt"), "utf8")).toBe(before);
    expect(readdirSync(parent)).toEqual(["made"]);
  });

  it("says what it takes", () => {
    expect(makeCertificatesAsTold(["--help"])).toContain("names=HOST,HOST");
    expect(() => makeCertificatesAsTold(["folder=x"])).toThrow('not "folder=x"');
    expect(() => makeCertificatesAsTold([`dir=${folder}`, "days=0"])).toThrow("from 1 to 3650");
    expect(() => makeCertificatesAsTold([`dir=${folder}`, "names=a b"])).toThrow(
      '"a b" is neither',
    );
    expect(existsSync(folder)).toBe(false);
  });
});

describe("the certificates of a data folder", () => {
  it("are made once, and refused when they are incomplete or have expired", () => {
    const first = certificatesOf(folder, { hosts: [], days: 2 });
    const made = readFileSync(first.server, "utf8");
    certificatesOf(folder, { hosts: [], days: 2 });
    expect(readFileSync(first.server, "utf8")).toBe(made);
    rmSync(first.clientKey);
    expect(() => certificatesOf(folder, { hosts: [], days: 2 })).toThrow("client.key missing");
    rmSync(folder, { recursive: true, maxRetries: 10 });
    expect(() => certificatesOf(folder, { hosts: [], days: -1 })).toThrow("have expired");
  });
});
