/**
 * A TLS connection around a handle that was accepted, which decrypts into a shared buffer as plain sockets read into it. Node's own way
 * there is two sockets, of which the outer has no option `onread`: that costs an array and a turn through two streams for each piece.
 */
import type { OnReadOpts } from "node:net";
import { type SecureContext, TLSSocket, type TLSSocketOptions } from "node:tls";

/** libuv's handle of an accepted connection, which Node's types do not know. */
export interface ConnectionHandle {
  readonly fd?: number;
  close(): void;
}

export interface TlsOptions {
  readonly secureContext: SecureContext;
  readonly requestCert: boolean;
  readonly rejectUnauthorized: boolean;
}

interface AcceptedOptions extends TLSSocketOptions {
  readonly acceptedHandle: ConnectionHandle;
  readonly onread: OnReadOpts;
  readonly allowHalfOpen: boolean;
}

/** What Node keeps of the options, and how it comes by the handle that it encrypts for. */
interface Internals {
  readonly _tlsOptions: AcceptedOptions;
  connecting: boolean;
}

interface HandleWrapper {
  _wrapHandle(wrap: unknown, handle: unknown, hasActiveWrite: unknown): unknown;
}

class AcceptedTlsSocket extends TLSSocket {
  _wrapHandle(wrap: unknown, _handle: unknown, hasActiveWrite: unknown): unknown {
    const { acceptedHandle } = (this as unknown as Internals)._tlsOptions;
    const { prototype } = TLSSocket as unknown as { readonly prototype: HandleWrapper };
    return prototype._wrapHandle.call(this, wrap, acceptedHandle, hasActiveWrite);
  }
}

export function acceptTls(
  handle: ConnectionHandle,
  onread: OnReadOpts,
  tls: TlsOptions,
): TLSSocket {
  const options: AcceptedOptions = {
    ...tls,
    isServer: true,
    acceptedHandle: handle,
    onread,
    allowHalfOpen: true,
  };
  const socket = new AcceptedTlsSocket(undefined as never, options);
  // Made without a socket, it waits to be connected.
  (socket as unknown as Internals).connecting = false;
  return socket;
}
