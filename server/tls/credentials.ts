/**
 * What this process shows and asks for on TLS connections: read from the files that the parameters name, as Redis names them, and read
 * anew on demand. Connections keep what they began with.
 */
import { constants, createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  createSecureContext,
  DEFAULT_CIPHERS,
  type SecureContext,
  type SecureContextOptions,
  type SecureVersion,
} from "node:tls";

/** Values of parameters by name. */
export type ParameterValue = (name: string) => string;

/** A mistake in the files or parameters of TLS, in words for whoever gave them. */
export class CredentialsError extends Error {}

export interface Credentials {
  /** For connections that were accepted. */
  readonly server: SecureContext;
  /** For connections to other zones; an accepted one may show another certificate. */
  readonly client: SecureContext;
  readonly certificate: X509Certificate;
  readonly authClients: "no" | "yes" | "optional";
}

/** No version below 1.2 is ever spoken. */
const versions: readonly SecureVersion[] = ["TLSv1.2", "TLSv1.3"];

/**
 * Reads the files. Throws a CredentialsError that says which of them cannot be used, and why.
 * `isMutual`: other zones are spoken to as well, and have to prove who they are.
 */
export function loadCredentials(value: ParameterValue, isMutual: boolean): Credentials {
  const authClients = value("tls-auth-clients") as Credentials["authClients"];
  const own = keyPair(value, "tls-cert-file", "tls-key-file", "tls-key-file-pass");
  const hasOther = value("tls-client-cert-file") !== "";
  const other = hasOther
    ? keyPair(value, "tls-client-cert-file", "tls-client-key-file", "tls-client-key-file-pass")
    : own;
  const authorities = readAuthorities(value);
  if (authorities.length === 0 && (isMutual || authClients !== "no")) {
    const why = isMutual ? "tls-cluster and tls-replication" : `tls-auth-clients ${authClients}`;
    throw new CredentialsError(
      `${why} need tls-ca-cert-file or tls-ca-cert-dir, to know whom to trust${isMutual ? "" : "; or say tls-auth-clients no"}`,
    );
  }
  const common = commonOptions(value, authorities);
  const context = ({ certificate, key }: KeyPair): SecureContext =>
    checked("tls-ciphers, tls-ciphersuites, tls-dh-params-file", () =>
      createSecureContext({ ...common, cert: certificate, key: exported(key) }),
    );
  return {
    server: context(own),
    client: hasOther ? context(other) : context(own),
    certificate: own.first,
    authClients,
  };
}

interface KeyPair {
  /** PEM, with the chain to the authority behind it. */
  readonly certificate: string;
  readonly first: X509Certificate;
  readonly key: KeyObject;
}

function keyPair(
  value: ParameterValue,
  certificateName: string,
  keyName: string,
  passwordName: string,
): KeyPair {
  const certificate = readNamed(value, certificateName);
  const first = checked(shown(value, certificateName), () => new X509Certificate(certificate));
  const text = readNamed(value, keyName);
  const passphrase = value(passwordName);
  const key = checked(shown(value, keyName), () =>
    createPrivateKey({ key: text, ...(passphrase === "" ? {} : { passphrase }) }),
  );
  if (!first.checkPrivateKey(key)) {
    throw new CredentialsError(
      `the key in ${shown(value, keyName)} is not the one of the certificate in ${shown(value, certificateName)}`,
    );
  }
  return { certificate, first, key };
}

function exported(key: KeyObject): string {
  return String(key.export({ type: "pkcs8", format: "pem" }));
}

/** Every certificate in the file and in the files of the folder. */
function readAuthorities(value: ParameterValue): string[] {
  const texts: [string, string][] = [];
  const file = value("tls-ca-cert-file");
  if (file !== "") {
    texts.push([shown(value, "tls-ca-cert-file"), readNamed(value, "tls-ca-cert-file")]);
  }
  const folder = value("tls-ca-cert-dir");
  if (folder !== "") {
    const names = checked(shown(value, "tls-ca-cert-dir"), () => readdirSync(folder).toSorted());
    for (const name of names) {
      const where = `${shown(value, "tls-ca-cert-dir")}/${name}`;
      const text = checked(where, () => readFileSync(join(folder, name), "latin1"));
      if (text.includes("BEGIN CERTIFICATE")) texts.push([where, text]);
    }
  }
  return texts.flatMap(([where, text]) => {
    const found = text.match(/-----BEGIN CERTIFICATE-----[^]*?-----END CERTIFICATE-----/g) ?? [];
    if (found.length === 0) throw new CredentialsError(`${where} holds no certificate in PEM`);
    for (const one of found) checked(where, () => new X509Certificate(one));
    return found;
  });
}

function commonOptions(value: ParameterValue, authorities: string[]): SecureContextOptions {
  const { min, max } = protocolRange(value("tls-protocols"));
  const isCaching = value("tls-session-caching") === "yes";
  const dhparam = value("tls-dh-params-file");
  return {
    ...(authorities.length === 0 ? {} : { ca: authorities }),
    ...(dhparam === "" ? {} : { dhparam: readNamed(value, "tls-dh-params-file") }),
    minVersion: min,
    maxVersion: max,
    ciphers: ciphersOf(value("tls-ciphers"), value("tls-ciphersuites")),
    honorCipherOrder: value("tls-prefer-server-ciphers") === "yes",
    sessionIdContext: "azimuth",
    sessionTimeout: Number(value("tls-session-cache-timeout")),
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION | (isCaching ? 0 : constants.SSL_OP_NO_TICKET),
  };
}

/** Of "TLSv1.2 TLSv1.3"; empty: both. */
function protocolRange(text: string): { readonly min: SecureVersion; readonly max: SecureVersion } {
  const words = text.split(/\s+/).filter((word) => word !== "");
  const asked = words.map((word) => {
    const found = versions.find((version) => version.toLowerCase() === word.toLowerCase());
    if (found !== undefined) return found;
    throw new CredentialsError(
      `tls-protocols: ${word} is not spoken here; ${versions.join(" and ")} are, and older versions are not safe`,
    );
  });
  const allowed = versions.filter((version) => asked.length === 0 || asked.includes(version));
  return {
    min: allowed[0] ?? "TLSv1.2",
    max: allowed.at(-1) ?? "TLSv1.3",
  };
}

/** One list for Node: names of suites of TLS 1.3 begin with TLS_. */
function ciphersOf(ciphers: string, suites: string): string {
  const known = DEFAULT_CIPHERS.split(":");
  const isSuite = (name: string): boolean => name.startsWith("TLS_");
  return [
    ...(suites === "" ? known.filter(isSuite) : [suites]),
    ...(ciphers === "" ? known.filter((name) => !isSuite(name)) : [ciphers]),
  ].join(":");
}

function readNamed(value: ParameterValue, name: string): string {
  if (value(name) === "") throw new CredentialsError(`TLS needs ${name}`);
  return checked(shown(value, name), () => readFileSync(value(name), "latin1"));
}

function shown(value: ParameterValue, name: string): string {
  return `${name} ${value(name)}`;
}

function checked<Result>(what: string, attempt: () => Result): Result {
  try {
    return attempt();
  } catch (error) {
    if (error instanceof CredentialsError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new CredentialsError(`${what}: ${why.replace(/^error:[0-9A-F]*:/, "")}`);
  }
}
