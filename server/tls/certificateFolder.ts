/**
 * A folder of certificates for development: an authority, a certificate for the nodes and one for clients, each with its key.
 *
 *     ca.crt ca.key   server.crt server.key   client.crt client.key
 */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { X509Certificate } from "node:crypto";
import { basename, dirname, join } from "node:path";
import { FolderError } from "../folder/folderError.ts";
import { issue, type KeyAndCertificate, newAuthority } from "./certificate.ts";

/** Every node's certificate stands for these: whatever a developer may call the own computer. */
const localHosts: readonly string[] = ["localhost", "127.0.0.1", "::1"];

export const usualDays = 365;

export interface CertificatesWanted {
  /** Host names and addresses of nodes beside this computer's own. */
  readonly hosts: readonly string[];
  readonly days: number;
}

export interface CertificatePaths {
  readonly authority: string;
  readonly server: string;
  readonly serverKey: string;
  readonly client: string;
  readonly clientKey: string;
}

export function certificatePaths(folder: string): CertificatePaths {
  return {
    authority: join(folder, "ca.crt"),
    server: join(folder, "server.crt"),
    serverKey: join(folder, "server.key"),
    client: join(folder, "client.crt"),
    clientKey: join(folder, "client.key"),
  };
}

/** Makes the folder, all or nothing. Throws a FolderError if it is there already: nothing is ever written over. */
export function makeCertificates(folder: string, wanted: CertificatesWanted): void {
  if (!makeUnlessThere(folder, wanted)) {
    throw new FolderError(
      `${folder} is there already, and nothing is written over: choose another dir=, or remove it (whoever trusts its ca.crt has to be given the new one)`,
    );
  }
}

/** The certificates of a folder, which is made at its first use. Throws a FolderError if they cannot be used any more. */
export function certificatesOf(folder: string, wanted: CertificatesWanted): CertificatePaths {
  makeUnlessThere(folder, wanted);
  const paths = certificatePaths(folder);
  const missing = Object.values(paths).filter((path: string) => !existsSync(path));
  if (missing.length > 0) {
    throw new FolderError(
      `certificates for development are incomplete: ${missing.join(", ")} missing`,
    );
  }
  const { validTo } = new X509Certificate(readFileSync(paths.server));
  if (new Date(validTo).getTime() < Date.now()) {
    throw new FolderError(
      `the certificates for development in ${folder} have expired (${validTo}): remove the folder, and new ones are made at the next start`,
    );
  }
  return paths;
}

/** False if there is such a folder. Another process may make it at the same time: one of them wins, and the other finds it whole. */
function makeUnlessThere(folder: string, wanted: CertificatesWanted): boolean {
  if (existsSync(folder)) return false;
  mkdirSync(dirname(folder), { recursive: true });
  const unfinished = mkdtempSync(join(dirname(folder), `.${basename(folder)}-`));
  try {
    write(unfinished, wanted);
    chmodSync(unfinished, 0o755);
    renameSync(unfinished, folder);
    return true;
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOTEMPTY" || code === "EEXIST") return false;
    throw error;
  }
}

function write(folder: string, { hosts, days }: CertificatesWanted): void {
  const from = { fromUnixMs: Date.now(), days };
  const authority = newAuthority({ ...from, name: "Azimuth development authority" });
  const nodes = issue(
    {
      ...from,
      name: "Azimuth node",
      hosts: [...new Set([...localHosts, ...hosts])],
      // Nodes connect to each other.
      purposes: ["serve", "connect"],
    },
    authority,
  );
  const client = issue(
    { ...from, name: "Azimuth client", hosts: [], purposes: ["connect"] },
    authority,
  );
  const files: Readonly<Record<string, KeyAndCertificate>> = {
    ca: authority,
    server: nodes,
    client,
  };
  for (const [name, { key, certificate }] of Object.entries(files)) {
    writeFileSync(join(folder, `${name}.crt`), certificate, { mode: 0o644 });
    const text = key.export({ type: "pkcs8", format: "pem" });
    writeFileSync(join(folder, `${name}.key`), text, { mode: 0o600 });
  }
}
