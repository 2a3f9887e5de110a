/** Sites answer as the packages and the settings that they were given. */
import { z } from "zod";
import { httpsOrigin, inputsOf, misfits, origin, sha256 } from "./checking.ts";
import { HalfDone } from "../protocol/provider.ts";
import type { Call, Resource } from "./resource.ts";

const siteSchema = z.strictObject({ address: httpsOrigin, digest: sha256, revision: sha256 });
type Site = z.output<typeof siteSchema>;

const schema = z.strictObject({
  sites: z.array(siteSchema).nonempty(),
  // A site on App Service may take minutes.
  withinSeconds: z.int().min(1).default(900),
  logs: z.string().min(1),
});
type Wanted = z.output<typeof schema>;

const EVERY_MILLISECONDS = 2_000;
const REQUEST_MILLISECONDS = 10_000;
/** A process that is about to fall over answers once or twice; so does the old one while the new one starts. */
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

  /** What was waited for is over; nothing can be looked up. */
  read: (id, inputs, outputs) => Promise.resolve({ id, inputs, outputs }),

  update: async (id, inputs, call) => {
    try {
      await untilAllReady(inputsOf(schema, inputs), call);
    } catch (error) {
      // The sites have their new settings: whoever goes back to the old ones has to wait for them, too.
      throw new HalfDone(error, id, { ...inputs, unanswered: true });
    }
    return {};
  },

  delete: () => Promise.resolve(),
};

/** The same sites run the same packages with the same settings, whichever of them runs which. */
function isSame(before: unknown, now: unknown): boolean {
  const [one, other] = [z.array(siteSchema).safeParse(before), z.array(siteSchema).safeParse(now)];
  if (!one.success || !other.success) return JSON.stringify(before) === JSON.stringify(now) && !one.error;
  const addresses = (sites: readonly Site[]) => sites.map(({ address }) => origin(address));
  const run = (sites: readonly Site[]) => sites.map(({ digest, revision }) => digest + revision);
  return isSameList(addresses(one.data), addresses(other.data)) && isSameList(run(one.data), run(other.data));
}

const isSameList = (one: readonly string[], other: readonly string[]): boolean =>
  JSON.stringify([...one].sort()) === JSON.stringify([...other].sort());

/** @throws when one of them did not answer so in time, with what it answered last */
async function untilAllReady(wanted: Wanted, call: Call): Promise<void> {
  // All at once: a slot is warm by the time its site is. The first that fails ends the waiting for the others.
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

/** What was answered instead, in words; undefined when it is what is waited for. */
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

/** The innermost reason: fetch says no more than that it failed. */
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
    // Not JSON is one of the answers that are told.
    return undefined;
  }
}

/** Of somebody else's answer: one line, and not all of a page. */
function shown(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  if (line === "") return "an empty answer";
  return line.length > SHOWN_AT_MOST ? line.slice(0, SHOWN_AT_MOST) + " …" : line;
}

function tooLate({ address, digest }: Site, said: string, logs: string, withinSeconds: number): string {
  const last = said === "" ? "it answered as it should, and not often enough" : said;
  return `${origin(address)}/healthz did not answer with package ${digest.slice(0, 12)}… and its settings within ${String(withinSeconds)} s. Last answer: ${last}. Its log: ${logs}. A site that began before its network did may not have got its package: restart it (az webapp restart). The next pulumi up waits again.`;
}
