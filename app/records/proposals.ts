/**
 * Changes of settings to which a second person must agree. A proposed change waits as a record of its own, and is written in
 * the same batch in which it is approved. What cannot be is first marked as approved, and then carried out. For each setting
 * only one change waits at a time.
 */
import { isDeepStrictEqual } from "node:util";
import * as z from "zod";
import { isYounger } from "../domain/age.ts";
import type { Approvals } from "../domain/approvals.ts";
import { approvalsOf } from "../domain/defaults.ts";
import {
  addressesChange,
  carryOut,
  finished,
  heldAlone,
  type AddressesChange,
  type Hold,
  type IsNamed,
} from "./addressesChange.ts";
import type { Audit } from "./audit.ts";
import { APPROVALS_ID, type PortalApprovals } from "./approvalSettings.ts";
import { noteFormer, type FormerAddresses } from "./formerAddresses.ts";
import type { GivenRecords } from "./givenRecords.ts";
import { OwnProposal, ProposalExpired, ProposalStale } from "./notApproved.ts";
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

const proposalValue = z
  .object({
    of: z.discriminatedUnion("kind", [...settingChange.options, addressesChange]),
    action: z.string(),
    reason: z.string().exactOptional(),
    by: z.string(),
    /** Present while it is carried out: nobody can reject it any more. */
    approvedBy: z.string().exactOptional(),
  })
  .meta({
    description:
      "which setting it changes, from which value to which, what that is called, why, the object id of who proposed it, and that of who approved it while it is carried out",
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

/** How long whoever approved a change may take to carry it out, in milliseconds; then the round does it. */
const CARRIED_OUT_WITHIN_MS = 2 * 60_000;

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
  /** Holds to other sign-in addresses, or keeps them until somebody else agrees. @throws ChangeWaits, NothingToHold */
  makeHold(change: ChangeByPerson, of: AddressesChange, hold: Hold): Promise<"made" | "waits">;
  waiting(): Promise<readonly Setting<Proposal>[]>;
  /** `unreadable` where one waits whose row cannot be read, so that nobody can approve it. */
  read(id: string): Promise<Setting<Proposal> | "unreadable" | undefined>;
  /**
   * @throws OwnProposal, ProposalExpired, ProposalStale, NothingToHold; SettingMoved where somebody else has approved or
   * rejected it
   */
  approve(actor: ChangeByPerson["actor"], proposal: Setting<Proposal>, hold: Hold): Promise<void>;
  /**
   * Holds to sign-in addresses that were approved, where the process that did so was killed or failed.
   * @param isNamed whether the server still names them. Where it names others, they are taken away, and the trail says so;
   * where that is not known, it throws, and they wait for the next round.
   */
  finish(hold: Hold, isNamed: IsNamed): Promise<void>;
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
  const { now, reports, audit, said } = deps;
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
  const isTaken = ({ value }: Setting<Proposal>) => value.approvedBy !== undefined;
  const isOver = (proposal: Setting<Proposal>) => waitsUntil(proposal) <= now();
  const isAsked = async (): Promise<boolean> => {
    if (said?.secondPerson !== undefined) return said.secondPerson;
    const set = await unlessUnreadable(() => approvals.read(APPROVALS_ID));
    return set === "unreadable" || (set?.value.secondPerson ?? approvalsOf().secondPerson);
  };

  /**
   * Makes the change unless a second person is required by now, in which case it returns false. That is read together with
   * what is written, so that no change slips through.
   */
  const madeAlone = async (of: SettingChange, planned: readonly MayBeChange[]): Promise<boolean> => {
    await noteFormer(deps, of);
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

    async makeHold({ actor, action }, of, hold) {
      if (!(await isAsked()) && (await heldAlone(audit, { actor, action }, of, hold, isAsked))) return "made";
      const value = { of, action, by: actor.objectId };
      const proposed = await settings.plan({ actor, action: "change.proposed" }, proposalId(of), { value });
      await changeTogether(audit, [orWaits(proposed)]);
      return "waits";
    },

    waiting: async () => (await settings.list()).filter((one) => !isTaken(one)),
    async read(id) {
      const read = await unlessUnreadable(() => settings.read(id));
      return read === undefined || read === "unreadable" || !isTaken(read) ? read : undefined;
    },

    async approve(actor, proposal, hold) {
      const { id, revision, value } = proposal;
      const { of, action, reason, by } = value;
      if (by === actor.objectId) throw new OwnProposal("whoever proposes a change does not approve it");
      if (isOver(proposal)) throw new ProposalExpired("the change has waited for too long");
      const approved = await settings.plan({ actor, action: "change.approved" }, id, { shown: revision });
      if (of.kind === "addresses") {
        const to = { shown: revision, value: { ...value, approvedBy: actor.objectId } };
        const taken = await settings.plan({ actor, action }, id, to);
        const done = await settings.plan({ actor, action }, id, { shown: revision + 1 });
        const before = async () => ({
          writes: [(await taken()).write],
          entries: [(await approved()).entry],
        });
        await carryOut(audit, { actor, action }, of, hold, { before, done });
        return;
      }
      const planned = await plan({ actor, action, ...(reason !== undefined && { reason }) }, of);
      await noteFormer(deps, of);
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

    async finish(hold, isNamed) {
      const actor = { kind: "program", name: "approvals" } as const;
      const failures: unknown[] = [];
      for (const { id, revision, changedAt, value } of (await settings.list()).filter(isTaken)) {
        const { of, action } = value;
        if (of.kind !== "addresses" || isYounger(changedAt.getTime(), now(), CARRIED_OUT_WITHIN_MS)) continue;
        const done = await settings.plan({ actor, action }, id, { shown: revision });
        await finished(audit, { actor, action }, of, { hold, isNamed, done }).catch((error: unknown) => {
          failures.push(error);
        });
      }
      if (failures.length > 0) throw failures[0];
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
