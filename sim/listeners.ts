/**
 * Clients that listen: one a database node, to every channel. They keep their connections as a client library does, by a PING
 * now and then, and tell the checks what they hear. A connection that is lost costs messages, which is as it should be. The same
 * clients listen to real processes (chaos/realRun.ts).
 */
import type { ClusterLayout, NodeId } from "../engine/contract.ts";
import type { HeardMessage, Observer } from "./checker/observer.ts";
import type { ClientEvents, OnlookerHost } from "./clients/clientHost.ts";
import { type Reply, ReplyReader, RequestEncoder } from "./clients/resp.ts";

const PING_EVERY_US = 500_000;
const SILENT_US = 1_500_000;
const RECONNECT_US = 100_000;

interface Listener {
  readonly node: NodeId;
  connection: number;
  reader: ReplyReader;
  heardUs: number;
}

export class Listeners implements Pick<ClientEvents, "onBytes" | "onClosed"> {
  private readonly host: OnlookerHost;
  private readonly observer: Pick<Observer, "messageHeard">;
  private readonly layout: ClusterLayout;
  private readonly encoder: RequestEncoder = new RequestEncoder();
  private readonly byConnection: Map<number, Listener> = new Map();

  constructor(host: OnlookerHost, observer: Pick<Observer, "messageHeard">, layout: ClusterLayout) {
    this.host = host;
    this.observer = observer;
    this.layout = layout;
  }

  /** From now on one listens to each node. */
  start(): void {
    for (const { nodeId: node } of this.layout.databaseNodes) {
      const listener: Listener = { node, connection: 0, reader: new ReplyReader(), heardUs: 0 };
      this.connect(listener);
      this.watch(listener);
    }
  }

  owns(connection: number): boolean {
    return this.byConnection.has(connection);
  }

  onBytes(connection: number, bytes: Uint8Array, sentUs: number): void {
    const listener = this.byConnection.get(connection);
    if (listener === undefined) return;
    const nowUs = this.host.nowUs();
    const { node, reader } = listener;
    listener.heardUs = nowUs;
    reader.push(bytes);
    for (let reply = reader.next(); reply !== undefined; reply = reader.next()) {
      const message = messageOf(reply, connection, sentUs);
      if (message !== undefined) this.observer.messageHeard(nowUs, node, message);
    }
  }

  onClosed(connection: number): void {
    const listener = this.byConnection.get(connection);
    if (listener === undefined) return;
    this.byConnection.delete(connection);
    this.host.at(this.host.nowUs() + RECONNECT_US, () => {
      if (listener.connection === connection) this.connect(listener);
    });
  }

  private connect(listener: Listener): void {
    const { host } = this;
    const nowUs = host.nowUs();
    const connection = host.connect(listener.node);
    listener.connection = connection;
    listener.reader = new ReplyReader();
    listener.heardUs = nowUs;
    this.byConnection.set(connection, listener);
    this.send(listener, ["PSUBSCRIBE", "*"]);
  }

  /** Sees that the connection is alive, and takes another for one that is silent. */
  private watch(listener: Listener): void {
    this.host.at(this.host.nowUs() + PING_EVERY_US, () => {
      this.watch(listener);
      if (!this.byConnection.has(listener.connection)) return;
      if (this.host.nowUs() - listener.heardUs < SILENT_US) {
        this.send(listener, ["PING"]);
        return;
      }
      this.byConnection.delete(listener.connection);
      this.host.close(listener.connection);
      this.connect(listener);
    });
  }

  private send({ connection }: Listener, request: readonly string[]): void {
    this.host.send(connection, this.encoder.encode([request]));
  }
}

function messageOf(reply: Reply, connection: number, sentUs: number): HeardMessage | undefined {
  if (!Array.isArray(reply)) return undefined;
  const [kind, , channel, text] = reply as readonly Reply[];
  if (kind !== "pmessage" || typeof channel !== "string" || typeof text !== "string") {
    return undefined;
  }
  return { connection, channel, text, sentUs };
}
