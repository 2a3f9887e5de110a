/**
 * Sign-ins under way, the EHR's and Microsoft's alike: one record a `state`, single use, ten minutes. What the answer will
 * be checked against is sealed; the state itself and the browser's cookie are known by their hashes only.
 */
import { z } from "zod";
import { Fault } from "../../web/fault.ts";
import { StoreConflict, type Item, type Stored } from "../../ports/store.ts";
import type { LaunchDeps } from "./deps.ts";
import { hashed, matches, newSecret } from "./secrets.ts";

const KEPT_SECONDS = 600;
/** A used one is remembered as long, so that a second use is told apart from a late one. */
export type PendingKind = "launch" | "staff";

type PendingDeps = Pick<LaunchDeps, "store" | "keyring" | "now">;

export interface Begun {
  readonly state: string;
  readonly stateHash: string;
  readonly cookieSecret: string;
}

/** Keeps `remembered` for the answer to this state. */
export async function begin<T>(
  deps: PendingDeps,
  kind: PendingKind,
  remember: (state: string) => T,
): Promise<Begun & { readonly remembered: T }> {
  const state = newSecret();
  const stateHash = hashed(state);
  const cookieSecret = newSecret();
  const remembered = remember(state);
  await deps.store.create("launches", {
    partition: stateHash,
    id: stateHash,
    body: {
      kind,
      cookie: hashed(cookieSecret),
      sealed: deps.keyring.seal(kind + " " + stateHash, JSON.stringify(remembered)),
    },
    expiresAt: new Date(deps.now().getTime() + KEPT_SECONDS * 1000),
  });
  return { state, stateHash, cookieSecret, remembered };
}

const pendingSchema = z.object({
  kind: z.string(),
  cookie: z.string(),
  sealed: z.string(),
  used: z.boolean().optional(),
});

/**
 * What was remembered for a state: once, and only for the browser that began.
 * @throws Fault launch-expired, launch-reused or launch-other-browser
 */
export async function take<S extends z.ZodType>(
  deps: PendingDeps,
  kind: PendingKind,
  state: string,
  cookie: (stateHash: string) => string | undefined,
  schema: S,
): Promise<z.output<S>> {
  const stateHash = hashed(state);
  const stored = await deps.store.read("launches", stateHash, stateHash);
  if (stored === undefined) throw new Fault({ kind: "launch-expired" });
  const pending = pendingSchema.parse(stored.body);
  if (pending.kind !== kind) throw new Fault({ kind: "launch-expired" });
  if (pending.used === true) throw new Fault({ kind: "launch-reused" });
  // Before it is burnt: somebody else's link must not spoil the launch of the person it was made for.
  if (!matches(cookie(stateHash), pending.cookie)) throw new Fault({ kind: "launch-other-browser" });
  await burn(deps, stored, pending);
  return schema.parse(JSON.parse(deps.keyring.open(kind + " " + stateHash, pending.sealed)));
}

async function burn(
  deps: PendingDeps,
  stored: Stored,
  pending: z.output<typeof pendingSchema>,
): Promise<void> {
  const used: Item = { ...stored, body: { ...pending, sealed: "", used: true } };
  try {
    await deps.store.replace("launches", used, stored.etag);
  } catch (error) {
    if (error instanceof StoreConflict) throw new Fault({ kind: "launch-reused" }, { cause: error });
    throw error;
  }
}
