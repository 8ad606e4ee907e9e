/** The plainest web server: a folder's files below a path, on a free loopback port. */
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";

const types: Readonly<Record<string, string>> = {
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".svg": "image/svg+xml",
};

export class StaticServer {
  /** Of the folder, with a slash at its end. */
  readonly url: string;
  readonly #server: Server;

  private constructor(server: Server, path: string) {
    const { port } = server.address() as AddressInfo;
    this.url = `http://127.0.0.1:${port}${path}`;
    this.#server = server;
  }

  /** `path` begins and ends with a slash. */
  static async start(folder: string, path: string): Promise<StaticServer> {
    const server = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? "", "http://127.0.0.1");
      const name = `${pathname.slice(path.length)}${pathname.endsWith("/") ? "index.html" : ""}`;
      const bytes = pathname.startsWith(path)
        ? contentOf(join(folder, normalize(name)))
        : undefined;
      response.writeHead(bytes === undefined ? 404 : 200, {
        "content-type": types[extname(name)] ?? "application/octet-stream",
      });
      response.end(bytes);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new StaticServer(server, path);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** Undefined: there is no such file. */
function contentOf(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}
