/** What ties clients, probes and onlookers to the world: who hears of what they do, and whose a connection is. */
import type { Observer } from "./checker/observer.ts";
import type { ClientEvents } from "./clients/clientHost.ts";
import type { Clients } from "./clients/clients.ts";
import type { ClientObserver } from "./clients/shardLoad.ts";
import type { Kernel } from "./kernel.ts";
import type { Listeners } from "./listeners.ts";
import type { NodeRequests } from "./live/nodeRequests.ts";
import type { Probes } from "./probe.ts";

/** Who hears of operations: the checks, a full trace, a camera. */
export function clientObserverOf(kernel: Kernel, observer: Observer): ClientObserver {
  const { recorder } = kernel;
  return {
    operationInvoked: (operation) => {
      if (recorder.isFull) {
        const { node, shard, id, input } = operation;
        recorder.trace(kernel.nowUs, node, "client.invoked", shard, -1, id, input.f);
      }
      observer.operationInvoked(operation);
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
    repliesDisordered: (nowUs, node, sentence) => observer.repliesDisordered(nowUs, node, sentence),
    redirected: (nowUs, operation, target) => observer.redirected(nowUs, operation, target),
    pipelineAnswered: () => observer.pipelineAnswered(),
    primaryLearnt: (nowUs, shard, node) =>
      recorder.trace(nowUs, "clients", "client.failover", shard, -1, -1, node),
  };
}

/** Connections belong to probes, to an onlooker, to who listens, or else to the clients. */
export function streamEventsOf(
  clients: Clients,
  probes: Probes,
  requests: NodeRequests,
  listeners: Listeners,
): ClientEvents {
  return {
    onTimer: (token) => clients.onTimer(token),
    onConnected: (connection) => {
      const isOthers = [probes, requests, listeners].some((other) => other.owns(connection));
      if (!isOthers) clients.onConnected(connection);
    },
    onBytes: (connection, bytes, sentUs) => {
      if (probes.owns(connection)) probes.onBytes(connection, bytes);
      else if (requests.owns(connection)) requests.onBytes(connection, bytes);
      else if (listeners.owns(connection)) listeners.onBytes(connection, bytes, sentUs);
      else clients.onBytes(connection, bytes, sentUs);
    },
    onClosed: (connection) => {
      if (probes.owns(connection)) probes.onClosed(connection);
      else if (requests.owns(connection)) requests.onClosed(connection);
      else if (listeners.owns(connection)) listeners.onClosed(connection);
      else clients.onClosed(connection);
    },
  };
}
