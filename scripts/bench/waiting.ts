/**
 * Who is waiting, under load: notifications of Graph at the rate of a large hospital's busiest minute, and thousands of open
 * pages that are told of an arrival.
 */
import { randomBytes } from "node:crypto";
import { Agent, get } from "node:http";
import { setTimeout as passed } from "node:timers/promises";
import { PATHS, visitPath } from "../../app/domain/addresses.ts";
import type { Visit } from "../../app/domain/visit.ts";
import type { Parts } from "../../app/parts.ts";
import { encrypted } from "../../app/sandbox/microsoft/graph/notifier.ts";
import { hashed, newSecret } from "../../app/web/secrets.ts";
import type { Package } from "../build.ts";
import { startBenchDeployment } from "./deployment.ts";
import { residentMegabytes } from "./load.ts";
import { posted } from "./posted.ts";
import { rounded, type Row } from "./row.ts";

/** Before the id of the visit that it is about. */
const SUBSCRIPTION = "bench-";
const VISITS = 200;
const PER_SECOND = 200;
/** `BENCH_SECONDS=15` measures the open pages alone; people need the usual 60 seconds to come and be let in. */
const SECONDS = Number(process.env["BENCH_SECONDS"] ?? "60");
const PEOPLE = 12;
const PAGES = 5_000;
const OPENED_AT_ONCE = 100;
/** In how many visits a second somebody arrives while the pages are open. */
const ARRIVALS_PER_SECOND = 20;
const PATIENCE_MS = 120_000;
const MINUTE_MS = 60_000;

interface Graph {
  /**
   * Brings one notification, as Graph does: what was not answered is sent again.
   * @returns after how many milliseconds it was accepted; undefined if it was not
   */
  bring(visit: Visit, person: string, isInLobby: boolean): Promise<number | undefined>;
}

export async function waitingRows(bundle: Package): Promise<Row[]> {
  const deployment = await startBenchDeployment(bundle);
  const connector = await deployment.startConnector();
  try {
    await deployment.openVisit(connector.url);
    const parts = await deployment.parts();
    const { microsoft } = deployment.sandbox;
    await until(() => Promise.resolve(microsoft.subscriptions().length > 0), "a subscription");
    const [certificate] = microsoft.subscriptions();
    if (certificate === undefined) throw new Error("nobody has subscribed");
    const graph = graphAt(connector.url, parts, certificate, await microsoft.notificationToken());
    const visits = await visitsOf(parts);
    const told = await aMinute(graph, parts, visits);
    const shown = await openPages(connector, graph, parts, visits);
    await Promise.all([parts.store.close(), parts.queue.close()]);
    return [
      {
        name: `p99 of the webhook at ${String(PER_SECOND)} notifications a second for a minute`,
        ...{ value: rounded(told.p99Ms, 0), unit: "ms", target: 500, direction: "at-most" },
      },
      {
        name: "of them, lost",
        ...{ value: told.lost, unit: "notifications", target: 0, direction: "at-most" },
      },
      {
        name: `p99 from Graph's notification to an open page, of ${String(PAGES)}`,
        ...{ value: rounded(shown.p99Ms, 0), unit: "ms", target: 2000, direction: "at-most" },
      },
      {
        name: `resident memory with ${String(PAGES)} open pages`,
        ...{ value: rounded(shown.megabytes, 0), unit: "MB", target: 200, direction: "at-most" },
      },
    ];
  } finally {
    await connector.stop();
    await deployment.stop();
  }
}

function graphAt(
  connector: string,
  { clientStates }: Pick<Parts, "clientStates">,
  certificate: Parameters<typeof encrypted>[0],
  token: string,
): Graph {
  const agent = new Agent({ keepAlive: true });
  return {
    async bring(visit, id, isInLobby) {
      const event = {
        eventType: "rosterUpdated",
        eventDateTime: new Date().toISOString(),
        "participants@delta": [{ id, isInLobby, info: {} }],
      };
      const item = {
        clientState: clientStates.of(visit.id),
        subscriptionId: SUBSCRIPTION + visit.id,
        encryptedContent: encrypted(certificate, event),
      };
      const body = JSON.stringify({ value: [item], validationTokens: [token] });
      const begun = performance.now();
      const status = await posted(connector + PATHS.callEvents, { agent, body });
      return status === 202 ? performance.now() - begun : undefined;
    },
  };
}

/** Visits that begin soon, each with its meeting. */
async function visitsOf({ hospital, presences, visits, now }: Parts): Promise<readonly Visit[]> {
  const [connection] = await hospital.connections();
  const [department] = await hospital.departments(connection?.id ?? "");
  if (connection === undefined || department === undefined) throw new Error("no department");
  const start = new Date(now().getTime() + 10 * MINUTE_MS);
  const end = new Date(start.getTime() + 30 * MINUTE_MS);
  const opened: Visit[] = [];
  for (let number = 0; number < VISITS; number++) {
    const appointmentId = `bench-${String(number)}`;
    const visit = await visits.open({ connectionId: connection.id, appointmentId, department, start, end });
    await presences.watching(visit, { subscription: { id: SUBSCRIPTION + visit.id, until: end } });
    opened.push(visit);
  }
  return opened;
}

/** In each visit people come into the lobby, and are let in; in the end each of them is in. */
async function aMinute(
  graph: Graph,
  parts: Parts,
  visits: readonly Visit[],
): Promise<{ readonly p99Ms: number; readonly lost: number }> {
  const all = PER_SECOND * SECONDS;
  const turns = all / visits.length;
  const begun = performance.now();
  const bringing: Promise<number | undefined>[] = [];
  for (let number = 0; number < all; number++) {
    const due = begun + (number * 1000) / PER_SECOND - performance.now();
    if (due > 0) await passed(due);
    const turn = Math.floor(number / visits.length);
    const visit = visits[number % visits.length];
    if (visit === undefined) throw new Error("no visit");
    bringing.push(graph.bring(visit, `person-${String(turn % PEOPLE)}`, turn < turns - PEOPLE));
  }
  const took = await Promise.all(bringing);
  const isRead = async () => {
    for (const { id } of visits) {
      const kept = await parts.store.list("visits", id, {
        from: "notification ",
        before: "notification!",
        limit: 1,
      });
      if (kept.items.length > 0) return false;
    }
    return true;
  };
  await until(isRead, "every notification to be read");
  let missing = 0;
  for (const { id } of visits) {
    const people = (await parts.presences.of(id))?.people ?? [];
    missing += PEOPLE - people.filter(({ moments }) => moments.at(-1)?.whereabouts === "in").length;
  }
  const refused = took.filter((one) => one === undefined).length;
  return { p99Ms: p99(took.map((one) => one ?? Infinity)), lost: refused + missing };
}

/** Each page is another launch's, and is told when somebody comes into the lobby of its visit. */
async function openPages(
  { url, pid }: { readonly url: string; readonly pid: number },
  graph: Graph,
  parts: Parts,
  visits: readonly Visit[],
): Promise<{ readonly p99Ms: number; readonly megabytes: number }> {
  const agent = new Agent({ keepAlive: false });
  const heard: { readonly visit: number; told: number[] }[] = [];
  const opening = async (number: number) => {
    const at = number % visits.length;
    const visit = visits[at];
    if (visit === undefined) throw new Error("no visit");
    const page = { visit: at, told: [] as number[] };
    heard.push(page);
    await openStream(url + (await pathOf(parts, visit)), agent, () => page.told.push(performance.now()));
  };
  for (let number = 0; number < PAGES; number += OPENED_AT_ONCE)
    await Promise.all(Array.from({ length: OPENED_AT_ONCE }, (_, more) => opening(number + more)));
  await until(() => Promise.resolve(heard.every(({ told }) => told.length > 0)), "every page's first word");
  for (const page of heard) page.told = [];
  const sent: number[] = [];
  for (const visit of visits) {
    sent.push(performance.now());
    if ((await graph.bring(visit, "somebody-new", true)) === undefined) throw new Error("not accepted");
    await passed(1000 / ARRIVALS_PER_SECOND);
  }
  await until(() => Promise.resolve(heard.every(({ told }) => told.length > 0)), "every page to be told");
  const megabytes = await residentMegabytes(pid);
  const took = heard.map(({ visit, told: [first = Infinity] }) => first - (sent[visit] ?? 0));
  agent.destroy();
  return { p99Ms: p99(took), megabytes };
}

/** A launch that shows the visit. @returns the stream's path, and the cookie */
async function pathOf(
  { sessions, hospital }: Pick<Parts, "sessions" | "hospital">,
  visit: Visit,
): Promise<string> {
  const secret = newSecret();
  const launchId = randomBytes(16).toString("base64url");
  const connection = await hospital.connection(visit.connectionId);
  if (connection === undefined) throw new Error("no connection");
  const now = Date.now();
  const grant = {
    ...{ accessToken: "nobody's", obtainedAt: now, expiresAt: now + 60 * MINUTE_MS },
    ...{ fhirUser: connection.fhirBaseUrl + "/Practitioner/1", needPatientBanner: false },
  };
  const subject = { kind: "appointment", appointmentId: "bench", visitId: visit.id } as const;
  await sessions.start({ id: hashed(secret), launchId, connection }, { grant, place: subject });
  return `${visitPath(launchId)}${PATHS.waitingStream}#${secret}`;
}

/** @param address the stream's address, and behind `#` the secret of its launch's cookie */
function openStream(address: string, agent: Agent, onWaiting: () => void): Promise<void> {
  const { hash, ...url } = { hash: new URL(address).hash.slice(1), href: address.replace(/#.*$/u, "") };
  return new Promise((resolve, reject) => {
    const asking = get(url.href, { agent, headers: { cookie: "visit=" + hash } }, (answer) => {
      if (answer.statusCode !== 200) reject(new Error(`a stream was answered ${String(answer.statusCode)}`));
      answer.setEncoding("utf8");
      answer.on("data", (text: string) => {
        if (text.includes("event: waiting")) onWaiting();
      });
      answer.on("error", () => undefined);
      resolve();
    });
    asking.on("error", reject);
  });
}

async function until(isSo: () => Promise<boolean>, what: string): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`waited in vain for ${what}`);
    await passed(100);
  }
}

const p99 = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length * 0.99)] ?? Infinity;
