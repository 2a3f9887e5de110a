/**
 * Microsoft without a listener of its own: the sign-in, Graph's meetings and the rooms of Teams for one tenant, at given
 * addresses.
 */
import express, { type Router } from "express";
import { fileURLToPath } from "node:url";
import { allOver } from "../allOver.ts";
import type { Hosting } from "../standIn.ts";
import { accounts } from "./entra/accounts.ts";
import { adminConsent } from "./entra/adminConsent.tsx";
import { authorize } from "./entra/authorize.tsx";
import { codes } from "./entra/codes.ts";
import { discovery } from "./entra/discovery.ts";
import type { Tenant } from "./entra/tenant.ts";
import { token } from "./entra/token.ts";
import { openTokens } from "./entra/tokens.ts";
import { faultMenu } from "./faults.ts";
import { faultsPage } from "./faultsPage.tsx";
import { openMeetings, type Meetings } from "./graph/meetings.ts";
import { notifier, type Notifier, type NotifierDeps } from "./graph/notifier.ts";
import { graphRoutes } from "./graph/routes.ts";
import { openSubscriptions, type Subscriptions } from "./graph/subscriptions.ts";
import type { Origins } from "./options.ts";
import { rooms, type Rooms } from "./teams/rooms.ts";
import { teamsRoutes } from "./teams/routes.tsx";

/** What the directory holds, and whom it knows. */
export type Directory = Omit<Tenant, "tokens" | "faults" | "now" | "origins">;

export interface Addresses {
  /** Where the sign-in is. */
  readonly authority: () => Origins;
  /** Where Graph is, and the rooms of Teams. */
  readonly graph: () => Origins;
  /** How Graph sends its notifications. */
  readonly fetch: NotifierDeps["fetch"];
}

export interface MicrosoftApplication {
  readonly tenant: Tenant;
  readonly meetings: Meetings;
  readonly rooms: Rooms;
  readonly subscriptions: Subscriptions;
  readonly notifier: Notifier;
  /** Styles and scripts of the pages. */
  readonly files: Router;
  readonly authority: Router;
  readonly graph: Router;
  /** The rooms, and the page of faults. */
  readonly teams: Router;
  /** Resolves when keys and meetings are on the disk; later ones are not kept. */
  close(): Promise<void>;
}

export async function openMicrosoft(
  hosting: Pick<Hosting, "now" | "dataFolder">,
  directory: Directory,
  addresses: Addresses,
): Promise<MicrosoftApplication> {
  const { now } = hosting;
  const tenant: Tenant = {
    ...directory,
    tokens: await openTokens(hosting),
    faults: faultMenu(),
    now,
    origins: addresses.authority,
  };
  const atGraph: Tenant = { ...tenant, origins: addresses.graph };
  const meetings = await openMeetings(hosting);
  const allRooms = rooms(tenant.options.tenantId, now);
  const subscriptions = openSubscriptions(now);
  const telling = notifier({ tenant, rooms: allRooms, subscriptions, fetch: addresses.fetch });
  const signedIn = accounts(tenant.people);
  const allCodes = codes(now);
  const shared = { tenant: atGraph, meetings, rooms: allRooms, subscriptions, notifier: telling };
  return {
    tenant,
    meetings,
    rooms: allRooms,
    subscriptions,
    notifier: telling,
    files: express
      .Router()
      .use(
        "/microsoft/public",
        express.static(fileURLToPath(new URL("public", import.meta.url)), { index: false }),
      ),
    authority: express
      .Router()
      .use(
        discovery(tenant),
        authorize(tenant, signedIn, allCodes),
        adminConsent(tenant, signedIn),
        token(tenant, allCodes),
      ),
    graph: graphRoutes({ ...shared, isRunning: (thread) => allRooms.isRunning(thread) }),
    teams: express
      .Router()
      .use(teamsRoutes({ ...shared, accounts: signedIn }), faultsPage(tenant.faults, shared)),
    close: async () => {
      await allOver([tenant.tokens.close(), meetings.close()]);
    },
  };
}
