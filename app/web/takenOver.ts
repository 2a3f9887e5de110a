/**
 * Takes a request's connection away from Node's HTTP server, as Node itself does where a request asks for another protocol.
 * Of the 16 KB that Node needs for each open answer, a connection alone needs 4.
 */
import type { Socket } from "node:net";
import type { Response } from "express";

/** Node's parser of what comes on a connection. Node has no public name for it. */
interface Parser {
  unconsume(): void;
  remove(): void;
  close(): void;
}

/** The events to which the server listens on a connection. */
const HEARD = ["close", "data", "drain", "end", "error", "pause", "resume", "timeout"];

/**
 * Whether nothing was answered yet, and no answer to an earlier request of the connection is under way. Not where the head
 * alone is asked for, which Express hands to the handler of GET: nothing may follow it.
 */
export const canBeTakenOver = (response: Response): boolean =>
  response.req.method !== "HEAD" &&
  response.socket !== null &&
  !response.socket.destroyed &&
  !response.headersSent;

/**
 * The connection, on which the caller writes the whole answer from its first line on. What the client still sends is thrown
 * away, and when it ends the connection, that is all. The server waits for the connection as for every other when it closes,
 * but does not end it.
 * @throws Error where `canBeTakenOver` is false
 */
export function takenOver(response: Response): Socket {
  const { req: request, socket } = response;
  if (socket === null) throw new Error("The answer has no connection.");
  const parser = parserOf(socket);
  // An unknown Node keeps what it has, which costs memory and nothing else.
  if (parser !== undefined) {
    for (const event of HEARD) socket.removeAllListeners(event);
    response.detachSocket(socket);
    letGo(parser);
    Object.assign(socket, { parser: null });
    Object.assign(request, { parser: null });
    socket.on("end", destroy);
  }
  // An error without a listener would end the process for everybody; the connection closes after it.
  socket.on("error", nothing);
  socket.setTimeout(0);
  socket.resume();
  return socket;
}

function parserOf(socket: Socket): Parser | undefined {
  const { parser } = socket as { readonly parser?: Partial<Parser> | null };
  const isKnown = [parser?.unconsume, parser?.remove, parser?.close].every(
    (one) => typeof one === "function",
  );
  return isKnown ? (parser as Parser) : undefined;
}

function letGo(parser: Parser): void {
  parser.unconsume();
  parser.remove();
  // Its stack may not have unwound.
  setImmediate(() => {
    parser.close();
  });
}

// Listeners are functions of the module: one that is made above would hold the request for as long as the connection lasts.
const nothing = () => undefined;
function destroy(this: Socket): void {
  this.destroy();
}
