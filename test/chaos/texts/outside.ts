/**
 * The chart, the carriers and the mailboxes, in a process that nobody kills. They fail at random, before they do what they
 * were asked or after it, and count what really came: a text once an id, a mail each time.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text as textOf } from "node:stream/consumers";
import type { AppointmentStatus } from "../../../app/domain/appointmentStatus.ts";

/** As the connector's process asks for one to be sent, with what it knew by then. */
export interface Handed {
  readonly id: string;
  readonly to: string;
  readonly words: string;
  /** Which process, and when it began to look up whether the number had ended texts. */
  readonly by: string;
  readonly looked?: number;
}

export interface Came extends Handed {
  readonly at: number;
  /** What the chart had answered that process last of the visit. */
  readonly status: AppointmentStatus | undefined;
}

export interface BookedVisit {
  readonly start: Date;
  readonly end: Date;
  status: AppointmentStatus;
}

export interface Outside {
  readonly port: number;
  readonly booked: Map<string, BookedVisit>;
  readonly texts: readonly Came[];
  readonly mails: readonly Came[];
  /** Texts that came again under their id: after a kill, or an answer that was lost. */
  readonly repeated: () => number;
  stop(): Promise<void>;
}

export async function startOutside(trouble: number, visitOf: (to: string) => string): Promise<Outside> {
  const booked = new Map<string, BookedVisit>();
  const answered = new Map<string, AppointmentStatus>();
  const texts = new Map<string, Came>();
  const mails: Came[] = [];
  let repeated = 0;
  const fails = () => Math.random() < trouble / 2;
  const answer = (request: IncomingMessage, response: ServerResponse, body: object) => {
    if (fails()) request.socket.destroy();
    else response.end(JSON.stringify(body));
  };
  const cameOf = (handed: Handed): Came => ({
    ...handed,
    at: Date.now(),
    status: answered.get(handed.by + " " + visitOf(handed.to)),
  });
  const server = createServer((request, response) => {
    void (async () => {
      const { pathname, searchParams } = new URL(request.url ?? "", "http://outside.invalid");
      const id = searchParams.get("id") ?? "";
      if (fails()) {
        response.writeHead(503).end();
        return;
      }
      switch (pathname) {
        case "/appointment": {
          const visit = booked.get(id);
          if (visit === undefined) throw new Error("nobody booked " + id);
          answered.set((searchParams.get("by") ?? "") + " " + id, visit.status);
          answer(request, response, visit);
          return;
        }
        case "/text": {
          const handed = JSON.parse(await textOf(request)) as Handed;
          if (texts.has(handed.id)) repeated += 1;
          else texts.set(handed.id, cameOf(handed));
          answer(request, response, {});
          return;
        }
        case "/mail":
          mails.push(cameOf(JSON.parse(await textOf(request)) as Handed));
          answer(request, response, {});
          return;
        default:
          answer(request, response, { isThere: mails.some((mail) => mail.id === id) });
      }
    })();
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    booked,
    get texts() {
      return [...texts.values()];
    },
    mails,
    repeated: () => repeated,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
