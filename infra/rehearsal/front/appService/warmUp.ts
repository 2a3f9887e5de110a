/** Waits for a started process to answer, by the pings that App Service sends. */
import { setTimeout as passed } from "node:timers/promises";
import { StartRefused } from "./command.ts";
import type { SiteProcess } from "./process.ts";

const PING_EVERY_MS = 50;
const PING_MS = 10_000;
const USUAL_SECONDS = 230;
const MOST_SECONDS = 1800;

/** Thrown when a newer start of the site replaces this one. */
export class Superseded extends Error {
  override readonly name = "Superseded";
}

interface WarmUp {
  /** The port that the process was told to listen on. */
  readonly asked: number;
  readonly isCurrent: () => boolean;
  /** The longest wait, even if the settings allow more. */
  readonly startSeconds: number;
}

/**
 * Resolves to the real port of the process once it answers.
 * https://learn.microsoft.com/azure/app-service/reference-app-settings
 * @throws StartRefused, Superseded
 */
export async function untilWarm(
  process: SiteProcess,
  settings: Readonly<Record<string, string>>,
  { asked, isCurrent, startSeconds }: WarmUp,
): Promise<number> {
  const { WEBSITE_WARMUP_PATH: path = "/robots933456.txt", WEBSITE_WARMUP_STATUSES: statuses } = settings;
  const said = Number(settings["WEBSITES_CONTAINER_START_TIME_LIMIT"] ?? USUAL_SECONDS);
  const seconds = Math.min(said, MOST_SECONDS, startSeconds);
  const until = performance.now() + seconds * 1000;
  for (let last = "nothing answered"; ;) {
    if (!isCurrent()) throw new Superseded();
    if (process.hasEnded()) throw new StartRefused(silent(asked, await process.ended));
    const port = process.portOf(asked);
    const answer = port === undefined ? undefined : await ping(port, path);
    if (
      port !== undefined &&
      answer !== undefined &&
      (statuses === undefined || statuses.split(",").includes(answer))
    )
      return port;
    if (answer !== undefined) last = `${path} answered ${answer}`;
    if (performance.now() > until)
      throw new StartRefused(silent(asked, `${last} within ${String(seconds)} s`));
    await passed(PING_EVERY_MS);
  }
}

const silent = (asked: number, why: string): string =>
  `The container didn't respond to HTTP pings on port ${String(asked)}, failing site start: ${why}.`;

/** The answer's status in digits; undefined when there was no answer. */
export async function ping(port: number, path: string): Promise<string | undefined> {
  try {
    const response = await fetch(`http://127.0.0.1:${String(port)}${path}`, {
      redirect: "manual",
      headers: { "user-agent": "HealthCheck/1.0" },
      signal: AbortSignal.timeout(PING_MS),
    });
    await response.body?.cancel();
    return String(response.status);
  } catch {
    // That there is no answer is a result of the ping, and not an error.
    return undefined;
  }
}
