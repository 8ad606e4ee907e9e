/** What ties clients, probes and onlookers to the world: who hears of what they do, and whose a connection is. */
import type { Observer } from "./checker/observer.ts";
import type { Cachers } from "./cachers.ts";
import type { ClientEvents, OnlookerHost } from "./clients/clientHost.ts";
import type { Clients } from "./clients/clients.ts";
import type { ClientObserver } from "./clients/shardLoad.ts";
import type { Kernel } from "./kernel.ts";
import type { Listeners } from "./listeners.ts";
import type { NodeRequests } from "./live/nodeRequests.ts";
import type { Probes } from "./probe.ts";

/** Who hears of operations: the checks, a full trace, a camera. */
export function clientObserverOf(
  kernel: Kernel,
  observer: Observer,
  cachers: Cachers,
): ClientObserver {
  const { recorder } = kernel;
  return {
    operationInvoked: (operation) => {
      if (recorder.isFull) {
        const { node, shard, id, input } = operation;
        recorder.trace(kernel.nowUs, node, "client.invoked", shard, -1, id, input.f);
      }
      observer.operationInvoked(operation);
      cachers.invoked(operation.input);
      recorder.camera?.operationInvoked?.(operation);
    },
    operationCompleted: (operation) => {
      if (recorder.isFull) {
        const { node, shard, id, outcome } = operation;
        recorder.trace(kernel.nowUs, node, "client.completed", shard, -1, id, outcome);
      }
      observer.operationCompleted(operation);
      recorder.camera?.operationCompleted?.(operation);
    },
    repliesAmiss: (nowUs, node, sentence) => observer.repliesAmiss(nowUs, node, sentence),
    redirected: (nowUs, operation, target) => observer.redirected(nowUs, operation, target),
    pipelineAnswered: () => observer.pipelineAnswered(),
    primaryLearnt: (nowUs, shard, node) =>
      recorder.trace(nowUs, "clients", "client.failover", shard, -1, -1, node),
  };
}

interface Onlookers {
  readonly probes: Probes;
  readonly requests: NodeRequests;
  readonly listeners: Listeners;
  readonly cachers: Cachers;
}

/** Connections belong to probes, to an onlooker, to who listens or caches, or else to the clients. */
export function streamEventsOf(clients: Clients, onlookers: Onlookers): ClientEvents {
  const { probes, requests, listeners, cachers } = onlookers;
  const others = [probes, requests, listeners, cachers] as const;
  const ownerOf = (connection: number): (typeof others)[number] | Clients =>
    others.find((other) => other.owns(connection)) ?? clients;
  return {
    onTimer: (token) => clients.onTimer(token),
    onConnected: (connection) => {
      if (ownerOf(connection) === clients) clients.onConnected(connection);
    },
    onBytes: (connection, bytes, sentUs) => ownerOf(connection).onBytes(connection, bytes, sentUs),
    onClosed: (connection) => ownerOf(connection).onClosed(connection),
  };
}

export function onlookerHostOf(kernel: Kernel): OnlookerHost {
  return {
    nowUs: () => kernel.nowUs,
    at: (us, run) => kernel.at(us, run),
    connect: (node) => kernel.clientStreams.connect(node),
    send: (connection, bytes) => kernel.clientStreams.send(connection, bytes),
    close: (connection) => kernel.clientStreams.closeFromClient(connection),
  };
}
