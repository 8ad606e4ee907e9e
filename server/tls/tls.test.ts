import { X509Certificate } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TestClient } from "../testClient.ts";
import { TestAuthority, TlsServer } from "./tlsServer.ts";

const stranger = new TestAuthority("somebody else");
let authority: TestAuthority;
let server: TlsServer;

async function open(...options: string[]): Promise<void> {
  authority = new TestAuthority("the cluster's");
  authority.issue("node");
  server = await TlsServer.open(authority, ...options);
}

/** What a client is told, or why it has none. */
async function outcome(opening: Promise<TestClient>): Promise<string> {
  try {
    const client = await opening;
    const reply = await client.ask("PING");
    client.close();
    return reply;
  } catch (error) {
    // Refused at once, or, as TLS 1.3 has it, when something is asked.
    const { cause } = error as { readonly cause?: Error };
    const { code, message } = (cause ?? error) as NodeJS.ErrnoException;
    return code ?? message;
  }
}

/** The serial number of the certificate that a new connection is shown. */
function shownSerial(): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port: server.port, ca: authority.certificate }, () => {
      resolve(socket.getPeerCertificate().serialNumber);
      socket.destroy();
    });
    socket.once("error", reject);
  });
}

function serialOf(name: string): string {
  return new X509Certificate(readFileSync(authority.path(`${name}.crt`))).serialNumber;
}

describe("a TLS port without client certificates", () => {
  beforeAll(() => open("tls-auth-clients=no"));
  afterAll(() => server.close());

  it("speaks TLS 1.2 and 1.3, and nothing older", async () => {
    for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
      const client = await server.client({ minVersion: version, maxVersion: version });
      expect(client.tlsVersion).toBe(version);
      expect(await client.ask("SET", "version", version)).toBe("+OK\r\n");
      client.close();
    }
    const old = { minVersion: "TLSv1", ciphers: "DEFAULT@SECLEVEL=0" } as const;
    for (const maxVersion of ["TLSv1", "TLSv1.1"] as const) {
      expect(await outcome(server.client({ ...old, maxVersion }))).toBe(
        "ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION",
      );
    }
    expect(server.told.join("")).toContain("unsupported protocol");
  });

  it("takes no cipher that is weak or without authentication, and no other protocol once a session is under way", async () => {
    for (const ciphers of ["NULL", "aNULL", "DES-CBC3-SHA", "RC4-SHA", "EXPORT", "PSK", "SRP"]) {
      const weak = { maxVersion: "TLSv1.2", ciphers: `${ciphers}:@SECLEVEL=0` } as const;
      expect([ciphers, await outcome(server.client(weak))]).toEqual([
        ciphers,
        expect.stringMatching(/HANDSHAKE_FAILURE|NO_CIPHER_MATCH|NO_CIPHERS_AVAILABLE/),
      ]);
    }
    const socket = connect({ port: server.port, ca: authority.certificate, maxVersion: "TLSv1.2" });
    await new Promise<void>((resolve) => socket.once("secureConnect", () => resolve()));
    const renegotiated = await new Promise<Error | null>((resolve) => {
      socket.once("error", resolve);
      socket.renegotiate({}, resolve);
    });
    expect(renegotiated?.message).toMatch(/no renegotiation/i);
    socket.destroy();
  });

  it("runs nothing that comes without TLS, and gives away nothing, before a handshake or in its stead", async () => {
    const before = await server.client();
    await before.ask("SET", "stripped", "no");
    const wishes = ["AUTH default secret", "SET stripped yes", "GET stripped", "STARTTLS", "*", ""];
    for (const wish of wishes) {
      const client = await TestClient.open(server.port);
      client.send(`${wish}\r\nSET stripped yes\r\n`);
      client.endInput();
      expect(await client.rest()).toMatch(/^(-ERR This port speaks TLS only[^\r]*\r\n)?$/);
    }
    expect(await before.ask("GET", "stripped")).toBe("$2\r\nno\r\n");
    before.close();
  });

  it("is refused by clients that trust somebody else or want another name", async () => {
    expect(await outcome(server.client({ ca: stranger.certificate }))).toBe(
      "SELF_SIGNED_CERT_IN_CHAIN",
    );
    expect(await outcome(server.client({ servername: "db.example" }))).toBe(
      "ERR_TLS_CERT_ALTNAME_INVALID",
    );
    expect(await outcome(server.client({ servername: "localhost" }))).toBe("+PONG\r\n");
  });

  it("tells who speaks without TLS, on both sides", async () => {
    const client = await TestClient.open(server.port);
    client.send("*1\r\n$4\r\nPING\r\n");
    expect(await client.reply()).toBe(
      "-ERR This port speaks TLS only: connect with TLS (redis-cli --tls)\r\n",
    );
    await client.closed();
    expect(server.told.join("")).toContain("it speaks without TLS");
    const asker = await server.client();
    expect(await asker.ask("INFO", "stats")).toMatch(/tls_failed_handshakes:[1-9]/);
    asker.close();
  });

  it("tells how a connection is encrypted", async () => {
    const client = await server.client();
    expect(await client.ask("CLIENT", "INFO")).toMatch(
      new RegExp(`laddr=127.0.0.1:${server.port} .* tls=TLSv1.3:TLS_AES_256_GCM_SHA384\\n`),
    );
    expect(await client.ask("INFO", "clients")).toContain("tls_clients:1\r\n");
    expect(await client.ask("CONFIG", "GET", "tls-port")).toContain(`${server.port}`);
    client.close();
  });

  it("answers a long pipeline of a client that has ended its side", async () => {
    const client = await server.client();
    const value = "x".repeat(10_000);
    const count = 300;
    let requests = "";
    for (let at = 0; at < count; at++) requests += `*2\r\n$4\r\nECHO\r\n$10000\r\n${value}\r\n`;
    client.send(requests);
    client.endInput();
    for (let at = 0; at < count; at++) expect(await client.reply()).toBe(`$10000\r\n${value}\r\n`);
    await client.closed();
  });

  it("cuts off who does not read what it is sent", async () => {
    const admin = await server.client();
    const limit = "normal 1000000 0 0";
    expect(await admin.ask("CONFIG", "SET", "client-output-buffer-limit", limit)).toBe("+OK\r\n");
    await admin.ask("SET", "large", "x".repeat(1 << 20));
    const slow = connect({ port: server.port, ca: authority.certificate });
    slow.on("error", () => {});
    slow.pause();
    slow.write("*2\r\n$3\r\nGET\r\n$5\r\nlarge\r\n".repeat(30));
    let info = "";
    while (!info.includes("client_output_buffer_limit_disconnections:1")) {
      info = await admin.ask("INFO", "stats");
    }
    await admin.ask("CONFIG", "SET", "client-output-buffer-limit", "normal 0 0 0");
    slow.destroy();
    admin.close();
  });

  it("takes other certificates without a restart, and connections stay", async () => {
    const old = await server.client();
    const before = await shownSerial();
    expect(before).toBe(serialOf("node"));
    authority.issue("renewed");
    const pair = ["tls-cert-file", authority.path("renewed.crt")];
    // A key of another certificate: both have to change together.
    expect(await old.ask("CONFIG", "SET", ...pair)).toMatch(
      /^-ERR CONFIG SET failed .*'tls-cert-file'.* the key in tls-key-file .*node.key is not the one of the certificate/,
    );
    pair.push("tls-key-file", authority.path("renewed.key"));
    expect(await old.ask("CONFIG", "SET", ...pair)).toBe("+OK\r\n");
    expect(await shownSerial()).toBe(serialOf("renewed"));
    expect(await old.ask("PING")).toBe("+PONG\r\n");
    // The same names once more: the files have other contents.
    authority.issue("renewed");
    expect(serialOf("renewed")).not.toBe(before);
    expect(await old.ask("CONFIG", "SET", ...pair)).toBe("+OK\r\n");
    expect(await shownSerial()).toBe(serialOf("renewed"));
    old.close();
  });

  it("keeps its certificates when the new ones cannot be used", async () => {
    const client = await server.client();
    const [, present = ""] =
      /\r\n([^\r]*crt)\r\n/.exec(await client.ask("CONFIG", "GET", "tls-cert-file")) ?? [];
    const before = await shownSerial();
    writeFileSync(authority.path("bad.crt"), "no certificate");
    const bad = authority.path("bad.crt");
    expect(await client.ask("CONFIG", "SET", "tls-cert-file", bad)).toContain(`${bad}: `);
    expect(await client.ask("CONFIG", "SET", "tls-cert-file", "/nowhere.crt")).toContain("ENOENT");
    expect(await client.ask("CONFIG", "SET", "tls-protocols", "TLSv1.1")).toContain(
      "tls-protocols: TLSv1.1 is not spoken here",
    );
    expect(await client.ask("CONFIG", "SET", "tls-ciphers", "NONSENSE")).toContain("tls-ciphers");
    expect(await client.ask("CONFIG", "GET", "tls-cert-file")).toContain(present);
    expect(await shownSerial()).toBe(before);
    // As SIGHUP does: the file itself has gone bad.
    const good = readFileSync(present, "latin1");
    writeFileSync(present, "no certificate");
    expect(server.server.reload()).toHaveLength(1);
    expect(server.told.join("")).toContain("the certificates stay as they were");
    expect(await shownSerial()).toBe(before);
    writeFileSync(present, good);
    expect(server.server.reload()).toEqual([]);
    expect(await client.ask("PING")).toBe("+PONG\r\n");
    client.close();
  });
});

describe("a TLS port that asks clients for certificates", () => {
  beforeAll(() => open());
  afterAll(() => server.close());

  it("lets in whom its authority vouches for, and says why not", async () => {
    const own = authority.issue("client", { hosts: [], purposes: ["connect"] });
    expect(await outcome(server.client(own))).toBe("+PONG\r\n");
    expect(await outcome(server.client())).toBe("ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED");
    expect(await outcome(server.client({ maxVersion: "TLSv1.2" }))).toMatch(
      /ALERT_HANDSHAKE_FAILURE$/,
    );
    expect(await outcome(server.client(stranger.issue("client")))).toMatch(
      /^-ERR The client certificate is refused: unable to/,
    );
    expect(await outcome(server.client(authority.issueExpired("late")))).toBe(
      "-ERR The client certificate is refused: certificate has expired\r\n",
    );
    // A certificate of a server does not make a client.
    const serverOnly = authority.issue("serverOnly", { purposes: ["serve"] });
    expect(await outcome(server.client(serverOnly))).toMatch(/unsuitable certificate purpose/);
    expect(server.told.join("")).toContain("its certificate is refused: certificate has expired");
  });

  it("does without one where it is optional, and refuses a wrong one all the same", async () => {
    const own = authority.issue("client", { hosts: [], purposes: ["connect"] });
    const admin = await server.client(own);
    expect(await admin.ask("CONFIG", "SET", "tls-auth-clients", "optional")).toBe("+OK\r\n");
    expect(await outcome(server.client())).toBe("+PONG\r\n");
    expect(await outcome(server.client(own))).toBe("+PONG\r\n");
    expect(await outcome(server.client(stranger.issue("client")))).toMatch(/^-ERR The client cert/);
    admin.close();
  });

  it("resumes sessions, with the certificate that they began with, unless that is switched off", async () => {
    const own = authority.issue("client", { hosts: [], purposes: ["connect"] });
    const first = await server.client(own);
    await first.ask("PING");
    const resumed = await server.client({ ...own, session: first.tlsSession });
    expect(resumed.isResumed).toBe(true);
    expect(await resumed.ask("CONFIG", "SET", "tls-session-caching", "no")).toBe("+OK\r\n");
    const fresh = await server.client({ ...own, session: resumed.tlsSession });
    await fresh.ask("PING");
    const again = await server.client({ ...own, session: fresh.tlsSession });
    expect(again.isResumed).toBe(false);
    for (const client of [first, resumed, fresh, again]) client.close();
  });
});

describe("a server whose certificate has expired", () => {
  beforeAll(async () => {
    authority = new TestAuthority("the cluster's");
    authority.issueExpired("node");
    server = await TlsServer.open(authority, "tls-auth-clients=no");
  });
  afterAll(() => server.close());

  it("says so, and clients refuse it", async () => {
    expect(server.told.join("")).toContain("the certificate has expired");
    expect(await outcome(server.client())).toBe("CERT_HAS_EXPIRED");
  });
});
