/**
 * The question "Is this you?": nothing is linked before the clinician has seen which account it would be. The browser may
 * hold another person's Microsoft session, and the patient sees that account's name. So the page also shows who is signed in
 * to the chart, where an appointment names that person; the visit's clinician may be somebody else.
 */
import { visitPath } from "../../domain/addresses.ts";
import { agree } from "../../domain/personNames.ts";
import type { ChartClinician } from "../../ports/ehr.ts";
import { Fault } from "../../web/fault.ts";
import { Button, ButtonLink, Card, DefinitionList, Notice } from "../../web/components.tsx";
import { recognized } from "./faults.tsx";
import { openVisit } from "./openVisit.ts";
import type { Pages } from "./pages.ts";
import type { ProviderParts } from "./parts.ts";
import { Workstation } from "./workstation.tsx";
import { SessionOver, type Session } from "../../records/sessions.ts";

const DOUBTS = { differs: "The names differ", unknown: "Make sure that this account is yours" };

export async function accountPage(
  parts: ProviderParts,
  pages: Pages,
  session: Session,
  account: NonNullable<Session["proposed"]>,
): Promise<string> {
  const visit = visitPath(session.launchId);
  const clinicians = await cliniciansOf(parts, session);
  const inChart = clinicians.find(({ resources }) => resources.includes(session.grant.fhirUser))?.name;
  const doubt =
    inChart === undefined ? "unknown" : agree(inChart, account.displayName) ? undefined : "differs";
  const yes = (
    <Button name="answer" value="yes" weight={doubt === undefined ? "primary" : "secondary"}>
      Yes, link this account
    </Button>
  );
  const other = (
    <ButtonLink
      href={visit + "/sign-in?account=other"}
      weight={doubt === undefined ? "secondary" : "primary"}
    >
      Use another account
    </ButtonLink>
  );
  const main = (
    <Card narrow>
      <h1>Is this your Microsoft account?</h1>
      {doubt !== undefined && (
        <Notice kind="warning" title={DOUBTS[doubt]}>
          <p>
            Somebody else may still be signed in to Microsoft in this browser. The patient sees the name of
            the account that joins.
          </p>
        </Notice>
      )}
      <DefinitionList
        entries={[
          ["In PowerChart", inChart ?? "Not known here"],
          ...(inChart === undefined && clinicians.length > 0
            ? [["The visit is with", clinicians.map(({ name }) => name).join("; ")] as const]
            : []),
          [
            "Microsoft",
            <>
              <strong>{account.displayName}</strong> <span class="quiet">{account.userName}</span>
            </>,
          ],
        ]}
      />
      <p>
        You are asked once. From then on, visits that you open from a chart know which account you join with.
        We remember only that these two accounts are yours.
      </p>
      <form method="post" action={visit + "/account"} class="actions">
        <input type="hidden" name="account" value={account.objectId} />
        {doubt === undefined ? [yes, other] : [other, yes]}
        <Button weight="quiet" name="answer" value="no">
          Not now
        </Button>
      </form>
      <Workstation base={visit} />
    </Card>
  );
  const ofTestChart = session.connection.environment === "test";
  return pages({ title: "Is this your Microsoft account?", main, scripts: ["forms.js"], ofTestChart });
}

/**
 * The clinicians that the chart names for the visit, where it can be read now: something to compare with, and no proof. What
 * keeps the visit from opening does not keep anybody from linking an account, so a failure gives an empty list.
 */
async function cliniciansOf(parts: ProviderParts, session: Session): Promise<readonly ChartClinician[]> {
  try {
    const open = await openVisit(parts, session);
    return open.kind === "visit" ? (open.appointment?.clinicians ?? []) : [];
  } catch (error) {
    if (error instanceof SessionOver || !(error instanceof Fault || recognized(error) !== undefined))
      throw error;
    return [];
  }
}
