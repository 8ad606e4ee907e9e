/** For tests: a server that speaks TLS, the authority that its clients trust, and certificates of every kind. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Log } from "../log.ts";
import { readSettings } from "../options/settings.ts";
import { Server } from "../server.ts";
import { freePorts, TestClient, type TlsClientOptions } from "../testClient.ts";
import { type Authority, issue, type LeafWanted, newAuthority } from "./certificate.ts";

const DAY_MS = 86_400_000;

export interface PemPair {
  readonly cert: string;
  readonly key: string;
}

/** An authority with a folder for what it signs. */
export class TestAuthority {
  readonly folder: string = mkdtempSync(join(tmpdir(), "azimuth-tls-"));
  private readonly authority: Authority;

  constructor(name: string) {
    this.authority = newAuthority({ name, fromUnixMs: Date.now() - 30 * DAY_MS, days: 60 });
    writeFileSync(this.path("ca.crt"), this.certificate);
  }

  get certificate(): string {
    return this.authority.certificate;
  }

  path(file: string): string {
    return join(this.folder, file);
  }

  /** Writes NAME.crt and NAME.key. */
  issue(name: string, wanted: Partial<LeafWanted> = {}): PemPair {
    const { certificate: cert, key } = issue(
      {
        name,
        hosts: ["localhost", "127.0.0.1"],
        purposes: ["serve", "connect"],
        fromUnixMs: Date.now(),
        days: 90,
        ...wanted,
      },
      this.authority,
    );
    const pem = { cert, key: String(key.export({ type: "pkcs8", format: "pem" })) };
    writeFileSync(this.path(`${name}.crt`), pem.cert);
    writeFileSync(this.path(`${name}.key`), pem.key);
    return pem;
  }

  /** Ended long ago. */
  issueExpired(name: string): PemPair {
    return this.issue(name, { fromUnixMs: Date.now() - 20 * DAY_MS, days: 10 });
  }

  /** Options of a server that shows this certificate. */
  options(name: string): string[] {
    return [
      `tls-cert-file=${this.path(`${name}.crt`)}`,
      `tls-key-file=${this.path(`${name}.key`)}`,
      `tls-ca-cert-file=${this.path("ca.crt")}`,
    ];
  }
}

export class TlsServer {
  readonly port: number;
  readonly told: string[];
  readonly server: Server;
  private readonly authority: TestAuthority;

  private constructor(server: Server, told: string[], authority: TestAuthority) {
    this.port = server.ports.tlsPort;
    this.server = server;
    this.told = told;
    this.authority = authority;
  }

  /** One node in memory, on a TLS port alone. */
  static async open(authority: TestAuthority, ...options: string[]): Promise<TlsServer> {
    const port = await freePorts(1);
    const shape = ["log=memory", "profile=standalone"];
    const words = [
      ...shape,
      "port=0",
      `tls-port=${port}`,
      ...authority.options("node"),
      ...options,
    ];
    const told: string[] = [];
    const log = new Log("notice", (line) => told.push(line));
    const settings = readSettings(words, (path) => readFileSync(path, "latin1"));
    const server = await Server.start(settings, log);
    await server.ready();
    return new TlsServer(server, told, authority);
  }

  client(options: TlsClientOptions = {}): Promise<TestClient> {
    return TestClient.openTls(this.port, { ca: this.authority.certificate, ...options });
  }

  close(): void {
    this.server.close();
    rmSync(this.authority.folder, { recursive: true, force: true, maxRetries: 10 });
  }
}
