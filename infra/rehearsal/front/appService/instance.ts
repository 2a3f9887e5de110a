/**
 * One site or slot, as long as the cloud holds it: it is restarted whenever it changes, and answered for while it is not up.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { setImmediate } from "node:timers/promises";
import { saidAt } from "../../azure/controlPlane/json.ts";
import { addressOf, type Caller } from "../hosts/caller.ts";
import { StartRefused } from "./command.ts";
import { isLetIn } from "./accessRestrictions.ts";
import { forward } from "./forward.ts";
import { launch, type Launched, type Platform } from "./launch.ts";
import { applicationError, forbidden, nothingDeployed, stopped } from "./pages.ts";
import { isStopped, siteNameOf, slotNameOf } from "./siteView.ts";
import { ping, Superseded } from "./warmUp.ts";

export type State = "starting" | "up" | "empty" | "failed";

export interface Instance {
  readonly host: string;
  state(): State;
  /** The site's console and the platform's own lines, oldest first. */
  log(): string;
  /** Restarts it with what the cloud holds at the time of the start. */
  restart(): void;
  /** Resolves when no start is under way. */
  settled(): Promise<State>;
  /** The status, in digits, that it answers to App Service's health check. */
  health(): Promise<string | undefined>;
  answer(request: IncomingMessage, response: ServerResponse, caller: Caller): void;
  stop(): Promise<void>;
}

const LINES_AT_MOST = 2_000;
const CRASHES_AT_MOST = 3;
/** After a start that failed, a call starts it again, but not sooner than this. */
const AGAIN_AFTER_MS = 2_000;

export function openInstance(platform: Platform, id: string): Instance {
  const lines: string[] = [];
  let state: State = "starting";
  let wanted = 0;
  let last: Promise<void> = Promise.resolve();
  let running: Launched | undefined;
  let crashes = 0;
  let failedAt = 0;

  const site = () => platform.cloud().find(id);
  const name = [siteNameOf(id), slotNameOf(id)].join("/");
  const log = (line: string) => {
    lines.push(line);
    lines.splice(0, lines.length - LINES_AT_MOST);
  };
  const say = (words: string) => log(`${platform.tenant.now().toISOString()} ${name} ${words}`);

  async function halt(): Promise<void> {
    const before = running;
    running = undefined;
    await before?.stop();
  }

  function begin(): void {
    const mine = ++wanted;
    state = "starting";
    const isCurrent = () => mine === wanted;
    last = last.then(async () => {
      await halt();
      // Waits until the cloud has finished its operation, so that several changes at a time cause one start.
      await setImmediate();
      if (isCurrent()) await start(isCurrent);
    });
  }

  async function start(isCurrent: () => boolean): Promise<void> {
    const current = site();
    if (current === undefined || isStopped(current)) {
      state = "empty";
      return;
    }
    say("starts.");
    try {
      running = await launch(platform, { site: current, isCurrent, log });
      state = running === undefined ? "empty" : "up";
      say(running === undefined ? "has no package to run." : "is up.");
      watch(running, isCurrent);
    } catch (error) {
      if (error instanceof Superseded) return;
      fail(error instanceof StartRefused ? error.message : String(error));
    }
  }

  function watch(launched: Launched | undefined, isCurrent: () => boolean): void {
    if (launched === undefined) return;
    void launched.ended.then((how) => {
      if (!isCurrent() || running !== launched) return;
      crashes += 1;
      say(`ended: ${how}.`);
      if (crashes > CRASHES_AT_MOST) fail("The container crashes again and again, stopping site.");
      else begin();
    });
  }

  const healthPath = () => saidAt(site()?.properties, "siteConfig.healthCheckPath");

  function fail(words: string): void {
    say(words);
    state = "failed";
    failedAt = performance.now();
  }

  return {
    get host() {
      return saidAt(site()?.properties, "defaultHostName");
    },
    state: () => state,
    log: () => lines.join("\n"),
    restart: () => {
      crashes = 0;
      begin();
    },
    settled: async () => {
      for (let seen = 0; seen !== wanted;) {
        seen = wanted;
        await last;
      }
      return state;
    },
    health: async () =>
      running === undefined || healthPath() === "" ? undefined : ping(running.port, healthPath()),
    answer: (request, response, caller) => {
      const current = site();
      if (current === undefined || isStopped(current)) stopped(response);
      else if (!isLetIn(platform.cloud(), current, caller, request.headers))
        forbidden(response, addressOf(caller));
      else if (running !== undefined && state === "up") forward(request, response, running.port, caller);
      else if (state === "empty") nothingDeployed(response);
      else {
        if (state === "failed" && performance.now() - failedAt > AGAIN_AFTER_MS) begin();
        applicationError(response);
      }
    },
    stop: async () => {
      wanted += 1;
      await last;
      await halt();
    },
  };
}
