/** TLS of this process: the credentials in force, and how they change without a restart. */
import { isIP } from "node:net";
import type { RefusedValue } from "../../engine/contract.ts";
import { type InitialValues, Settings } from "../../engine/settings/settings.ts";
import { parameterNamed } from "../../engine/settings/table.ts";
import type { Log } from "../log.ts";
import { type Credentials, CredentialsError, loadCredentials } from "./credentials.ts";

/** Before a certificate ends its operator is told. */
const SOON_MS: number = 30 * 86_400_000;

export class Tls {
  /** Clients may connect by TLS. */
  readonly isOffered: boolean;
  /** The zones' processes speak TLS to each other. */
  readonly isBetweenZones: boolean;
  private readonly settings: Settings = new Settings();
  private readonly log: Log;
  private readonly announced: string;
  private loaded: Credentials | undefined = undefined;
  private isReloadDue = false;

  /** `announced`: what clients are told to connect to, "" for nothing. Throws a CredentialsError if TLS is wanted and its files cannot be used. */
  constructor(parameters: InitialValues, announced: string, log: Log) {
    const { settings } = this;
    settings.load(parameters);
    this.log = log;
    this.announced = announced;
    this.isOffered = settings.number("tls-port") > 0;
    this.isBetweenZones = settings.isOn("tls-cluster") || settings.isOn("tls-replication");
    if (this.isUsed) this.take(this.load((name) => settings.get(name)));
  }

  /** What connections from now on are made with; undefined without TLS. */
  get credentials(): Credentials | undefined {
    return this.loaded;
  }

  /** Reads the files anew. Returns, and tells, why they cannot be used; the credentials stay then. */
  reload(): readonly string[] {
    if (!this.isUsed) return [];
    try {
      this.take(this.load((name) => this.settings.get(name)));
      this.log.notice("the certificates have been read anew");
      return [];
    } catch (error) {
      if (!(error instanceof CredentialsError)) throw error;
      this.log.warn("the certificates stay as they were: the new ones cannot be used", {
        error: error.message,
      });
      return [error.message];
    }
  }

  /** Why values that a client would give to parameters cannot be used; undefined if they can. */
  whyRefused(values: ReadonlyMap<string, string>): RefusedValue | undefined {
    const parameter = [...values.keys()].find(isOfTls);
    if (!this.isUsed || parameter === undefined) return undefined;
    try {
      this.load((name) => values.get(name) ?? this.settings.get(name));
      return undefined;
    } catch (error) {
      if (error instanceof CredentialsError) return { parameter, why: error.message };
      throw error;
    }
  }

  /** A parameter was changed or given once more; those of one request take effect together. */
  configured(name: string, text: string): void {
    if (!isOfTls(name)) return;
    const parameter = parameterNamed(name);
    if (parameter !== undefined) this.settings.change(parameter, text);
    if (this.isReloadDue) return;
    this.isReloadDue = true;
    setImmediate(() => {
      this.isReloadDue = false;
      this.reload();
    });
  }

  private get isUsed(): boolean {
    return this.isOffered || this.isBetweenZones;
  }

  private load(value: (name: string) => string): Credentials {
    return loadCredentials(value, this.isBetweenZones);
  }

  private take(credentials: Credentials): void {
    this.loaded = credentials;
    const { certificate } = credentials;
    const file = this.settings.get("tls-cert-file");
    const endsMs = new Date(certificate.validTo).getTime();
    if (endsMs < Date.now()) {
      this.log.warn("the certificate has expired: clients will refuse it", {
        file,
        ended: certificate.validTo,
      });
    } else if (endsMs < Date.now() + SOON_MS) {
      this.log.warn("the certificate ends soon", { file, ends: certificate.validTo });
    }
    const { announced } = this;
    const isNamed =
      (isIP(announced) > 0 ? certificate.checkIP(announced) : certificate.checkHost(announced)) !==
      undefined;
    if (!this.isOffered || announced === "" || isNamed) return;
    this.log.warn("the certificate does not stand for what clients are told to connect to", {
      announced,
      certificate: certificate.subjectAltName ?? certificate.subject,
    });
  }
}

function isOfTls(name: string): boolean {
  return name.startsWith("tls-");
}
