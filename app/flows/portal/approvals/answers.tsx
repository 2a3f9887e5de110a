/** The addresses of approvals: whether a second person is needed, what waits for one, and what that person answers. */
import * as z from "zod";
import { NothingToHold } from "../../../records/addressesChange.ts";
import { APPROVALS_ID, portalApprovals as approvalKind } from "../../../records/approvalSettings.ts";
import { OwnProposal, ProposalExpired, ProposalStale } from "../../../records/notApproved.ts";
import {
  ChangeWaits,
  type Proposal,
  proposalId,
  proposals as proposalKind,
} from "../../../records/proposals.ts";
import { UnreadableRecord } from "../../../records/record.ts";
import { SettingMoved, SettingTaken, type Setting } from "../../../records/settings.ts";
import { isUnreadable, orUnreadable } from "../../../records/unreadableSetting.ts";
import { parametersOf } from "../../../web/parameters.ts";
import { sendHtml } from "../../../web/sendHtml.ts";
import { demand, type AskedBySomebody, type PortalAnswers } from "../access.ts";
import { portalPath } from "../addresses.ts";
import { by } from "../asked.ts";
import { leadOn, leadOnAfter } from "../done.ts";
import { holdTo } from "../connections/signIn.ts";
import { fieldOf, revisionIn } from "../fields.ts";
import type { PortalPages } from "../pages.tsx";
import type { PortalPicks } from "../parts.ts";
import { fault } from "../problems.ts";
import { approvalsPage, AS_UNREADABLE, type Refusal } from "./approvalsPage.tsx";
import { nowOf, obstacleOf, rightOf } from "./beneath.ts";
import { proposalNames, titleNames } from "./named.ts";
import { proposalPage } from "./proposalPage.tsx";
import {
  ANSWERED,
  BENEATH_UNREADABLE,
  CHANGED_SINCE,
  EXPIRED,
  MOVED,
  OWN,
  STACKS,
  UNREADABLE,
  WAITS,
} from "./refusals.ts";

const idSchema = z.string().regex(/^[a-z]+\.[a-z0-9-]{1,40}$/);

type Approvals =
  "approvals" | "requireApproval" | "loosenApproval" | "proposal" | "approveProposal" | "rejectProposal";

export function approvalAnswers(picks: PortalPicks, pages: PortalPages): Pick<PortalAnswers, Approvals> {
  const { approvals, approvalSettings, proposals } = picks;
  const readOwn = () =>
    orUnreadable(approvalKind.name, APPROVALS_ID, () => approvalSettings.read(APPROVALS_ID));

  const showList = async ({ response, session }: AskedBySomebody, status = 200, refusal?: Refusal) => {
    const [isAsked, waiting, own, lacking] = await Promise.all([
      proposals.isAsked(),
      proposals.waiting(),
      readOwn(),
      picks.unreadableSettings(),
    ]);
    const unreadable = lacking.filter(({ kind }) => kind === proposalKind.name);
    const ownUnreadable = isUnreadable(own) ? own : undefined;
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
      ownUnreadable,
      names,
      revision: isUnreadable(own) ? 0 : (own?.revision ?? 0),
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
    const { of } = proposal.value;
    const beneath = await orUnreadable<Awaited<ReturnType<typeof nowOf>>>(of.kind, of.id, () =>
      nowOf(picks, of),
    );
    const unreadable = isUnreadable(beneath) ? beneath : undefined;
    const now = isUnreadable(beneath) ? undefined : beneath;
    const names = await proposalNames(picks, proposal.value, now?.value);
    const needs = rightOf(of, picks.environment);
    const shown = { proposal, now, unreadable, names, needs, refusal };
    sendHtml(response, status, proposalPage(pages, session, shown));
  };
  const setSecondPerson = async (asked: AskedBySomebody, secondPerson: boolean) => {
    if (approvals?.secondPerson !== undefined) {
      await showList(asked, 409, STACKS);
      return;
    }
    const action = secondPerson ? "approvals.required" : "approvals.loosened";
    const own = await readOwn();
    if (isUnreadable(own)) {
      await showList(asked, 409, UNREADABLE);
      return;
    }
    const before = own?.value;
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
  const idIn = ({ request }: AskedBySomebody) => idSchema.safeParse(request.params["id"]).data;
  /** Undefined if none of that id waits. */
  const proposalIn = async (asked: AskedBySomebody) => {
    const id = idIn(asked);
    return id === undefined ? undefined : proposals.read(id);
  };
  /** Answers a proposal, if it still is as it was shown. */
  const answered = async (
    asked: AskedBySomebody,
    answer: (proposal: Setting<Proposal>) => Promise<Refusal | undefined>,
  ): Promise<void> => {
    const proposal = await proposalIn(asked);
    if (proposal === undefined || proposal === "unreadable") {
      await showList(asked, 409, proposal === undefined ? ANSWERED : UNREADABLE);
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
      else if (error instanceof UnreadableRecord) await showOne(asked, proposal, 409, BENEATH_UNREADABLE);
      else if (error instanceof NothingToHold) throw fault({ kind: "not-found" }, { cause: error });
      else throw error;
      return;
    }
    leadOn(asked, portalPath("approvals"));
  };
  /** Takes a change away whose row is damaged, and that was shown as that. */
  const discarded = async (asked: AskedBySomebody, id: string): Promise<void> => {
    try {
      await proposals.discard(by(asked, "").actor, id);
    } catch (error) {
      if (error instanceof SettingMoved) await showList(asked, 409, MOVED);
      else if (error instanceof UnreadableRecord) await showList(asked, 409, UNREADABLE);
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
      else if (proposal === "unreadable") await showList(asked);
      else await showOne(asked, proposal);
    },

    approveProposal: (asked) =>
      answered(asked, async (proposal) => {
        const { of } = proposal.value;
        demand(asked.session, [rightOf(of, picks.environment)], portalPath("proposal", proposal.id));
        const refusal = await obstacleOf(picks, of);
        if (refusal !== undefined) return refusal;
        await proposals.approve(by(asked, "").actor, proposal, (held) => holdTo(picks, held));
        await Promise.all([picks.textingNow.refresh(), picks.messageRulesNow.refresh()]);
        return undefined;
      }),

    async rejectProposal(asked) {
      const id = idIn(asked);
      if (id !== undefined && fieldOf(asked.request, AS_UNREADABLE) !== "") return discarded(asked, id);
      await answered(asked, async (proposal) => {
        await proposals.reject(by(asked, "").actor, proposal);
        return undefined;
      });
    },
  };
}
