/**
 * Sign-ins under way, at the EHR or at Microsoft: one row for each `state`, for single use within ten minutes. What the
 * answer will be checked against is sealed; of the state itself and the browser's cookie only hashes are kept.
 */
import { timingSafeEqual } from "node:crypto";
import * as z from "zod";
import type { Log } from "../log.ts";
import { SealBroken, type Keyring } from "../ports/keyring.ts";
import { StoreConflict, type Store, type Stored } from "../ports/store.ts";
import {
  contentIn,
  FIRST_VERSION,
  membersOf,
  newBody,
  nextBody,
  UnreadableRecord,
  type RecordKind,
} from "./record.ts";

/**
 * How long a person may take to sign in. A used sign-in is remembered for as long, so that a second use can be told from a
 * late one.
 */
export const SIGN_IN_SECONDS = 600;

const microsoft = {
  nonce: z.string().meta({ description: "random value that the id_token must repeat" }),
  verifier: z.string().meta({ description: "random value that proves who began (PKCE)" }),
  prompt: z
    .enum(["select", "again", "none", "roles"])
    .meta({ description: "whether the account picker is shown, or the sign-in asked for again" }),
};

/** What is remembered of a sign-in, for each flow that can begin one and to which its answer returns. */
const remembered = {
  /**
   * At the EHR: a chart opened a visit. The endpoints are remembered, so that an answer meant for another server does not
   * fit.
   */
  launch: z.object({
    connectionId: z.string().meta({ description: "id of the connection" }),
    /** Absent in rows of the previous release. */
    fhirBaseUrl: z
      .string()
      .exactOptional()
      .meta({ description: "base URL that the connection had when it began" }),
    verifier: microsoft.verifier,
    nonce: microsoft.nonce,
    redirectUri: z.string().meta({ description: "our own address that the sign-in returns to" }),
    endpoints: z
      .object({
        issuer: z.string().exactOptional(),
        authorizationEndpoint: z.string(),
        tokenEndpoint: z.string(),
        jwksUri: z.string().exactOptional(),
      })
      .meta({ description: "the chart system's sign-in addresses" }),
  }),
  /** At Microsoft: a clinician wants to join the visit whose page is open. */
  visit: z.object({
    ...microsoft,
    sessionId: z.string().meta({ description: "hash that names the clinician's session" }),
  }),
  /**
   * At Microsoft: a colleague has opened a staff link. The link's state at the time of the answer counts, so the link itself
   * is remembered.
   */
  staff: z.object({
    ...microsoft,
    link: z.string().meta({ description: "the staff link that was opened" }),
  }),
  /** At Microsoft: an administrator has opened a page of the portal. */
  portal: z.object({
    ...microsoft,
    page: z.string().meta({ description: "the page of the portal that was opened" }),
  }),
  /** At Microsoft: an administrator consents to the connector's permissions for the whole directory. */
  consent: z.object({ by: z.string().meta({ description: "object id of the administrator who began" }) }),
};

export type SignInFlow = keyof typeof remembered;
/** The flows whose people sign in at Microsoft. */
export type MicrosoftFlow = Exclude<SignInFlow, "launch" | "consent">;
export type Remembered<F extends SignInFlow> = z.output<(typeof remembered)[F]>;

const members = z.object({
  flow: z
    .enum(["launch", "visit", "staff", "portal", "consent"])
    .meta({ description: "which sign-in it is" }),
  cookie: z.string().meta({ description: "hash of the browser's cookie" }),
  sealed: z.string().meta({ description: "what the answer is checked against, sealed; empty once used" }),
  used: z.boolean().exactOptional().meta({ description: "whether the answer has come" }),
});

export const signIns: RecordKind<typeof members> = {
  container: "signIns",
  what: "a sign-in under way, under the hash of its state",
  members,
  sealed: remembered,
  kept: "10 minutes",
  expires: true,
  version: FIRST_VERSION,
};

/** Hashes are base64url SHA-256, 43 characters. */
export interface SignIns {
  /** Keeps what a sign-in's answer will be checked against. */
  begin<F extends SignInFlow>(
    flow: F,
    hashes: { readonly state: string; readonly cookie: string },
    content: Remembered<F>,
  ): Promise<void>;
  /**
   * What was remembered for a state; given once, and only to the browser that began. `cookie` is the hash of what the
   * browser sent.
   */
  take<F extends SignInFlow>(flow: F, state: string, cookie: string | undefined): Promise<Taken<F>>;
}

export type Taken<F extends SignInFlow> =
  | { readonly kind: "taken"; readonly remembered: Remembered<F> }
  /** The answer came too late, or no such sign-in was begun. */
  | { readonly kind: "unknown" }
  | { readonly kind: "used" }
  | { readonly kind: "other-browser" };

export interface SignInsDeps {
  readonly store: Store;
  readonly keyring: Keyring;
  readonly log: Log;
  readonly now: () => Date;
}

export function openSignIns({ store, keyring, log, now }: SignInsDeps): SignIns {
  return {
    async begin(flow, { state, cookie }, content) {
      await store.create(signIns.container, {
        partition: state,
        id: state,
        body: newBody(signIns, {
          flow,
          cookie,
          sealed: keyring.seal(contextOf(flow, state), JSON.stringify(content)),
        }),
        expiresAt: new Date(now().getTime() + SIGN_IN_SECONDS * 1000),
      });
    },

    async take<F extends SignInFlow>(flow: F, state: string, cookie: string | undefined): Promise<Taken<F>> {
      const stored = await store.read(signIns.container, state, state);
      if (stored === undefined) return { kind: "unknown" };
      const pending = readable(stored, flow);
      if (pending?.flow !== flow) return { kind: "unknown" };
      if (pending.used === true) return { kind: "used" };
      // This is checked before the sign-in is used up: somebody else's link must not spoil the sign-in of the person it was
      // made for.
      if (cookie === undefined || !same(cookie, pending.cookie)) return { kind: "other-browser" };
      if (!(await burnt(store, stored))) return { kind: "used" };
      return { kind: "taken", remembered: pending.remembered as Remembered<F> };
    },
  };

  /** A row that cannot be read counts as no sign-in: the person begins anew. */
  function readable(stored: Stored, flow: SignInFlow) {
    try {
      const row = membersOf(signIns, stored);
      if (row.flow !== flow || row.used === true) return { ...row, remembered: undefined };
      const text = keyring.open(contextOf(flow, stored.id), row.sealed);
      return { ...row, remembered: contentIn(signIns, remembered[flow], text) };
    } catch (error) {
      if (!(error instanceof SealBroken || error instanceof UnreadableRecord)) throw error;
      log.error("record.unreadable", error);
      return undefined;
    }
  }
}

const contextOf = (flow: SignInFlow, state: string) => ["sign-in", flow, state].join(" ");

function same(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Uses the sign-in up. @returns whether it was this caller who used it */
async function burnt(store: Store, stored: Stored): Promise<boolean> {
  const body = nextBody(signIns, stored, { ...membersOf(signIns, stored), sealed: "", used: true });
  try {
    await store.replace(signIns.container, { ...stored, body }, stored.etag);
    return true;
  } catch (error) {
    if (error instanceof StoreConflict) return false;
    throw error;
  }
}
