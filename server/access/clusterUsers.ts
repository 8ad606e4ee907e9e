/**
 * The users of the cluster in profile=memorydb, as this process knows them: from the file of acl=, or from a zone that has read a newer
 * one. Every zone keeps them in its folder and tells them with its hello, so that each node enforces the same, and goes on to after a
 * restart. Newer is what was read later: a version, one above the newest that was known then.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Log } from "../log.ts";
import type { Settings } from "../options/settings.ts";
import { OptionError } from "../options/optionError.ts";
import { isSystemError, sentenceOf } from "../systemError.ts";
import { type AclReading, readAcl, textForNodes } from "./memoryDbAcl.ts";

/** An ACL with its version, 0 before there was one. `text` is that of an ACL file, null for open-access. */
export interface AccessNews {
  readonly version: number;
  readonly text: string | null;
}

/** What a zone's folder keeps of it. */
export interface KeptAccess extends AccessNews {
  /** Digest of what this zone read last: a file that says the same is no news, whatever others have read since. */
  readonly source: string;
}

/** Where it is kept; a zone's folder. */
export interface AccessPlace {
  readonly access: KeptAccess | undefined;
  rememberAccess(access: KeptAccess): void;
}

/** What acl= says when there is no file. */
const OPEN_ACCESS = "open-access";

export interface ClusterUsersOptions {
  /** The value of acl=: a path, OPEN_ACCESS, or undefined if it was not given. */
  readonly acl: string | undefined;
  /** False: passwords would cross the network as they are, and nobody has said that they may. */
  readonly mayHavePasswords: boolean;
  readonly places: readonly AccessPlace[];
  readonly log: Log;
}

/** Undefined in other profiles. Throws OptionError for what is wrong with the ACL. */
export function clusterUsersOf(
  { profile, acl, aclWithoutTls, port, tlsPort }: Settings,
  places: readonly AccessPlace[],
  log: Log,
): ClusterUsers | undefined {
  if (profile !== "memorydb") return undefined;
  const isTlsAlone = port === 0 && tlsPort > 0;
  return new ClusterUsers({ acl, mayHavePasswords: isTlsAlone || aclWithoutTls, places, log });
}

const NEEDS_TLS =
  "an ACL other than open-access needs TLS, as in the service: without it passwords cross the network as they are. " +
  "Say tls (or tls-port= and port=0), or acl-without-tls=yes for development on your own computer";

export class ClusterUsers {
  private readonly options: ClusterUsersOptions;
  private present: KeptAccess;
  private readonly followers: (() => void)[] = [];

  /** Reads the file of acl=, and keeps what it says. Throws OptionError with everything that is wrong with it. */
  constructor(options: ClusterUsersOptions) {
    this.options = options;
    const kept = options.places.map(({ access }) => access).filter((one) => one !== undefined);
    this.present = kept.reduce((best, one) => (isNewer(one, best) ? one : best), {
      version: 0,
      text: null,
      source: "",
    });
    const errors = this.read();
    if (errors.length > 0) throw new OptionError(errors.join("\n"));
  }

  get news(): AccessNews {
    const { version, text } = this.present;
    return { version, text };
  }

  /** What nodes are told of the users: an ACL file's text. */
  get text(): string {
    return textForNodes(this.present.text);
  }

  /** Calls back whenever there are other users. */
  follow(follower: () => void): void {
    this.followers.push(follower);
  }

  /** Reads the file once more. Returns what is wrong with it, in which case nothing has changed. */
  reload(): readonly string[] {
    const { acl, log } = this.options;
    if (acl === undefined) return [];
    const errors = this.read();
    for (const error of errors) log.warn("the ACL stays as it was", { error });
    if (errors.length === 0) log.notice("the ACL was read", { version: this.present.version });
    return errors;
  }

  /** Another zone has told what it knows. */
  heard(news: AccessNews): void {
    if (!isNewer(news, this.present)) return;
    this.options.log.notice("another zone has told of a newer ACL", { version: news.version });
    this.take({ version: news.version, text: news.text, source: this.present.source });
  }

  /** Writes down what a folder could not keep while it belonged to no cluster. */
  keep(): void {
    for (const place of this.options.places) place.rememberAccess(this.present);
  }

  private read(): readonly string[] {
    const { acl, mayHavePasswords } = this.options;
    const read = this.wanted(acl);
    if ("errors" in read) return read.errors;
    if (read.text !== null && !mayHavePasswords) return [NEEDS_TLS];
    if (acl === undefined) return [];
    const source = createHash("sha256")
      .update(read.text ?? OPEN_ACCESS)
      .digest("hex");
    const { version, text } = this.present;
    if (source === this.present.source) return [];
    const isSame = read.text === text;
    this.take({ version: isSame ? version : version + 1, text: read.text, source });
    return [];
  }

  private wanted(acl: string | undefined): AclReading | { readonly text: null } {
    const { text } = this.present;
    if (acl === undefined) return text === null ? { text: null } : { text };
    return acl === OPEN_ACCESS ? { text: null } : readFile(acl);
  }

  private take(access: KeptAccess): void {
    this.present = access;
    this.keep();
    for (const follower of this.followers) follower();
  }
}

function readFile(path: string): AclReading {
  try {
    return readAcl(path, readFileSync(path, "latin1"));
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return { errors: [sentenceOf(error)] };
  }
}

/** Of two that were read at once the greater text counts, so that all zones agree. */
function isNewer(one: AccessNews, other: AccessNews): boolean {
  if (one.version !== other.version) return one.version > other.version;
  return (one.text ?? "") > (other.text ?? "");
}
