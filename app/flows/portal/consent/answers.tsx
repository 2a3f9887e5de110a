/** The addresses of the consent at Microsoft Graph: what is missing, the way to Microsoft, and how it ended. */
import type { Router } from "express";
import { StaffSignInFault } from "../../../ports/staffSignIn.ts";
import type { AdminConsent, ConsentAnswer } from "../../../web/adminConsent.ts";
import { sendHtml } from "../../../web/sendHtml.ts";
import { failedBy } from "../../../web/signInTrouble.ts";
import type { PortalAnswers } from "../access.ts";
import { portalPath } from "../addresses.ts";
import type { PortalPages } from "../pages.tsx";
import type { PortalPicks } from "../parts.ts";
import { fault, type PortalProblem } from "../problems.ts";
import { consentPage } from "./consentPage.tsx";

type Picks = Pick<PortalPicks, "audit" | "grants">;

export function consentAnswers(
  { grants }: Picks,
  pages: PortalPages,
  adminConsent: AdminConsent,
): Pick<PortalAnswers, "consent" | "beginConsent"> {
  return {
    async consent({ response, session }) {
      sendHtml(response, 200, consentPage(pages, session, await grants.missing()));
    },
    async beginConsent({ response, session }) {
      try {
        await adminConsent.begin(response, session.administrator.objectId);
      } catch (error) {
        throw error instanceof StaffSignInFault ? consentFault(error) : error;
      }
    },
  };
}

/** What comes back from Microsoft. The audit trail says who began it and how it ended. */
export const consentCallback = ({ audit, grants }: Picks, adminConsent: AdminConsent): Router =>
  adminConsent.answers(async (answer, _request, response) => {
    const problem = problemOf(answer);
    const kind = problem?.kind;
    if (answer.kind === "given") grants.changed();
    if (answer.kind === "given" || answer.kind === "failed") {
      const actor = { kind: "person", objectId: answer.by } as const;
      const [action, changes] =
        kind === undefined
          ? (["consent.given", []] as const)
          : (["consent.not-given", [{ member: "reason", to: kind }]] as const);
      await audit.commit(() =>
        Promise.resolve({ writes: [], entries: [{ actor, action, object: { kind: "consent" }, changes }] }),
      );
    }
    if (answer.kind === "failed") throw consentFault(answer.fault);
    if (problem !== undefined) throw fault(problem);
    response.redirect(303, portalPath("consent"));
  });

type ConsentProblem = Extract<PortalProblem, { readonly kind: `consent-${string}` }>;

function problemOf(answer: ConsentAnswer): ConsentProblem | undefined {
  switch (answer.kind) {
    case "given":
      return undefined;
    case "failed":
      return failedAs(answer.fault);
    case "unknown":
      return { kind: "consent-late" };
    case "used":
      return { kind: "consent-used" };
    case "other-browser":
      return { kind: "consent-other-browser" };
  }
}

function failedAs(cause: StaffSignInFault): ConsentProblem {
  switch (cause.reason) {
    case "declined":
      return { kind: "consent-declined" };
    case "other-tenant":
      return { kind: "consent-other-tenant" };
    default:
      return { kind: "consent-failed", ...failedBy(cause.reason, cause) };
  }
}

/** The fault for a consent that failed. What a person did needs no mending, so no cause is logged. */
function consentFault(cause: StaffSignInFault) {
  const problem = failedAs(cause);
  return fault(problem, problem.kind === "consent-failed" ? { cause } : {});
}
