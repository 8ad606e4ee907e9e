/**
 * The port for faults. It is open on loopback alone, and a browser that shows somebody else's page must not reach it: the request names this
 * host (a name that was rebound to 127.0.0.1 does not), comes from no other page, and brings JSON, which no form can send.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import {
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type Server,
  type ServerResponse,
} from "node:http";
import type { ChaosControl } from "./control.ts";
import { openApi } from "./openApi.ts";
import { PageFiles } from "./pageFiles.ts";
import { type Answer, type Route, routes } from "./routes.ts";

const HOST = "127.0.0.1";
const MOST_BODY_BYTES = 16_384;
/** A request that is not whole by then is given up. */
const REQUEST_MS = 5000;

const commonHeaders: OutgoingHttpHeaders = {
  "cache-control": "no-store",
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

/** Why a request is sent away. */
class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export interface AdminOptions {
  readonly control: ChaosControl;
  readonly version: string;
  /** "": whoever is on this computer may. */
  readonly token: string;
  /** Where the page's files are. */
  readonly pageFolder: string;
}

export class Admin {
  private readonly options: AdminOptions;
  private readonly page: PageFiles;
  private readonly server: Server;
  port = 0;

  constructor(options: AdminOptions) {
    this.options = options;
    this.page = new PageFiles(options.pageFolder);
    this.server = createServer((request, response) => void this.serve(request, response));
    this.server.requestTimeout = REQUEST_MS;
    this.server.headersTimeout = REQUEST_MS;
    this.server.maxConnections = 64;
  }

  /** Resolves when the port is open; 0 chooses one. Rejects with the system's error. */
  listen(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.server.once("error", reject);
      this.server.listen({ host: HOST, port }, () => {
        this.server.off("error", reject);
        const address = this.server.address();
        this.port = typeof address === "object" && address !== null ? address.port : port;
        resolve();
      });
    });
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      this.refuseStrangers(request);
      const { pathname } = new URL(request.url ?? "/", `http://${HOST}`);
      const file = request.method === "GET" ? this.page.find(pathname) : undefined;
      if (file !== undefined) {
        response.writeHead(200, { ...commonHeaders, "content-type": file.type }).end(file.bytes);
        return;
      }
      this.checkToken(request);
      answer(response, await this.answerTo(request, pathname));
    } catch (error) {
      const status = error instanceof Refusal ? error.status : 500;
      const message = error instanceof Error ? error.message : String(error);
      // What is left of its body is not waited for.
      if (!request.complete) response.setHeader("connection", "close");
      answer(response, { status, body: { error: message } });
    }
  }

  private refuseStrangers({ headers }: IncomingMessage): void {
    const hosts = [HOST, "localhost", "[::1]"].map((name) => `${name}:${this.port}`);
    if (!hosts.includes(headers.host ?? "")) {
      throw new Refusal(403, `this port serves ${hosts.join(", ")}, not "${headers.host ?? ""}"`);
    }
    const { origin } = headers;
    const site = headers["sec-fetch-site"];
    const isOwn = origin === undefined || hosts.some((host) => origin === `http://${host}`);
    if (!isOwn || site === "cross-site" || site === "same-site") {
      throw new Refusal(403, "other pages may not use this port");
    }
  }

  private checkToken({ headers }: IncomingMessage): void {
    const { token } = this.options;
    if (token === "") return;
    const given = /^Bearer (.+)$/i.exec(headers.authorization ?? "")?.[1] ?? "";
    if (!timingSafeEqual(digest(given), digest(token))) {
      throw new Refusal(401, "Authorization: Bearer with the server's chaos-token is missing");
    }
  }

  private async answerTo(request: IncomingMessage, path: string): Promise<Answer> {
    const { control, version, token } = this.options;
    if (path === "/openapi.json" && request.method === "GET") {
      return { status: 200, body: openApi(version, token !== "") };
    }
    const there = routes.filter((route) => matches(route, path));
    if (there.length === 0) {
      const known = [...new Set(routes.map((route) => route.path))].join(", ");
      throw new Refusal(404, `no ${path} here: there are /openapi.json, ${known}`);
    }
    const route = there.find(({ method }) => method === request.method);
    if (route === undefined) {
      const methods = there.map(({ method }) => method).join(", ");
      throw new Refusal(405, `${path} takes ${methods}`);
    }
    const body = route.takes === undefined ? undefined : await readBody(request);
    return route.run(control, Number(path.split("/").at(-1)), body);
  }
}

function matches({ path }: Route, given: string): boolean {
  if (!path.endsWith("{id}")) return path === given;
  return given.startsWith(path.slice(0, -4)) && /\/\d{1,9}$/.test(given);
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const type = request.headers["content-type"] ?? "";
  if (!/^application\/json\s*(;|$)/i.test(type)) {
    throw new Refusal(415, `the body must be application/json, not "${type}"`);
  }
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of request) {
    pieces.push(piece as Buffer);
    length += (piece as Buffer).length;
    if (length > MOST_BODY_BYTES) {
      throw new Refusal(413, `the body may have ${MOST_BODY_BYTES} bytes`);
    }
  }
  try {
    return JSON.parse(Buffer.concat(pieces).toString("utf8")) as unknown;
  } catch {
    throw new Refusal(400, "the body is not JSON");
  }
}

function answer(response: ServerResponse, { status, body }: Answer): void {
  const headers = { ...commonHeaders, "content-type": "application/json; charset=utf-8" };
  response.writeHead(status, headers).end(`${JSON.stringify(body)}\n`);
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
