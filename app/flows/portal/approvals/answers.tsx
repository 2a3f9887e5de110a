/** The addresses of approvals: whether a second person is needed, what waits for one, and what that person answers. */
import { z } from "zod";
import { approvalsOf } from "../../../domain/defaults.ts";
import { APPROVALS_ID } from "../../../records/approvalSettings.ts";
import {
  ChangeWaits,
  OwnProposal,
  ProposalExpired,
  ProposalStale,
  type Proposal,
} from "../../../records/proposals.ts";
import { SettingMoved, SettingTaken, type Setting } from "../../../records/settings.ts";
import { parametersOf } from "../../../web/parameters.ts";
import { sendHtml } from "../../../web/sendHtml.ts";
import type { AskedBySomebody, PortalAnswers } from "../access.ts";
import { portalPath } from "../addresses.ts";
import { by } from "../asked.ts";
import { clearingOf, isCleared } from "../connections/clearing.ts";
import { takenSince } from "../connections/others.ts";
import { NO_OVERRIDE, NOT_CLEARED } from "../connections/refusals.ts";
import { typedFrom } from "../departments/form.ts";
import { judged as judgedDepartment } from "../departments/judge.ts";
import { revisionIn } from "../fields.ts";
import type { PortalPages } from "../pages.tsx";
import type { PortalPicks } from "../parts.ts";
import { namesOf } from "../people.tsx";
import { approvalsPage, type Refusal } from "./approvalsPage.tsx";
import { proposalPage } from "./proposalPage.tsx";
import {
  ANSWERED,
  CHANGED_SINCE,
  EXPIRED,
  LOCKED_NOW,
  MOVED,
  OWN,
  STACKS,
  takenNow,
  WAITS,
} from "./refusals.ts";

const idSchema = z.string().regex(/^[a-z]+\.[a-z0-9-]{1,40}$/);

type Approvals =
  "approvals" | "requireApproval" | "loosenApproval" | "proposal" | "approveProposal" | "rejectProposal";

export function approvalAnswers(picks: PortalPicks, pages: PortalPages): Pick<PortalAnswers, Approvals> {
  const { approvals, approvalSettings, proposals } = picks;

  const showList = async ({ response, session }: AskedBySomebody, status = 200, refusal?: Refusal) => {
    const [isAsked, waiting, own] = await Promise.all([
      proposals.isAsked(),
      proposals.waiting(),
      approvalSettings.read(APPROVALS_ID),
    ]);
    const said = approvals?.secondPerson === undefined ? undefined : picks.stackFile;
    const names = await namesOf(
      picks,
      waiting.map(({ value }) => value.by),
    );
    const shown = { isAsked, waiting, names, revision: own?.revision ?? 0, said, refusal };
    sendHtml(response, status, approvalsPage(pages, session, shown));
  };
  const showOne = async (
    asked: AskedBySomebody,
    proposal: Setting<Proposal>,
    status = 200,
    refusal?: Refusal,
  ) => {
    const { response, session } = asked;
    const now = await nowOf(picks, proposal.value.of);
    const names = await namesOf(picks, [proposal.value.by]);
    sendHtml(response, status, proposalPage(pages, session, { proposal, now, names, refusal }));
  };
  const setSecondPerson = async (asked: AskedBySomebody, secondPerson: boolean) => {
    if (approvals?.secondPerson !== undefined) {
      await showList(asked, 409, STACKS);
      return;
    }
    const action = secondPerson ? "approvals.required" : "approvals.loosened";
    const before = (await approvalSettings.read(APPROVALS_ID))?.value;
    const revision = revisionIn(asked.request);
    const of = {
      kind: "approvals",
      id: APPROVALS_ID,
      after: { secondPerson },
      ...(revision > 0 && { shown: revision }),
      ...(before && { before }),
    } as const;
    try {
      await proposals.make(by(asked, action), of);
    } catch (error) {
      if (error instanceof ChangeWaits) await showList(asked, 409, WAITS);
      else if (error instanceof SettingMoved || error instanceof SettingTaken)
        await showList(asked, 409, MOVED);
      else throw error;
      return;
    }
    asked.response.redirect(303, portalPath("approvals"));
  };
  /** Undefined if none of that id waits. */
  const proposalIn = async ({ request }: AskedBySomebody) => {
    const id = idSchema.safeParse(request.params["id"]);
    return id.success ? proposals.read(id.data) : undefined;
  };
  /** Answers a proposal, if it still is as it was shown. */
  const answered = async (
    asked: AskedBySomebody,
    answer: (proposal: Setting<Proposal>) => Promise<Refusal | undefined>,
  ): Promise<void> => {
    const proposal = await proposalIn(asked);
    if (proposal === undefined) {
      await showList(asked, 409, ANSWERED);
      return;
    }
    if (proposal.revision !== revisionIn(asked.request)) {
      await showOne(asked, proposal, 409, MOVED);
      return;
    }
    try {
      const refusal = await answer(proposal);
      if (refusal !== undefined) {
        await showOne(asked, proposal, 409, refusal);
        return;
      }
    } catch (error) {
      if (error instanceof OwnProposal) await showOne(asked, proposal, 409, OWN);
      else if (error instanceof ProposalExpired) await showOne(asked, proposal, 409, EXPIRED);
      else if (error instanceof ProposalStale) await showOne(asked, proposal, 409, CHANGED_SINCE);
      else if (error instanceof SettingMoved) await showList(asked, 409, ANSWERED);
      else throw error;
      return;
    }
    asked.response.redirect(303, portalPath("approvals"));
  };

  return {
    approvals: (asked) => {
      const isAnswered = parametersOf(asked.request).has("answered");
      return showList(asked, 200, isAnswered ? ANSWERED : undefined);
    },
    requireApproval: (asked) => setSecondPerson(asked, true),
    loosenApproval: (asked) => setSecondPerson(asked, false),

    async proposal(asked) {
      const proposal = await proposalIn(asked);
      if (proposal === undefined) asked.response.redirect(303, portalPath("approvals") + "?answered");
      else await showOne(asked, proposal);
    },

    approveProposal: (asked) =>
      answered(asked, async (proposal) => {
        const refusal = await obstacleOf(picks, proposal.value.of);
        if (refusal === undefined) await proposals.approve(by(asked, "").actor, proposal);
        await picks.textingNow.refresh();
        return refusal;
      }),

    rejectProposal: (asked) =>
      answered(asked, async (proposal) => {
        await proposals.reject(by(asked, "").actor, proposal);
        return undefined;
      }),
  };
}

/** The setting as it is now; undefined if there is none. */
async function nowOf(
  picks: Pick<
    PortalPicks,
    | "connectionSettings"
    | "departmentSettings"
    | "approvalSettings"
    | "textingSettings"
    | "allocationSettings"
    | "managerSettings"
    | "reportSettings"
  >,
  { kind, id }: Proposal["of"],
) {
  switch (kind) {
    case "connection":
      return picks.connectionSettings.read(id);
    case "department":
      return picks.departmentSettings.read(id);
    case "approvals":
      return picks.approvalSettings.read(id);
    case "texting":
      return picks.textingSettings.read(id);
    case "allocation":
      return picks.allocationSettings.read(id);
    case "manager":
      return picks.managerSettings.read(id);
    case "reports":
      return picks.reportSettings.read(id);
  }
}

/** What prevents a change by now that did not when it was proposed. */
async function obstacleOf(picks: PortalPicks, of: Proposal["of"]): Promise<Refusal | undefined> {
  if (of.kind === "approvals") return picks.approvals?.secondPerson === undefined ? undefined : STACKS;
  if (of.kind === "texting") return picks.textingNow.said === undefined ? undefined : LOCKED_NOW;
  if (of.kind === "allocation" || of.kind === "manager" || of.kind === "reports") return undefined;
  if (of.after === undefined) return undefined;
  if (of.kind === "department") {
    if (picks.hospital.stackDepartments.some(({ id }) => id === of.id)) return LOCKED_NOW;
    const verdict = await judgedDepartment(picks, typedFrom(of.id, of.after), of.id);
    return verdict.ok ? undefined : takenNow(Object.values(verdict.faults).join(" "));
  }
  if (picks.hospital.stackConnections.some(({ id }) => id === of.id)) return LOCKED_NOW;
  const taken = await takenSince(picks, of.id, of.after);
  if (taken !== undefined) return takenNow(taken);
  const { enabled, cleared } = of.after;
  const isNew = cleared !== undefined && JSON.stringify(cleared) !== JSON.stringify(of.before?.cleared);
  if (!enabled || !isNew) return undefined;
  if (cleared.by === "override") return approvalsOf(picks.approvals).testOverride ? undefined : NO_OVERRIDE;
  // The visit that cleared it may have been on a chart that is known as production by now.
  return isCleared(await clearingOf(picks)) ? undefined : NOT_CLEARED;
}
