/** `npm run serve -- certificates`: makes an authority and certificates for development. */
import { resolve } from "node:path";
import { OptionError } from "../options/optionError.ts";
import {
  type CertificatePaths,
  certificatePaths,
  makeCertificates,
  usualDays,
} from "./certificateFolder.ts";

const MOST_DAYS = 3650;

const help = `Makes certificates for development: an authority, and a certificate each for nodes and for clients.

Usage: npm run serve -- certificates [dir=FOLDER] [names=HOST,HOST…] [days=N]

  dir=./certificates           where to write ca.crt, server.crt, client.crt and their .key files; must not exist
  names=                       what clients are told to connect to, beside localhost, 127.0.0.1 and ::1
  days=${usualDays}                     how long they are valid, 1 to ${MOST_DAYS}

Keys can be read by their owner only. Whoever trusts ca.crt trusts whatever ca.key signs: these are for development.

Example:
  npm run serve -- certificates dir=./certificates names=db.example,10.0.0.1
  npm run serve -- tls=./certificates cluster-announce-hostname=db.example cluster-preferred-endpoint-type=hostname
`;

/** `words` are those behind "certificates". Returns what to print. Throws an OptionError or a FolderError. */
export function makeCertificatesAsTold(words: readonly string[]): string {
  if (words.includes("--help") || words.includes("-h")) return help;
  const given = new Map(words.map(assignment));
  const folder = resolve(given.get("dir") ?? "./certificates");
  makeCertificates(folder, { hosts: hostsOf(given.get("names") ?? ""), days: daysOf(given) });
  return describe(folder, certificatePaths(folder));
}

function assignment(word: string): [string, string] {
  const [, name, value] = /^(?:--)?(dir|names|days)=(.+)$/.exec(word) ?? [];
  if (name !== undefined && value !== undefined) return [name, value];
  throw new OptionError(
    `certificates takes dir=FOLDER, names=HOST,HOST… and days=N, not "${word}"; certificates --help tells more`,
  );
}

function hostsOf(text: string): readonly string[] {
  const hosts = text.split(",").filter((host) => host !== "");
  const wrong = hosts.find((host) => !/^[A-Za-z0-9.:*-]+$/.test(host));
  if (wrong === undefined) return hosts;
  throw new OptionError(`"${wrong}" is neither a host name nor an address`);
}

function daysOf(given: ReadonlyMap<string, string>): number {
  const text = given.get("days") ?? String(usualDays);
  const days = Number(text);
  if (/^\d+$/.test(text) && days >= 1 && days <= MOST_DAYS) return days;
  throw new OptionError(`days must be a whole number from 1 to ${MOST_DAYS}, not "${text}"`);
}

function describe(folder: string, { authority, client, clientKey }: CertificatePaths): string {
  return `Made an authority and certificates for nodes and clients in ${folder}.

Serve with them:     npm run serve -- tls=${folder}
Connect:             redis-cli -c --tls --cacert ${authority} -p 6379
With a certificate:  redis-cli -c --tls --cacert ${authority} --cert ${client} --key ${clientKey} -p 6379
`;
}
