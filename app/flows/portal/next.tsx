/** Tells, at the end of a page of the portal, what to do next, and where the runbook has more. */
import type { PortalRight } from "../../domain/portalRights.ts";
import { isOpenTo, portalPath, type PortalPageName } from "./addresses.ts";

export interface NextStep {
  readonly says: string;
  readonly to: PortalPageName;
  /** A heading of infra/README.md. */
  readonly runbook: string;
}

/** The next step for each entry of the navigation. */
export const NEXT = {
  home: { says: "See everything that is looked at", to: "checks", runbook: "From day to day" },
  checks: { says: "See the visits that are at risk", to: "atRisk", runbook: "From day to day" },
  setUp: { says: "See everything that is looked at", to: "checks", runbook: "3. By hand" },
  connections: { says: "Give Oracle the integration records", to: "integration", runbook: "3. By hand" },
  approvals: { says: "See in the audit what was approved", to: "audit", runbook: "Other people" },
  departments: { says: "Set up texts to patients", to: "texts", runbook: "3. By hand" },
  managers: { says: "See the reports that managers read", to: "reports", runbook: "Other people" },
  texts: { says: "Review and finish", to: "integration", runbook: "3. By hand" },
  integration: { says: "See whether a visit would work", to: "checks", runbook: "3. By hand" },
  atRisk: { says: "See what is wrong beside single visits", to: "checks", runbook: "From day to day" },
  reports: { says: "Look up what a word means", to: "help", runbook: "From day to day" },
  audit: { says: "Decide who must agree before a change", to: "approvals", runbook: "From day to day" },
  operators: { says: "Look up what a word means", to: "help", runbook: "From day to day" },
  privacy: {
    says: "See in the audit who looked something up",
    to: "audit",
    runbook: "Deleting a deployment, and keeping the number",
  },
  optOuts: { says: "See how texts are set", to: "texts", runbook: "From day to day" },
  linkedAccounts: {
    says: "See in the audit who removed an account",
    to: "audit",
    runbook: "From day to day",
  },
  traces: { says: "See everything that is looked at", to: "checks", runbook: "From day to day" },
  help: { says: "Go on with the set-up", to: "setUp", runbook: "A first deployment, step by step" },
} as const satisfies Partial<Readonly<Record<PortalPageName, NextStep>>>;

export function Next({
  at,
  step,
  rights,
}: {
  readonly at: PortalPageName;
  readonly step: NextStep;
  readonly rights: readonly PortalRight[];
}) {
  return (
    <p class="quiet next">
      {isOpenTo(rights, step.to) && (
        <>
          Next: <a href={portalPath(step.to)}>{step.says}</a>.{" "}
        </>
      )}
      In the runbook, <code>infra/README.md</code>: <q>{step.runbook}</q>.{" "}
      {at !== "help" && step.to !== "help" && <a href={portalPath("help")}>Words of this portal</a>}
    </p>
  );
}
