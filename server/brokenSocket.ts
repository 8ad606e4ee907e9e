/** Ends of connections that break without good manners. */
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";

/** The other end hears of it at once. */
export function resetSocket(socket: Socket): void {
  if (socket instanceof TLSSocket) socket.destroy();
  else socket.resetAndDestroy();
}

/** Nothing more is heard or said; the other end believes in the connection until it sends something, which is answered by a reset. */
export function forgetSocket(socket: Socket): void {
  for (const event of ["data", "end", "timeout", "close"]) socket.removeAllListeners(event);
  socket.setTimeout(0);
  socket.on("error", () => {});
  socket.on("data", () => resetSocket(socket));
  socket.on("end", () => socket.destroy());
  socket.resume();
}
