/**
 * Starts the process: reads the settings, listens, composes the parts, and begins background work. On a signal it finishes
 * what is under way and exits.
 */
import { randomUUID } from "node:crypto";
import { once, setMaxListeners } from "node:events";
import { createServer } from "node:http";
import { setTimeout as passed } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { CHECK_SETTINGS, settingsChecked } from "./checkSettings.ts";
import { compose } from "./compose.ts";
import { readSettings, SettingsFault, type Settings } from "./config/readSettings.ts";
import { jsonLog, type Log } from "./log.ts";
import type { Parts } from "./parts.ts";
import { buildServer } from "./server.ts";
import { beginWork } from "./worker.ts";
import { PACE } from "./worker/pace.ts";

const TRY_AGAIN_MS = 2_000;
const DRAIN_MS = 10_000;
const now = () => new Date();
const wait = (milliseconds: number, signal?: AbortSignal) =>
  passed(milliseconds, undefined, signal && { signal });
const log = jsonLog((line) => process.stdout.write(line), now);

function settingsOrExit(): Settings {
  try {
    return readSettings(process.env);
  } catch (error) {
    if (!(error instanceof SettingsFault)) throw error;
    process.stderr.write(error.message + "\n");
    process.exit(78); // EX_CONFIG
  }
}

/**
 * Composes the parts, and tries again until it succeeds: the vault or the store may come up later than this process. Until
 * then `/readyz` says so.
 */
async function composed(
  settings: Settings,
  stopping: AbortSignal,
  notYet: (cause: unknown) => void,
): Promise<Parts | undefined> {
  while (!stopping.aborted) {
    try {
      return await compose(settings, log, now, wait);
    } catch (error) {
      log.error("connector.not_ready", error);
      notYet(error);
      await wait(TRY_AGAIN_MS);
    }
  }
  return undefined;
}

function listenAddress(settings: Settings): string {
  return settings.environment === "local" ? "127.0.0.1" : "0.0.0.0";
}

async function main(settings: Settings, log: Log): Promise<void> {
  const local = settings.environment === "local";
  const stopping = new AbortController();
  // Each open page adds a listener, so no limit applies.
  setMaxListeners(0, stopping.signal);
  const { app, notYet, open } = buildServer({
    publicUrl: settings.publicUrl,
    packageDigest: settings.packageDigest,
    revision: settings.revision,
    publicFolder: fileURLToPath(new URL("./public", import.meta.url)),
    behindFrontEnd: !local,
    log,
    stopping: stopping.signal,
  });
  const server = createServer(app);
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const)
      process.once(signal, () => {
        stopping.abort();
        server.close(() => {
          resolve();
        });
        server.closeIdleConnections();
        setTimeout(() => {
          server.closeAllConnections();
        }, DRAIN_MS).unref();
      });
  });
  server.on("error", (error) => {
    log.error("connector.cannot_listen", error, { port: settings.port });
    process.exit(1);
  });
  server.listen(settings.port, listenAddress(settings), () => {
    log.info("connector.listening", { port: settings.port });
  });

  const parts = await composed(settings, stopping.signal, notYet);
  if (parts !== undefined) {
    const { handlers, undone, ticks } = open(parts);
    log.info("connector.ready");
    const endWork = beginWork({
      ...parts,
      handlers,
      undone,
      rounds: ticks,
      takesWork: settings.worker,
      standing: parts.workStanding,
      chance: Math.random,
      holder: randomUUID,
      pace: PACE,
    });
    if (!stopping.signal.aborted) await once(stopping.signal, "abort");
    await Promise.all([stopped, endWork()]);
    await Promise.all([parts.store.close(), parts.queue.close()]);
  }
  log.info("connector.stopped");
}

const settings = settingsOrExit();
if (process.argv.includes(CHECK_SETTINGS)) process.stdout.write(JSON.stringify(settingsChecked()) + "\n");
else await main(settings, log);
