/**
 * The chart, Communication Services and the connector's own webhook, in a process that nobody kills. They fail at random,
 * before they do what they were asked or after it; what came to patients is what the stand-in counts.
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
  /** Of our message, which the vendor is told. */
  readonly id: string;
  readonly visit: string;
  /** Which process, and when it began to look up whether the number had ended texts. */
  readonly by: string;
  readonly looked?: number;
}

export interface Came {
  readonly to: string;
  readonly words: string;
  readonly at: number;
  readonly looked: number | undefined;
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
  readonly vendor: AtVendor;
  readonly booked: Map<string, BookedVisit>;
  came(): readonly Came[];
  counts(): { readonly texts: number; readonly mails: number; readonly handedAgain: number };
  /** A patient answers STOP. */
  stop(number: string): void;
  /** Moments at which a patient's STOP had been answered 200. */
  readonly stops: ReadonlyMap<string, number>;
  end(): Promise<void>;
}

export const WEBHOOK_TOKEN = "of-the-tenant";

/** @param webhook the connector's routes for what Event Grid brings */
export async function startOutside(trouble: number, webhook: (app: Express) => void): Promise<Outside> {
  const booked = new Map<string, BookedVisit>();
  const answered = new Map<string, AppointmentStatus>();
  /** By the message's id: what was known when it was handed over first, and when it came. */
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
    // What it knew counts when it is sent: a repetition of what has come already sends nothing.
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

/** Numbers of those whose STOP stands in what Event Grid brought. */
function stopsIn(body: unknown): readonly string[] {
  if (!Array.isArray(body)) return [];
  return (body as readonly { eventType: string; data: { From?: string; Message?: string } }[])
    .filter(({ eventType, data }) => eventType.endsWith("SMSReceived") && data.Message === "STOP")
    .map(({ data }) => "+" + (data.From ?? ""));
}
