/** The kernel as clients see it: a clock, timers, and connections to machines. */
import { worldBeginsUnixUs } from "./clock.ts";
import type { ClientHost } from "./clients/clientHost.ts";
import { CLIENT_TIMER } from "./events.ts";
import type { Kernel } from "./kernel.ts";

export function clientHostOf(kernel: Kernel): ClientHost {
  const { clientStreams, scheduler } = kernel;
  let order = 0;
  return {
    nowUs: () => scheduler.nowUs,
    unixMs: () => Math.floor((worldBeginsUnixUs + scheduler.nowUs) / 1000),
    nextOrder: () => {
      order += 1;
      return order;
    },
    schedule: (atUs, token) => {
      const dueUs = Math.max(scheduler.nowUs, Math.ceil(atUs));
      scheduler.schedule(dueUs, CLIENT_TIMER, token, 0, undefined);
    },
    connect: (node) => clientStreams.connect(node),
    send: (connection, bytes) => clientStreams.send(connection, bytes),
    close: (connection) => clientStreams.closeFromClient(connection),
  };
}
