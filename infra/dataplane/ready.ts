/** A resource that exists once sites answer with the packages and settings that they were given. */
import * as z from "zod";
import { httpsOrigin, inputsOf, misfits, origin, sha256 } from "./checking.ts";
import { HalfDone } from "../protocol/provider.ts";
import type { Call, Resource } from "./resource.ts";

const siteSchema = z.strictObject({ address: httpsOrigin, digest: sha256, revision: sha256 });
type Site = z.output<typeof siteSchema>;

const schema = z.strictObject({
  sites: z.array(siteSchema).nonempty(),
  // A site on App Service may take minutes until it answers.
  withinSeconds: z.int().min(1).default(900),
  logs: z.string().min(1),
});
type Wanted = z.output<typeof schema>;

const EVERY_MILLISECONDS = 2_000;
const REQUEST_MILLISECONDS = 10_000;
/**
 * How many answers in a row are required: a process that is about to crash answers once or twice, and so does the old
 * process while the new one starts.
 */
const TIMES_RUNNING = 3;
const SHOWN_AT_MOST = 300;

export const ready: Resource = {
  token: "ehr:index:Ready",

  check: (inputs) => Promise.resolve(misfits(schema, inputs)),

  diff: (before, inputs) => ({
    updates: before["unanswered"] !== true && isSame(before["sites"], inputs["sites"]) ? [] : ["sites"],
    replaces: [],
  }),

  preview: () => ({}),

  create: async (inputs, call) => {
    const wanted = inputsOf(schema, inputs);
    await untilAllReady(wanted, call);
    return { id: wanted.sites.map(({ address }) => new URL(address).host).join(" "), outputs: {} };
  },

  /** There is nothing to look up, because the resource only records that something was waited for. */
  read: (id, inputs, outputs) => Promise.resolve({ id, inputs, outputs }),

  update: async (id, inputs, call) => {
    try {
      await untilAllReady(inputsOf(schema, inputs), call);
    } catch (error) {
      // The sites have their new settings already, so an update that goes back to the old settings has to wait for the
      // sites, too.
      throw new HalfDone(error, id, { ...inputs, unanswered: true });
    }
    return {};
  },

  delete: () => Promise.resolve(),
};

/** Whether the same set of packages and settings runs on the same sites, no matter which site runs which. */
function isSame(before: unknown, now: unknown): boolean {
  const [one, other] = [z.array(siteSchema).safeParse(before), z.array(siteSchema).safeParse(now)];
  if (!one.success || !other.success) return JSON.stringify(before) === JSON.stringify(now) && !one.error;
  const addresses = (sites: readonly Site[]) => sites.map(({ address }) => origin(address));
  const run = (sites: readonly Site[]) => sites.map(({ digest, revision }) => digest + revision);
  return isSameList(addresses(one.data), addresses(other.data)) && isSameList(run(one.data), run(other.data));
}

const isSameList = (one: readonly string[], other: readonly string[]): boolean =>
  JSON.stringify([...one].sort()) === JSON.stringify([...other].sort());

/** @throws when a site did not answer as wanted in time, with the last answer */
async function untilAllReady(wanted: Wanted, call: Call): Promise<void> {
  // The sites are asked at the same time, because a slot warms up while its site does. The first that fails ends the waiting
  // for the others.
  const given = new AbortController();
  const signal = AbortSignal.any([call.signal, given.signal]);
  try {
    await Promise.all(wanted.sites.map((site) => untilReady(site, wanted, { ...call, signal })));
  } finally {
    given.abort();
  }
}

async function untilReady(site: Site, wanted: Wanted, call: Call): Promise<void> {
  const withinSeconds = call.readyWithinSeconds ?? wanted.withinSeconds;
  const until = call.now().getTime() + withinSeconds * 1000;
  let running = 0;
  for (let said = ""; ;) {
    const answer = await ask(site, call.signal);
    running = answer === undefined ? running + 1 : 0;
    if (running === TIMES_RUNNING) return;
    if (answer !== undefined && answer !== said)
      call.say(`Not yet, for ${inMinutes(withinSeconds)} at most: ${new URL(site.address).host}: ${answer}`);
    said = answer ?? said;
    if (call.now().getTime() >= until) throw new Error(tooLate(site, said, wanted.logs, withinSeconds));
    await call.wait(EVERY_MILLISECONDS, call.signal);
  }
}

const inMinutes = (seconds: number): string =>
  seconds < 120 ? `${String(seconds)} s` : `${String(Math.round(seconds / 60))} min`;

const answerSchema = z.looseObject({ status: z.string(), package: z.string(), revision: z.string() });

/** What the site answered instead, in words; undefined when it is the wanted answer. */
async function ask({ address, digest, revision }: Site, signal: AbortSignal): Promise<string | undefined> {
  let status: number;
  let text: string;
  try {
    const response = await fetch(origin(address) + "/healthz", {
      redirect: "manual",
      headers: { accept: "application/json" },
      signal: AbortSignal.any([signal, AbortSignal.timeout(REQUEST_MILLISECONDS)]),
    });
    status = response.status;
    text = await response.text();
  } catch (error) {
    signal.throwIfAborted();
    return "no answer: " + reasonOf(error);
  }
  const body = status === 200 ? answerSchema.safeParse(parsed(text)).data : undefined;
  if (body === undefined) return `status ${String(status)}: ${shown(text)}`;
  if (body.status !== "up") return `status ${shown(body.status)}`;
  if (body.package !== digest) return "another package runs: " + shown(body.package);
  if (body.revision !== revision) return "it runs with other settings: revision " + shown(body.revision);
  return undefined;
}

/** The innermost cause, because fetch itself says only that it failed. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause !== undefined) return reasonOf(error.cause);
  return "code" in error && typeof error.code === "string" && !error.message.includes(error.code)
    ? `${error.code} ${error.message}`
    : error.message;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // An answer that is not JSON is reported like any other unwanted answer.
    return undefined;
  }
}

/** A foreign answer as one line, shortened. */
function shown(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  if (line === "") return "an empty answer";
  return line.length > SHOWN_AT_MOST ? line.slice(0, SHOWN_AT_MOST) + " …" : line;
}

function tooLate({ address, digest }: Site, said: string, logs: string, withinSeconds: number): string {
  const last = said === "" ? "it answered as it should, and not often enough" : said;
  return `${origin(address)}/healthz did not answer with package ${digest.slice(0, 12)}… and its settings within ${String(withinSeconds)} s. Last answer: ${last}. Its log: ${logs}. A site that began before its network did may not have got its package: restart it (az webapp restart). The next pulumi up waits again.`;
}
