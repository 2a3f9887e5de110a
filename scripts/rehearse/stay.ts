/** For a rehearsal that stays up: what can be opened, and what a person can do next. */
import { createInterface } from "node:readline";
import type { Rehearsal } from "../../infra/rehearsal/rehearsal.ts";
import { outsideOf } from "../../infra/rehearsal/target.ts";
import type { StackSettings } from "../../infra/stack.ts";
import { personsBrowser, quoted, type PersonsBrowser } from "./browser.ts";

/** Opens a browser, or says how to open one. */
export async function invite(
  rehearsal: Rehearsal,
  stack: StackSettings,
  say: (line: string) => void,
): Promise<PersonsBrowser> {
  const { front } = rehearsal.azure;
  const { port } = await front.entryPoint(outsideOf(stack), "person");
  const board = rehearsal.oracle()?.board ?? "about:blank";
  const browser = await personsBrowser(front, port, board);
  say("");
  say("It stays up. In a browser for which every name leads here:");
  say("  " + board + "  the chart system's board: sign in, open a chart, press Microsoft Teams");
  for (const { host } of rehearsal.azure.appService.sites()) say("  https://" + host + "/  the site");
  if (stack.publicHost !== undefined) say("  https://" + stack.publicHost + "/  the connector");
  if (browser.absent !== undefined) {
    say("No browser was opened, because " + browser.absent + ". This opens one:");
    say("  " + quoted(browser.command));
  }
  return browser;
}

/** Resolves to true when a person asks for another `up`, and to false at a Ctrl-C. Input that has ended asks for nothing. */
export function wantsAnother(input: NodeJS.ReadableStream, signal: AbortSignal): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  if (signal.aborted) return Promise.resolve(false);
  const lines = createInterface({ input });
  const end = (answer: boolean) => {
    lines.removeAllListeners();
    lines.close();
    clearInterval(waiting);
    resolve(answer);
  };
  // Keeps the process running even if nobody can press Enter.
  const waiting = setInterval(() => undefined, 60_000);
  lines.once("line", () => end(true));
  signal.addEventListener("abort", () => end(false), { once: true });
  return promise;
}
