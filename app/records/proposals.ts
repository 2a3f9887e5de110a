/**
 * Changes of settings to which a second person must agree. A proposed change waits as a record of its own, and is written in
 * the same batch in which it is approved. For each setting only one change waits at a time.
 */
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import type { Approvals } from "../domain/approvals.ts";
import { approvalsOf } from "../domain/defaults.ts";
import { memberChanges } from "../domain/memberChanges.ts";
import type { Audit, Entry } from "./audit.ts";
import { APPROVALS_ID, type PortalApprovals } from "./approvalSettings.ts";
import { fhirBaseUrl } from "../domain/fhirBaseUrl.ts";
import type { FormerAddresses } from "./formerAddresses.ts";
import type { GivenRecords } from "./givenRecords.ts";
import type { PortalAllocation } from "./portalAllocation.ts";
import { portalConnections, type PortalConnection } from "./portalConnections.ts";
import type { PortalManager } from "./portalManagers.ts";
import type { PortalMessages } from "./portalMessages.ts";
import type { PortalReports } from "./portalReports.ts";
import type { PortalTexting } from "./portalTexting.ts";
import type { PortalDepartment } from "./portalDepartments.ts";
import { unlessUnreadable } from "./record.ts";
import { removedWith } from "./removedWith.ts";
import { onlyStops, settingChange, type SettingChange } from "./settingChange.ts";
import { settingKind } from "./settingKind.ts";
import { addressMembers } from "./signInAddresses.ts";
import {
  changeTogether,
  SettingMoved,
  SettingTaken,
  type Change,
  type MayBeChange,
  type PlannedChange,
  type Setting,
  type Settings,
} from "./settings.ts";

/**
 * Other sign-in addresses of a chart system. They lie in a container of their own, so they are not written in the batch in
 * which they are approved: the trail has what was intended before, and what came of it after.
 */
const addressesChange = z.object({
  kind: z.literal("addresses"),
  /** Id of the connection. */
  id: z.string(),
  before: addressMembers,
  after: addressMembers,
});
export type AddressesChange = z.output<typeof addressesChange>;

const proposalValue = z
  .object({
    of: z.discriminatedUnion("kind", [...settingChange.options, addressesChange]),
    action: z.string(),
    reason: z.string().exactOptional(),
    by: z.string(),
  })
  .meta({
    description:
      "which setting it changes, from which value to which, what that is called, why, and the object id of who proposed it",
  });

export type Proposal = z.output<typeof proposalValue>;

/**
 * How long a change may wait. A decision that only certain people may make was made for that time, so nobody may approve it
 * much later.
 */
export const PROPOSAL_DAYS = 7;

const hiddenIn = (side: "before" | "after") =>
  portalConnections.hidden.map((member) => ["of", side, member].join("."));

export const proposals = settingKind({
  name: "proposal",
  what: "a change of a setting that waits for a second person",
  kept: `until answered, ${String(PROPOSAL_DAYS)} days at most`,
  value: proposalValue,
  hidden: [...hiddenIn("before"), ...hiddenIn("after")],
});

export const proposalId = ({ kind, id }: Pick<Proposal["of"], "kind" | "id">): string => kind + "." + id;

/** Another change of the same setting waits already. Nothing was written. */
export class ChangeWaits extends Error {
  override readonly name = "ChangeWaits";
  /** The id of the change that waits. */
  readonly proposal: string;
  constructor(proposal: string, options?: ErrorOptions) {
    super("another change of the same setting waits", options);
    this.proposal = proposal;
  }
}

/** Somebody tried to approve what they have proposed themselves. Nothing was written. */
export class OwnProposal extends Error {
  override readonly name = "OwnProposal";
}

/** The setting was changed, removed or made since the change was proposed. Nothing was written. */
export class ProposalStale extends Error {
  override readonly name = "ProposalStale";
}

/** The change has waited for longer than a decision is valid. Nothing was written. */
export class ProposalExpired extends Error {
  override readonly name = "ProposalExpired";
}

export const waitsUntil = ({ changedAt }: Pick<Setting<Proposal>, "changedAt">): Date =>
  new Date(changedAt.getTime() + PROPOSAL_DAYS * 86_400_000);

/** A change by a person; a program proposes nothing. */
export type ChangeByPerson = Change & { readonly actor: { readonly kind: "person" } };

export interface Proposals {
  /** Whether changes have to wait for a second person. Where that cannot be read, they do. */
  isAsked(): Promise<boolean>;
  /**
   * Writes the change, or keeps it until somebody else agrees. What only stops something is written at once.
   * @param instead revision of the waiting change of the same setting that was shown, and which this change replaces
   * @throws SettingMoved, SettingTaken, ChangeWaits
   */
  make(change: ChangeByPerson, of: SettingChange, instead?: number): Promise<"made" | "waits">;
  /** Keeps other sign-in addresses until somebody else agrees. @throws ChangeWaits */
  propose(change: ChangeByPerson, of: AddressesChange): Promise<void>;
  waiting(): Promise<readonly Setting<Proposal>[]>;
  /** `unreadable` where one waits whose row cannot be read, so that nobody can approve it. */
  read(id: string): Promise<Setting<Proposal> | "unreadable" | undefined>;
  /**
   * @param hold makes the connector hold to other sign-in addresses, where those are proposed
   * @throws OwnProposal, ProposalExpired, ProposalStale; SettingMoved where somebody else has approved or rejected it
   */
  approve(
    actor: ChangeByPerson["actor"],
    proposal: Setting<Proposal>,
    hold: (addresses: AddressesChange["after"]) => Promise<void>,
  ): Promise<void>;
  /** Rejects the change, or takes it back where it is the person's own. @throws SettingMoved */
  reject(actor: ChangeByPerson["actor"], proposal: Setting<Proposal>): Promise<void>;
  /**
   * Takes a change away whose row is damaged, so that another one can be proposed.
   * @throws SettingMoved where it is gone, or can be read again; RecordOfAnotherRelease
   */
  discard(actor: ChangeByPerson["actor"], id: string): Promise<void>;
  /** Removes changes that have waited for too long. */
  expire(): Promise<void>;
}

export interface ProposalsDeps {
  readonly settings: Settings<Proposal>;
  readonly connections: Settings<PortalConnection>;
  readonly departments: Settings<PortalDepartment>;
  readonly approvals: Settings<PortalApprovals>;
  readonly texting: Settings<PortalTexting>;
  readonly messages: Settings<PortalMessages>;
  readonly allocation: Settings<PortalAllocation>;
  readonly managers: Settings<PortalManager>;
  readonly reports: Settings<PortalReports>;
  readonly given: Settings<GivenRecords>;
  /** The ids of the stack file's connections. */
  readonly stackConnections: ReadonlySet<string>;
  readonly audit: Pick<Audit, "commit" | "during">;
  readonly now: () => Date;
  readonly formerAddresses: Pick<FormerAddresses, "note">;
  /** Allows plain http and loopback addresses, for a laptop. */
  readonly loopback: boolean;
  /** What the stack file says. */
  readonly said: Approvals | undefined;
}

export function openProposals(deps: ProposalsDeps): Proposals {
  const { settings, connections, departments, approvals, texting, messages, allocation, managers } = deps;
  const { formerAddresses, loopback, now, reports, audit, said } = deps;
  const plan = (change: Change, of: SettingChange): Promise<PlannedChange> => {
    switch (of.kind) {
      case "connection":
        return connections.plan(change, of.id, { shown: of.shown, value: of.after });
      case "department":
        return departments.plan(change, of.id, { shown: of.shown, value: of.after });
      case "approvals":
        return approvals.plan(change, of.id, { shown: of.shown, value: of.after });
      case "texting":
        return texting.plan(change, of.id, { shown: of.shown, value: of.after });
      case "messages":
        return messages.plan(change, of.id, { shown: of.shown, value: of.after });
      case "allocation":
        return allocation.plan(change, of.id, { shown: of.shown, value: of.after });
      case "manager":
        return managers.plan(change, of.id, { shown: of.shown, value: of.after });
      case "reports":
        return reports.plan(change, of.id, { shown: of.shown, value: of.after });
    }
  };
  const own = { connection: connections, department: departments, manager: managers };
  const settingsOf = { ...own, approvals, texting, messages, allocation, reports };
  /** What a change means is judged by its `before`, so that has to be what the shown revision holds. @throws SettingMoved */
  const refuseMoved = async ({ kind, id, shown, before }: SettingChange) => {
    if (shown === undefined) return;
    const now = await settingsOf[kind].read(id);
    if (now?.revision !== shown || !isDeepStrictEqual(now.value, before))
      throw new SettingMoved<unknown>(now);
  };
  const isOver = (proposal: Setting<Proposal>) => waitsUntil(proposal) <= now();
  const isAsked = async (): Promise<boolean> => {
    if (said?.secondPerson !== undefined) return said.secondPerson;
    const set = await unlessUnreadable(() => approvals.read(APPROVALS_ID));
    return set === "unreadable" || (set?.value.secondPerson ?? approvalsOf().secondPerson);
  };

  /** The base URL that a connection has had is kept before the connection is changed or removed. */
  const noteFormer = async (of: SettingChange) => {
    if (of.kind !== "connection" || of.before === undefined) return;
    const { before, after } = of;
    if (after?.fhirBaseUrl === before.fhirBaseUrl && after.environment === before.environment) return;
    const verdict = fhirBaseUrl(before.fhirBaseUrl, { loopback });
    if (!verdict.ok) return;
    const { environment } = before;
    await formerAddresses.note({ connectionId: of.id, fhirBaseUrl: verdict.url, environment });
  };

  /**
   * Makes the change unless a second person is required by now, in which case it returns false. That is read together with
   * what is written, so that no change slips through.
   */
  const madeAlone = async (of: SettingChange, planned: readonly MayBeChange[]): Promise<boolean> => {
    await noteFormer(of);
    const stops = onlyStops(of);
    let isAlone = true;
    const alone = planned.map((one) => async () => {
      isAlone = stops || !(await isAsked());
      return isAlone ? one() : undefined;
    });
    await changeTogether(audit, alone);
    return isAlone;
  };

  const orWaits =
    (planned: PlannedChange): PlannedChange =>
    () =>
      planned().catch((error: unknown) => {
        if (!(error instanceof SettingMoved || error instanceof SettingTaken)) throw error;
        throw new ChangeWaits("another change of the same setting waits", { cause: error });
      });

  return {
    isAsked,

    async make({ actor, action, reason }, of, instead) {
      const id = proposalId(of);
      const why = reason === undefined ? {} : { reason };
      await refuseMoved(of);
      const planned = await plan({ actor, action, ...why }, of);
      const replaced = { actor, action: "change.replaced" };
      const old = instead === undefined ? [] : [await settings.plan(replaced, id, { shown: instead })];
      const all = [planned, ...removedWith(deps, { actor }, of), ...old.map(orWaits)];
      if ((onlyStops(of) || !(await isAsked())) && (await madeAlone(of, all))) return "made";
      // A change that could not be written now is not proposed either.
      await planned();
      const value = { of, action, ...why, by: actor.objectId };
      const proposed = await settings.plan({ actor, action: "change.proposed", ...why }, id, {
        shown: instead,
        value,
      });
      await changeTogether(audit, [orWaits(proposed)]);
      return "waits";
    },

    async propose({ actor, action }, of) {
      const value = { of, action, by: actor.objectId };
      const proposed = await settings.plan({ actor, action: "change.proposed" }, proposalId(of), { value });
      await changeTogether(audit, [orWaits(proposed)]);
    },

    waiting: () => settings.list(),
    read: (id) => unlessUnreadable(() => settings.read(id)),

    async approve(actor, proposal, hold) {
      const { id, revision, value } = proposal;
      const { of, action, reason, by } = value;
      if (by === actor.objectId) throw new OwnProposal("whoever proposes a change does not approve it");
      if (isOver(proposal)) throw new ProposalExpired("the change has waited for too long");
      const approved = await settings.plan({ actor, action: "change.approved" }, id, { shown: revision });
      if (of.kind === "addresses") {
        // If the process ends in between, the proposal still waits, and approving it again is harmless.
        await audit.during(addressesEntry({ actor, action }, of), () => hold(of.after));
        await changeTogether(audit, [approved]);
        return;
      }
      const planned = await plan({ actor, action, ...(reason !== undefined && { reason }) }, of);
      await noteFormer(of);
      await changeTogether(audit, [
        approved,
        () =>
          planned().catch((error: unknown) => {
            if (!(error instanceof SettingMoved || error instanceof SettingTaken)) throw error;
            throw new ProposalStale("the setting was changed since", { cause: error });
          }),
        ...removedWith(deps, { actor }, of),
      ]);
    },

    async reject(actor, { id, revision, value }) {
      const action = value.by === actor.objectId ? "change.withdrawn" : "change.rejected";
      await settings.remove({ actor, action }, id, revision);
    },

    discard: (actor, id) => settings.removeDamaged({ actor, action: "change.rejected" }, id),

    async expire() {
      const actor = { kind: "program", name: "approvals" } as const;
      for (const { id, revision } of (await settings.list()).filter(isOver))
        await settings.remove({ actor, action: "change.expired" }, id, revision).catch((error: unknown) => {
          if (!(error instanceof SettingMoved)) throw error;
        });
    },
  };
}

/** The event of holding to other sign-in addresses. */
export const addressesEntry = (change: ChangeByPerson, { id, before, after }: AddressesChange): Entry => ({
  ...change,
  object: { kind: "connection", id },
  changes: memberChanges({ ...before }, { ...after }),
});
