/** The addresses of approvals: whether a second person is needed, what waits for one, and what that person answers. */
import { z } from "zod";
import { APPROVALS_ID } from "../../../records/approvalSettings.ts";
import {
  ChangeWaits,
  OwnProposal,
  ProposalExpired,
  ProposalStale,
  type Proposal,
  proposalId,
  proposals as proposalKind,
} from "../../../records/proposals.ts";
import { SettingMoved, SettingTaken, type Setting } from "../../../records/settings.ts";
import { parametersOf } from "../../../web/parameters.ts";
import { sendHtml } from "../../../web/sendHtml.ts";
import { demand, type AskedBySomebody, type PortalAnswers } from "../access.ts";
import { portalPath } from "../addresses.ts";
import { by } from "../asked.ts";
import { leadOn, leadOnAfter } from "../done.ts";
import { holdTo } from "../connections/signIn.ts";
import { revisionIn } from "../fields.ts";
import type { PortalPages } from "../pages.tsx";
import type { PortalPicks } from "../parts.ts";
import { approvalsPage, type Refusal } from "./approvalsPage.tsx";
import { nowOf, obstacleOf, rightOf } from "./beneath.ts";
import { proposalNames, titleNames } from "./named.ts";
import { proposalPage } from "./proposalPage.tsx";
import { ANSWERED, CHANGED_SINCE, EXPIRED, MOVED, OWN, STACKS, WAITS } from "./refusals.ts";

const idSchema = z.string().regex(/^[a-z]+\.[a-z0-9-]{1,40}$/);

type Approvals =
  "approvals" | "requireApproval" | "loosenApproval" | "proposal" | "approveProposal" | "rejectProposal";

export function approvalAnswers(picks: PortalPicks, pages: PortalPages): Pick<PortalAnswers, Approvals> {
  const { approvals, approvalSettings, proposals } = picks;

  const showList = async ({ response, session }: AskedBySomebody, status = 200, refusal?: Refusal) => {
    const [isAsked, waiting, own, lacking] = await Promise.all([
      proposals.isAsked(),
      proposals.waiting(),
      approvalSettings.read(APPROVALS_ID),
      picks.unreadableSettings(),
    ]);
    const unreadable = lacking.filter(({ kind }) => kind === proposalKind.name);
    const said = approvals?.secondPerson === undefined ? undefined : picks.stackFile;
    const names = await titleNames(
      picks,
      waiting.map(({ value }) => value),
    );
    const { stackFile } = picks;
    const shown = {
      isAsked,
      waiting,
      unreadable,
      names,
      revision: own?.revision ?? 0,
      said,
      stackFile,
      refusal,
    };
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
    const names = await proposalNames(picks, proposal.value, now?.value);
    const needs = rightOf(proposal.value.of, picks.environment);
    sendHtml(response, status, proposalPage(pages, session, { proposal, now, names, needs, refusal }));
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
      const outcome = await proposals.make(by(asked, action), of);
      const waits = portalPath("proposal", proposalId(of));
      leadOnAfter(asked, outcome, { made: portalPath("approvals"), waits });
    } catch (error) {
      if (error instanceof ChangeWaits) await showList(asked, 409, WAITS);
      else if (error instanceof SettingMoved || error instanceof SettingTaken)
        await showList(asked, 409, MOVED);
      else throw error;
    }
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
    leadOn(asked, portalPath("approvals"));
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
        const { of } = proposal.value;
        demand(asked.session, [rightOf(of, picks.environment)], portalPath("proposal", proposal.id));
        const refusal = await obstacleOf(picks, of);
        if (refusal !== undefined) return refusal;
        await proposals.approve(by(asked, "").actor, proposal, (addresses) =>
          holdTo(picks, of.id, addresses),
        );
        await Promise.all([picks.textingNow.refresh(), picks.messageRulesNow.refresh()]);
        return undefined;
      }),

    rejectProposal: (asked) =>
      answered(asked, async (proposal) => {
        await proposals.reject(by(asked, "").actor, proposal);
        return undefined;
      }),
  };
}
