/**
 * Tells whether anything of a request may have left. Node writes nothing of it before its connection stands, and is secure
 * where it is to be secure: an untrusted certificate, a handshake that hangs, and packets that are dropped leave the other
 * side with nothing.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { ClientRequest } from "node:http";
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";

/** Node's own clients tell here of each request as they make it: https://nodejs.org/api/diagnostics_channel.html#http */
const CREATED = "http.client.request.created";

/**
 * Makes a request, and keeps up to date whether anything of it may have left. A request that does not go by Node's own client
 * is not seen, and counts as having left.
 */
export async function watchLeave<T>(request: { left: boolean }, make: () => Promise<T>): Promise<T> {
  const making = new AsyncLocalStorage<true>();
  let isSeen = false;
  const created = (message: unknown) => {
    if (making.getStore() !== true) return;
    // A request that follows a redirection does not take back that the first one has left.
    if (!isSeen) request.left = false;
    isSeen = true;
    const made = (message as { readonly request: ClientRequest }).request;
    made.once("socket", (socket) => {
      onceWritable(made, socket, () => (request.left = true));
    });
  };
  request.left = true;
  subscribe(CREATED, created);
  try {
    return await making.run(true, make);
  } finally {
    unsubscribe(CREATED, created);
  }
}

/** Tells when the request can be written: at once on a connection that stands already. */
function onceWritable({ reusedSocket }: ClientRequest, socket: Socket, tell: () => void): void {
  const isSecured = socket instanceof TLSSocket;
  const stands = reusedSocket || (isSecured ? socket.getFinished() !== undefined : !socket.connecting);
  if (stands) tell();
  else socket.once(isSecured ? "secureConnect" : "connect", tell);
}
