/**
 * Site and slot by Azure's management API: what they run, and their swap
 * (https://learn.microsoft.com/rest/api/appservice/web-apps/swap-slot-with-production).
 */
import { setTimeout as passed } from "node:timers/promises";
import type { TokenCredential } from "@azure/identity";
import * as z from "zod";
import { AZURE_CONSTANTS } from "../../infra/components/azureConstants.ts";
import { STAGING } from "../../infra/components/site.ts";
import { azureSecondMs } from "../../infra/dataplane/environment.ts";
import { onceUnthrottled } from "../throttled.ts";

const VERSION = "api-version=2024-04-01";
const DEADLINE_MS = 30_000;
/** A swap warms the slot up first, which may take minutes. */
const SWAP_SECONDS = 1800;
const EVERY_SECONDS = 5;
const ANSWERS_RUNNING = 3;
const SERVES_SECONDS = 600;

export interface Sites {
  running(): Promise<{ readonly site: string; readonly slot: string }>;
  swap(): Promise<void>;
  serves(digest: string): Promise<void>;
  /** The address of the slot. */
  slotAddress(): Promise<URL>;
}

export interface SitesOptions {
  /** Resource id of the site. */
  readonly siteId: string;
  readonly credential: TokenCredential;
  readonly signal: AbortSignal;
}

const siteSchema = z.object({
  properties: z.object({
    defaultHostName: z.string(),
    inProgressOperationId: z.string().nullish(),
  }),
});
const settingsSchema = z.object({ properties: z.object({ PACKAGE_DIGEST: z.string() }) });

export function sites({ siteId, credential, signal }: SitesOptions): Sites {
  const slotId = `${siteId}/slots/${STAGING}`;
  /** How long Azure's management has had us wait, because it was asked too much. */
  let throttledSeconds = 0;

  async function ask(method: "GET" | "POST", url: string, body?: object): Promise<Response> {
    const { token } = (await credential.getToken(AZURE_CONSTANTS.management + "/.default")) ?? { token: "" };
    const send = () =>
      fetch(url, {
        method,
        headers: {
          authorization: "Bearer " + token,
          accept: "application/json",
          ...(body && { "content-type": "application/json" }),
        },
        ...(body && { body: JSON.stringify(body) }),
        redirect: "error",
        signal: AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]),
      });
    const answer = await onceUnthrottled(send, signal, (seconds) => {
      throttledSeconds += seconds;
    });
    if (answer.ok) return answer;
    const code = /"code"\s*:\s*"([\w.-]{1,80})"/.exec(await answer.text())?.[1] ?? "";
    throw new Error(`Azure's management answered ${String(answer.status)} ${code}`.trim() + ".");
  }
  const at = (path: string) => `${AZURE_CONSTANTS.management}${path}?${VERSION}`;
  const site = async (id: string) => siteSchema.parse(await (await ask("GET", at(id))).json()).properties;
  const packageOf = async (id: string) =>
    settingsSchema.parse(await (await ask("POST", at(id + "/config/appsettings/list"))).json()).properties
      .PACKAGE_DIGEST;

  async function settled(): Promise<void> {
    await until(SWAP_SECONDS, "Azure is still changing the site", async () => {
      const now = [await site(siteId), await site(slotId)];
      return now.every(({ inProgressOperationId: operation }) => (operation ?? "") === "");
    });
  }

  /** @throws Error when the condition does not become true in time */
  async function until(seconds: number, otherwise: string, isSo: () => Promise<boolean>): Promise<void> {
    const throttledBefore = throttledSeconds;
    for (let waited = 0; !(await isSo()); waited += EVERY_SECONDS) {
      if (waited + throttledSeconds - throttledBefore >= seconds)
        throw new Error(`${otherwise} after ${String(seconds / 60)} minutes.`);
      await passed(EVERY_SECONDS * azureSecondMs(), undefined, { signal });
    }
  }

  return {
    async running() {
      await settled();
      return { site: await packageOf(siteId), slot: await packageOf(slotId) };
    },
    async swap() {
      const answer = await ask("POST", at(siteId + "/slotsswap"), {
        targetSlot: STAGING,
        preserveVnet: true,
      });
      const operation = answer.status === 202 ? answer.headers.get("location") : null;
      // The token is sent only to Azure's management.
      if (operation !== null && new URL(operation).origin === AZURE_CONSTANTS.management)
        await until(SWAP_SECONDS, "The swap is still under way", async () => {
          const { status } = await ask("GET", operation);
          return status !== 202;
        });
      await settled();
    },
    async serves(digest) {
      const { defaultHostName } = await site(siteId);
      let times = 0;
      await until(
        SERVES_SECONDS,
        `${defaultHostName} does not answer by the package ${digest.slice(0, 12)}`,
        async () => {
          times = (await answeredBy(defaultHostName, signal)) === digest ? times + 1 : 0;
          return times >= ANSWERS_RUNNING;
        },
      );
    },
    slotAddress: async () => new URL("https://" + (await site(slotId)).defaultHostName),
  };
}

const healthSchema = z.object({ package: z.string() });

/** The digest that the package at this host answers; undefined when nothing answers, which may be so for a while. */
async function answeredBy(host: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    const answer = await fetch(`https://${host}/healthz`, {
      redirect: "error",
      signal: AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]),
    });
    return healthSchema.safeParse(await answer.json()).data?.package;
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}
