/** The port on which Prometheus finds the metrics of the nodes here. It tells numbers and nothing else, to whoever can reach it. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Host } from "../host/host.ts";
import { listenOn } from "../listenOn.ts";
import { OptionError } from "../options/optionError.ts";
import { isSystemError } from "../systemError.ts";
import { contentType, exposition } from "./exposition.ts";

const PATH = "/metrics";
/** A request that is not whole by then is given up. */
const REQUEST_MS = 5000;

export class MetricsEndpoint {
  private readonly host: Host;
  private readonly servers: Server[] = [];

  constructor(host: Host) {
    this.host = host;
  }

  /** Rejects with an OptionError if another program has the port, with the system's error if it cannot be opened. */
  async listen(port: number, address: string): Promise<void> {
    const server = createServer((request, response) => void this.serve(request, response));
    server.requestTimeout = REQUEST_MS;
    server.headersTimeout = REQUEST_MS;
    server.maxConnections = 64;
    try {
      if (await listenOn(server, port, address)) this.servers.push(server);
    } catch (error) {
      if (!isSystemError(error) || error.code !== "EADDRINUSE") throw error;
      throw new OptionError(
        `metrics-port ${port} is taken: another program uses it on ${address}; choose another with metrics-port=N`,
      );
    }
  }

  close(): void {
    for (const server of this.servers) {
      server.close();
      server.closeAllConnections();
    }
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? "").split("?", 1)[0];
    if (path !== PATH) return tell(response, 404, `no ${path} here: the metrics are at ${PATH}\n`);
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.setHeader("allow", "GET, HEAD");
      return tell(response, 405, `${PATH} takes GET\n`);
    }
    response.setHeader("content-type", contentType);
    response.writeHead(200).end(await exposition(this.host));
  }
}

function tell(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8" }).end(text);
}
