/**
 * Certificates for development: X.509 version 3 (RFC 5280), signed with ECDSA over P-256 and SHA-256. Node makes keys and signatures; what
 * it lacks is the frame around them, which is written here.
 */
import {
  createHash,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
} from "node:crypto";
import { isIP } from "node:net";
import * as der from "./der.ts";

const ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2";
const COMMON_NAME = "2.5.4.3";
const BASIC_CONSTRAINTS = "2.5.29.19";
const KEY_USAGE = "2.5.29.15";
const EXTENDED_KEY_USAGE = "2.5.29.37";
const ALTERNATIVE_NAMES = "2.5.29.17";
const SUBJECT_KEY = "2.5.29.14";
const AUTHORITY_KEY = "2.5.29.35";

/** What a certificate is for, as extended key usage names it. */
export const purposes: Readonly<Record<"serve" | "connect", string>> = {
  serve: "1.3.6.1.5.5.7.3.1",
  connect: "1.3.6.1.5.5.7.3.2",
};

/** Bits of the extension keyUsage. */
const DIGITAL_SIGNATURE = 0;
const CERTIFICATE_SIGN = 5;
const LIST_SIGN = 6;

/** Clocks of other computers may be behind. */
const BACKDATED_MS = 3_600_000;
const MS_A_DAY = 86_400_000;

export interface KeyAndCertificate {
  readonly key: KeyObject;
  /** PEM. */
  readonly certificate: string;
}

/** A certificate that signs others, with its key. */
export interface Authority extends KeyAndCertificate {
  readonly name: string;
}

interface Wanted {
  /** The subject's common name. */
  readonly name: string;
  readonly fromUnixMs: number;
  readonly days: number;
}

export interface LeafWanted extends Wanted {
  /** Host names and addresses that it stands for. */
  readonly hosts: readonly string[];
  readonly purposes: readonly (keyof typeof purposes)[];
}

/** A new authority, signed by itself. */
export function newAuthority(wanted: Wanted): Authority {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const extensions = [
    extension(BASIC_CONSTRAINTS, true, der.sequence(der.boolean(true))),
    extension(KEY_USAGE, true, der.namedBits([CERTIFICATE_SIGN, LIST_SIGN])),
  ];
  const issuer = { key: privateKey, name: wanted.name };
  return { ...issuer, certificate: certificateOf(wanted, privateKey, issuer, extensions) };
}

/** A certificate with a key of its own, signed by an authority. */
export function issue(wanted: LeafWanted, authority: Authority): KeyAndCertificate {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const uses = wanted.purposes.map((purpose) => der.objectIdentifier(purposes[purpose]));
  const extensions = [
    extension(BASIC_CONSTRAINTS, true, der.sequence()),
    extension(KEY_USAGE, true, der.namedBits([DIGITAL_SIGNATURE])),
    extension(EXTENDED_KEY_USAGE, false, der.sequence(...uses)),
  ];
  if (wanted.hosts.length > 0) {
    const names = der.sequence(...wanted.hosts.map(alternativeName));
    extensions.push(extension(ALTERNATIVE_NAMES, false, names));
  }
  return {
    key: privateKey,
    certificate: certificateOf(wanted, privateKey, authority, extensions),
  };
}

function certificateOf(
  { name, fromUnixMs, days }: Wanted,
  key: KeyObject,
  issuer: { readonly key: KeyObject; readonly name: string },
  extensions: readonly Uint8Array[],
): string {
  const algorithm = der.sequence(der.objectIdentifier(ECDSA_WITH_SHA256));
  const authorityKey = der.tagged(0, keyIdentifier(issuer.key), "implicit");
  const body = der.sequence(
    der.tagged(0, der.integer(Uint8Array.of(2)), "explicit"),
    // 0x40 keeps it positive and without a zero in front.
    der.integer(Uint8Array.of(0x40, ...randomBytes(15))),
    algorithm,
    distinguishedName(issuer.name),
    der.sequence(
      der.time(new Date(fromUnixMs - BACKDATED_MS)),
      der.time(new Date(fromUnixMs + days * MS_A_DAY)),
    ),
    distinguishedName(name),
    publicKeyInfo(key),
    der.tagged(
      3,
      der.sequence(
        ...extensions,
        extension(SUBJECT_KEY, false, der.octetString(keyIdentifier(key))),
        extension(AUTHORITY_KEY, false, der.sequence(authorityKey)),
      ),
      "explicit",
    ),
  );
  const signature = der.bitString(sign("sha256", body, issuer.key));
  return pem(der.sequence(body, algorithm, signature));
}

function distinguishedName(name: string): Uint8Array {
  const attribute = der.sequence(der.objectIdentifier(COMMON_NAME), der.utf8String(name));
  return der.sequence(der.set(attribute));
}

function extension(id: string, isCritical: boolean, contents: Uint8Array): Uint8Array {
  const critical = isCritical ? [der.boolean(true)] : [];
  return der.sequence(der.objectIdentifier(id), ...critical, der.octetString(contents));
}

function alternativeName(host: string): Uint8Array {
  if (isIP(host) === 0) return der.tagged(2, Buffer.from(host, "latin1"), "implicit");
  return der.tagged(7, addressBytes(host), "implicit");
}

/** Four bytes or sixteen. */
function addressBytes(address: string): Uint8Array {
  if (isIP(address) === 4) return Uint8Array.from(address.split(".").map(Number));
  // A URL's form has no dotted end, and "::" at most once.
  const [head = "", tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split("::");
  const groups = (half: string): string[] => (half === "" ? [] : half.split(":"));
  const before = groups(head);
  const after = groups(tail ?? "");
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => "0");
  return Uint8Array.from(
    [...before, ...zeros, ...after].flatMap((group) => {
      const number = Number.parseInt(group, 16);
      return [number >> 8, number & 0xff];
    }),
  );
}

function publicKeyInfo(key: KeyObject): Uint8Array {
  return createPublicKey(key).export({ type: "spki", format: "der" });
}

/** Names a key, so that chains are found quickly: any digest of it will do (RFC 5280, 4.2.1.2). */
function keyIdentifier(key: KeyObject): Uint8Array {
  return createHash("sha256").update(publicKeyInfo(key)).digest().subarray(0, 20);
}

function pem(bytes: Uint8Array): string {
  const lines =
    Buffer.from(bytes)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}
