/**
 * What a clinician does to the links and messages of a visit is in the audit trail: by the EHR user's keyed hash, and by the
 * Microsoft account where one is linked, because nobody has to sign in to Microsoft for this. Neither the chart nor Teams is
 * asked. No address and no number of a phone is in it.
 */
import type { MemberChange } from "../../domain/auditChain.ts";
import type { Visit } from "../../domain/visit.ts";
import { NOTHING } from "../../records/audit.ts";
import { isNotToBeHad } from "../../records/record.ts";
import type { Session } from "../../records/sessions.ts";
import { joinsAs } from "./account.ts";
import { optionalParts } from "./optional.ts";
import type { ProviderPicks } from "./parts.ts";

interface Act<T> {
  readonly action:
    | "visit.guest-invited"
    | "visit.guest-removed"
    | "visit.late-said"
    | "visit.late-taken-back"
    | "visit.link-replaced"
    | "visit.link-sent"
    | "visit.links-closed"
    | "visit.links-opened"
    | "visit.messages-held"
    | "visit.messages-let-go";
  /** What is known of it beforehand, such as the number of the person whose link it is. */
  readonly about?: Readonly<Record<string, string | number>>;
  /** Called once. */
  readonly act: () => Promise<T>;
  /** What is known of it only afterwards; undefined where it has changed nothing, because others were quicker. */
  readonly came: (came: T) => Act<T>["about"];
}

/** Others were quicker, so that this act has changed nothing. */
class AsBefore extends Error {
  override readonly name = "AsBefore";
}

/**
 * Does what the caller has seen would change something: what changes nothing is not to be in the trail. Where the trail does
 * not take that it is intended, it is done all the same, and the log says who did what to which visit: what was opened stays
 * usable while something is down.
 * @returns what the act returns
 * @throws what the act throws
 */
export async function audited<T>(
  parts: Pick<ProviderPicks, "audit" | "log" | "staffAccounts">,
  session: Session,
  { id: visit }: Pick<Visit, "id">,
  { action, about, act, came }: Act<T>,
): Promise<T> {
  const { audit, log, staffAccounts } = parts;
  const { account, connection, grant } = session;
  const objectId = await optionalParts(parts).read("account", () => joinsAs(parts, session), account);
  const actor =
    objectId === undefined
      ? ({ kind: "program", name: "unlinked-clinician" } as const)
      : ({ kind: "person", objectId } as const);
  const ehrUser = staffAccounts.idOf(grant.fhirUser);
  const changes = changesOf({ ehrUser, ...about });
  const so: { isBegun: boolean; done?: { readonly of: T } } = { isBegun: false };
  const told = () => so.done && came(so.done.of);
  try {
    await audit.during(
      { actor, action, object: { kind: "visit", id: visit }, changes },
      async () => {
        so.isBegun = true;
        so.done = { of: await act() };
        if (told() === undefined) throw new AsBefore();
      },
      { after: () => Promise.resolve({ ...NOTHING, changes: changesOf(told() ?? {}) }) },
    );
  } catch (error) {
    if (so.isBegun ? !(error instanceof AsBefore) : !isNotToBeHad(error)) throw error;
    if (!so.isBegun)
      log.error("audit.not_written", error, { connection: connection.id, reason: action, visit, ehrUser });
  }
  return so.done === undefined ? act() : so.done.of;
}

/** For an act that says whether it has changed anything. */
export const ifChanged = (isChanged: boolean): Act<boolean>["about"] => (isChanged ? {} : undefined);

const changesOf = (members: NonNullable<Act<unknown>["about"]>): readonly MemberChange[] =>
  Object.entries(members).map(([member, value]) => ({ member, to: String(value) }));
