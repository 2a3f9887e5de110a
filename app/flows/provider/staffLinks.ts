/** EHR user's unique id <-> Microsoft object id: all that is ever kept about a clinician. */
import { z } from "zod";
import { StoreConflict } from "../../ports/store.ts";
import type { LaunchDeps } from "./deps.ts";
import type { Session } from "./sessions.ts";

const linkSchema = z.object({ objectId: z.string() });

/** The linked account's object id. */
export async function linkedAccount(deps: LaunchDeps, session: Session): Promise<string | undefined> {
  const key = keyOf(deps, session);
  const stored = await deps.store.read("staffLinks", key, key);
  return stored && linkSchema.parse(stored.body).objectId;
}

export async function link(deps: LaunchDeps, session: Session, objectId: string): Promise<void> {
  const key = keyOf(deps, session);
  const item = { partition: key, id: key, body: { objectId, linkedAt: deps.now().toISOString() } };
  try {
    await deps.store.create("staffLinks", item);
  } catch (error) {
    if (!(error instanceof StoreConflict)) throw error;
    const stored = await deps.store.read("staffLinks", key, key);
    if (stored !== undefined) await deps.store.replace("staffLinks", item, stored.etag);
  }
}

/** Workstations are shared: "Not you?" takes the link away. */
export async function unlink(deps: LaunchDeps, session: Session): Promise<void> {
  const key = keyOf(deps, session);
  const stored = await deps.store.read("staffLinks", key, key);
  if (stored === undefined) return;
  try {
    await deps.store.remove("staffLinks", key, key, stored.etag);
  } catch (error) {
    if (!(error instanceof StoreConflict)) throw error;
  }
}

/** `fhirUser` is below the connection's base URL, so it is unique over all connections; never `sub` or `username`. */
function keyOf(deps: LaunchDeps, session: Session): string {
  return deps.keyring.hash("staff link", session.grant.fhirUser);
}
