/** The addresses of the consent at Microsoft Graph: what is missing, the way to Microsoft, and how it ended. */
import type { Router } from "express";
import { StaffSignInFault } from "../../../ports/staffSignIn.ts";
import type { AdminConsent, ConsentAnswer } from "../../../web/adminConsent.ts";
import { sendHtml } from "../../../web/sendHtml.ts";
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
        throw error instanceof StaffSignInFault ? fault({ kind: "consent-failed" }, { cause: error }) : error;
      }
    },
  };
}

/** What comes back from Microsoft. The audit trail says who began it and how it ended. */
export const consentCallback = ({ audit, grants }: Picks, adminConsent: AdminConsent): Router =>
  adminConsent.answers(async (answer, _request, response) => {
    const kind = problemOf(answer);
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
    if (kind !== undefined)
      throw fault(
        { kind },
        answer.kind === "failed" && kind === "consent-failed" ? { cause: answer.fault } : {},
      );
    response.redirect(303, portalPath("consent"));
  });

type Kind = Extract<PortalProblem["kind"], `consent-${string}`>;

function problemOf(answer: ConsentAnswer): Kind | undefined {
  switch (answer.kind) {
    case "given":
      return undefined;
    case "failed":
      return FAILED[answer.fault.reason];
    case "unknown":
      return "consent-late";
    case "used":
      return "consent-used";
    case "other-browser":
      return "consent-other-browser";
  }
}

const FAILED: Readonly<Record<StaffSignInFault["reason"], Kind>> = {
  declined: "consent-declined",
  "other-tenant": "consent-other-tenant",
  invalid: "consent-failed",
  registration: "consent-failed",
  unavailable: "consent-failed",
};
