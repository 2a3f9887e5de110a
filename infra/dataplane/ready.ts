/** The site answers as the package and the settings that it was given. */
import { z } from "zod";
import { httpsOrigin, inputsOf, misfits, origin, sha256 } from "./checking.ts";
import { isKnown } from "./properties.ts";
import type { Call, Resource } from "./resource.ts";

const schema = z.strictObject({
  address: httpsOrigin,
  digest: sha256,
  revision: sha256,
  withinSeconds: z.number().int().min(1).max(3600).default(900),
  logs: z.string().min(1),
});
type Wanted = z.output<typeof schema>;

const EVERY_SECONDS = 5;
const REQUEST_MILLISECONDS = 10_000;
/** A process that is about to fall over answers once or twice; so does the old one while the new one starts. */
const TIMES_RUNNING = 3;
const SHOWN_AT_MOST = 300;

export const ready: Resource = {
  token: "ehr:index:Ready",

  check: (inputs) => Promise.resolve(misfits(schema, inputs)),

  diff: (before, inputs) => ({
    updates: ["address", "digest", "revision"].filter(
      (name) => !isKnown(inputs[name]) || before[name] !== inputs[name],
    ),
    replaces: [],
  }),

  preview: () => ({}),

  create: async (inputs, call) => {
    const wanted = inputsOf(schema, inputs);
    await untilReady(wanted, call);
    return { id: new URL(wanted.address).host, outputs: {} };
  },

  /** What was waited for is over; nothing can be looked up. */
  read: (id, inputs, outputs) => Promise.resolve({ id, inputs, outputs }),

  update: async (_id, inputs, call) => {
    await untilReady(inputsOf(schema, inputs), call);
    return {};
  },

  delete: () => Promise.resolve(),
};

/** @throws when it did not answer so in time, with what it answered last */
async function untilReady(wanted: Wanted, call: Call): Promise<void> {
  const until = call.now().getTime() + wanted.withinSeconds * 1000;
  let running = 0;
  for (let said = ""; ;) {
    const answer = await ask(wanted, call.signal);
    running = answer === undefined ? running + 1 : 0;
    if (running === TIMES_RUNNING) return;
    if (answer !== undefined && answer !== said) call.say("Not yet: " + answer);
    said = answer ?? said;
    if (call.now().getTime() >= until) throw new Error(tooLate(wanted, said));
    await call.wait(EVERY_SECONDS, call.signal);
  }
}

const answerSchema = z.looseObject({ status: z.string(), package: z.string(), revision: z.string() });

/** What was answered instead, in words; undefined when it is what is waited for. */
async function ask({ address, digest, revision }: Wanted, signal: AbortSignal): Promise<string | undefined> {
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

function tooLate({ address, digest, withinSeconds, logs }: Wanted, said: string): string {
  const last = said === "" ? "it answered as it should, and not often enough" : said;
  return `${origin(address)}/healthz did not answer with package ${digest.slice(0, 12)}… and its settings within ${String(withinSeconds)} s. Last answer: ${last}. Its log: ${logs}. The next pulumi up waits again.`;
}
