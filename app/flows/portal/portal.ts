/** The portal's flow, for administrators, report readers, department managers and operators. */
import { Router, type Request, type RequestHandler } from "express";
import { PATHS } from "../../domain/addresses.ts";
import { StoreFault } from "../../ports/store.ts";
import { clearCookie, readCookie } from "../../web/cookies.ts";
import { faultPages } from "../../web/faults.ts";
import type { Flow, House, Tick } from "../../web/flow.ts";
import { flowRoutes } from "../../web/flowRoutes.ts";
import { limitByAddress } from "../../web/limits.ts";
import { shared } from "../../web/shared.ts";
import { hashed } from "../../web/secrets.ts";
import { sendHtml } from "../../web/sendHtml.ts";
import { PORTAL_COOKIE, portalRouter, type PortalAnswers } from "./access.ts";
import { approvalAnswers } from "./approvals/answers.tsx";
import { atRiskAnswers } from "./atRisk/answers.tsx";
import { checksPage } from "./checks/checksPage.tsx";
import { departmentAnswers } from "./departments/answers.tsx";
import { connectionAnswers } from "./connections/answers.tsx";
import { consentAnswers, consentCallback } from "./consent/answers.tsx";
import { addressRound } from "./addressRound.ts";
import { portalPath } from "./addresses.ts";
import { portalFaults } from "./faults.tsx";
import { auditPageOf, sendAudit } from "./audit.ts";
import { auditTicks } from "./auditTicks.ts";
import { auditPage } from "./auditPage.tsx";
import { peopleIn } from "./auditShown.ts";
import { helpPage } from "./helpPage.tsx";
import { homePage } from "./homePage.tsx";
import { ofMany } from "./ofMany.ts";
import { portalPages } from "./pages.tsx";
import { managerAnswers } from "./managers/answers.ts";
import { optOutAnswers } from "./optOuts/answers.tsx";
import { messageRulesAnswers } from "./messageRules/answers.tsx";
import { operatorsPage } from "./operatorsPage.tsx";
import { portalChecks } from "./ownChecks.ts";
import type { PortalPicks } from "./parts.ts";
import { namesOf } from "./people.tsx";
import { proposalRounds } from "./approvals/round.ts";
import { tellCanary, tellStanding } from "./programs.ts";
import { vouch } from "./evidence.ts";
import { privacyAnswers } from "./privacy/answers.tsx";
import { reportAnswers } from "./reports/answers.tsx";
import { movedSetUp, setUp } from "./setUp.ts";
import { setUpPage } from "./setUpPage.tsx";
import { howItStands } from "./standing.ts";
import { beginSignIn, endSignIn } from "./signIn.ts";
import { integrationAnswers } from "./integration/answers.tsx";
import { signInTrail } from "./signInTrail.ts";
import { linkedAccountAnswers } from "./linkedAccounts/answers.tsx";
import { linkedAccountRound } from "./linkedAccounts/round.ts";
import { textsAnswers } from "./texts/answers.tsx";
import { numberJob, numberTicks } from "./texts/numberJob.ts";
import { beginsUnverified } from "./texts/unverified.ts";
import { traceAnswers } from "./traces/answers.tsx";
import { workAnswers } from "./work/answers.tsx";
import { signedOutPage } from "./signedOutPage.tsx";

/** Microsoft's answer is shared for half a minute by everybody who looks. */
const GRANTS_GOOD_FOR_MS = 30_000;

export function portalFlow(picks: PortalPicks, house: House): Flow<"number"> {
  const organization = picks.hospital.organization.name;
  const pages = portalPages(house.renderPage, organization);
  const looking = { ...picks, checks: ofMany(picks, picks.checks) };
  const answers: PortalAnswers = {
    async home({ response, session }) {
      if (!session.rights.includes("configure")) {
        response.redirect(303, portalPath(session.rights.includes("operate") ? "operators" : "reports"));
        return;
      }
      const guide = await setUp(picks);
      if (guide.isNew) response.redirect(303, portalPath("setUp"));
      else sendHtml(response, 200, homePage(pages, session, { stands: await howItStands(looking), guide }));
    },
    async setUp({ response, session }) {
      sendHtml(response, 200, setUpPage(pages, session, await setUp(picks)));
    },
    async moveSetUp(asked) {
      const to = await movedSetUp(picks, asked);
      asked.response.redirect(303, portalPath(to));
    },
    ...connectionAnswers(picks, pages),
    ...approvalAnswers(picks, pages),
    ...departmentAnswers(picks, pages),
    ...integrationAnswers(picks, pages),
    ...atRiskAnswers(picks, pages),
    ...managerAnswers(picks, pages),
    async checks({ response, session }) {
      const { dataRegions, packageDigest } = picks;
      const shown = { stands: await howItStands(looking), packageDigest, regions: dataRegions.told() };
      sendHtml(response, 200, checksPage(pages, session, shown));
    },
    ...workAnswers(picks, pages),
    ...textsAnswers(picks, pages),
    ...messageRulesAnswers(picks, pages),
    ...consentAnswers(picks, pages, house.adminConsent),
    async audit({ request, response, session }) {
      const page = await auditPageOf(picks, request);
      const names = await namesOf(picks, peopleIn(page.events));
      sendHtml(response, page.fault === undefined ? 200 : 422, auditPage(pages, session, page, names));
    },
    auditCsv: (asked) => sendAudit(picks, asked, "csv"),
    auditJson: (asked) => sendAudit(picks, asked, "json"),
    ...privacyAnswers(picks, pages),
    ...optOutAnswers(picks, pages),
    ...linkedAccountAnswers(picks, pages),
    ...traceAnswers(picks, pages),
    ...reportAnswers(picks, pages),
    help({ response, session }) {
      sendHtml(response, 200, helpPage(pages, session));
    },
    operators({ response, session }) {
      sendHtml(response, 200, operatorsPage(pages, session, picks.publicUrl));
    },
    standing: (asked) => tellStanding(picks, asked),
    canary: (asked) => tellCanary(picks, asked),
    evidence: (asked) => vouch(picks, asked),
    signIn: (asked) => beginSignIn(house.microsoftSignIn, asked),
    async signOut({ request, response }) {
      const secret = readCookie(request, PORTAL_COOKIE);
      // First, because a shared workstation must let go of the session whatever the store does.
      clearCookie(response, PORTAL_COOKIE);
      const isEnded = secret === undefined || (await ended(picks, hashed(secret)));
      sendHtml(response, 200, signedOutPage(house.renderPage, organization, isEnded));
    },
  };
  const sessionIds = new WeakMap<Request, string>();
  const routes = flowRoutes(
    {
      ours: [PATHS.portal],
      writes: { fromOwnPagesOf: picks.publicUrl, byTokenAt: PATHS.portal + "/api/" },
      faults: faultPages(
        { ...portalFaults(house.renderPage, organization), signedInAs: (request) => sessionIds.get(request) },
        { ...picks, ...house },
      ),
    },
    portalRouter({ ...picks, sessionIds }, answers, [limitByAddress(house.caller)]),
    callback(picks, house),
    consentCallback(picks, house.adminConsent),
  );
  return {
    routes,
    jobs: { number: numberJob(picks, beginsUnverified(picks)) },
    ticks: [
      ...auditTicks(picks),
      addressRound(picks),
      ...proposalRounds(picks),
      linkedAccountRound(picks),
      readTexting(picks),
      ...numberTicks(picks),
    ],
    checks: shared(GRANTS_GOOD_FOR_MS, picks.now, () => portalChecks(picks)),
  };
}

/** Whether the store took the end of the session. */
async function ended({ portalSessions, log }: PortalPicks, id: string): Promise<boolean> {
  try {
    await portalSessions.end(id);
    return true;
  } catch (error) {
    if (!(error instanceof StoreFault)) throw error;
    log.error("portal.not_signed_out", error);
    return false;
  }
}

function callback(picks: PortalPicks, { microsoftSignIn }: House): Router {
  const ends = { ...picks, trail: signInTrail(picks) };
  return Router().get(
    PATHS.signInCallback,
    ...microsoftSignIn.answers("portal", anybody, (answer, request, response) =>
      endSignIn(ends, answer, { request, response }),
    ),
  );
}

/** Reads the settings of texts again, because another process may have written them. */
const readTexting = ({
  messageRulesNow,
  textingNow,
}: Pick<PortalPicks, "messageRulesNow" | "textingNow">): Tick => ({
  name: "texting.read",
  concerns: "this-process",
  everySeconds: 10,
  run: async () => {
    await Promise.all([textingNow.refresh(), messageRulesNow.refresh()]);
  },
});

const anybody: RequestHandler = (_request, _response, next) => {
  next();
};
