/**
 * The chart, Communication Services and the connector's own webhook, in a process that nobody kills. They fail at random,
 * before or after they do what they were asked. The stand-in of Communication Services counts what reached patients.
 */
import type { AddressInfo } from "node:net";
import { createServer } from "node:http";
import express, { json, type Express, type Response } from "express";
import { PATHS } from "../../../app/domain/addresses.ts";
import type { AppointmentStatus } from "../../../app/domain/appointmentStatus.ts";
import { reply, type SentMail, type SentText } from "../../../app/sandbox/communication/desk.ts";
import { NUMBER, type AtVendor } from "./atVendor.ts";
import { startVendor } from "./vendor.ts";

/** What the connector's process knew when it was about to hand a message over. */
export interface Handed {
  /** The id of our message, which the vendor is also told. */
  readonly id: string;
  readonly visit: string;
  /** The process, and when it began to look up whether the number's owner had said STOP. */
  readonly by: string;
  readonly looked?: number;
}

export interface Came {
  readonly to: string;
  readonly words: string;
  readonly at: number;
  readonly looked: number | undefined;
  /** The visit's status as the chart last answered it to that process. */
  readonly status: AppointmentStatus | undefined;
}

export interface BookedVisit {
  readonly start: Date;
  readonly end: Date;
  status: AppointmentStatus;
}

export interface Outside {
  readonly port: number;
  readonly vendor: AtVendor;
  readonly booked: Map<string, BookedVisit>;
  came(): readonly Came[];
  counts(): { readonly texts: number; readonly mails: number; readonly handedAgain: number };
  /** Has the owner of a number answer STOP. */
  stop(number: string): void;
  /** For each number, when the webhook had answered its owner's STOP with 200; milliseconds since 1970. */
  readonly stops: ReadonlyMap<string, number>;
  end(): Promise<void>;
}

export const WEBHOOK_TOKEN = "of-the-tenant";

/** @param webhook the connector's routes for what Event Grid brings */
export async function startOutside(trouble: number, webhook: (app: Express) => void): Promise<Outside> {
  const booked = new Map<string, BookedVisit>();
  const answered = new Map<string, AppointmentStatus>();
  /** For each message's id, what the process knew when it handed the message over. */
  const handed = new Map<string, Handed & { readonly status: AppointmentStatus | undefined }>();
  const stops = new Map<string, number>();
  let handedAgain = 0;
  const fails = () => Math.random() < trouble / 2;
  const app = express();
  const done = (response: Response, body: object) => {
    if (fails()) response.destroy();
    else response.json(body);
  };
  app.use(["/appointment", "/handed"], (_request, response, next) => {
    if (fails()) response.status(503).end();
    else next();
  });
  app.get("/appointment", ({ query }, response) => {
    const { id, by } = query as { readonly id: string; readonly by: string };
    const visit = booked.get(id);
    if (visit === undefined) throw new Error("nobody booked " + id);
    answered.set(by + " " + id, visit.status);
    done(response, visit);
  });
  app.post("/handed", json(), ({ body }, response) => {
    const one = body as Handed;
    if (handed.has(one.id)) handedAgain += 1;
    // What the process knew counts only if the message is sent now: repeating one that has come sends nothing.
    if (!hasCome(one.id)) handed.set(one.id, { ...one, status: answered.get(one.by + " " + one.visit) });
    vendor.trip();
    response.json({});
  });
  app.use((request, response, next) => {
    response.once("finish", () => {
      if (response.statusCode === 200) for (const from of stopsIn(request.body)) stops.set(from, Date.now());
    });
    next();
  });
  webhook(app);
  const server = createServer(app);
  server.keepAliveTimeout = 60_000;
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${String(port)}${PATHS.events}`;
  const vendor = await startVendor(trouble, { url, token: WEBHOOK_TOKEN });
  const { desk } = vendor;
  const texts = () => desk.texts.filter((one): one is SentText => one.kind === "text");
  const hasCome = (id: string) =>
    desk.byRepeatability.has(id) || desk.mails.some(({ operationId }) => operationId === id);
  const cameOf = (id: string | undefined, { to, at }: SentText | SentMail, words: string): Came => ({
    ...{ to, words, at: at.getTime() },
    looked: handed.get(id ?? "")?.looked,
    status: handed.get(id ?? "")?.status,
  });
  return {
    port,
    vendor: vendor.at,
    booked,
    stops,
    came: () => [
      ...texts().map((one) => cameOf(one.tag, one, one.text)),
      ...desk.mails.map((one) => cameOf(one.operationId, one, one.subject)),
    ],
    counts: () => ({ texts: texts().length, mails: desk.mails.length, handedAgain }),
    stop: (number) => reply(desk, number, NUMBER, "STOP"),
    async end() {
      await vendor.stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The numbers whose STOP is in what Event Grid delivered. */
function stopsIn(body: unknown): readonly string[] {
  if (!Array.isArray(body)) return [];
  return (body as readonly { eventType: string; data: { From?: string; Message?: string } }[])
    .filter(({ eventType, data }) => eventType.endsWith("SMSReceived") && data.Message === "STOP")
    .map(({ data }) => "+" + (data.From ?? ""));
}
