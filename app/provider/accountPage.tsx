import type { StaffAccount } from "../ports/staff.ts";
import type { LaunchDeps } from "./deps.ts";
import type { Pages } from "./pages.ts";
import { PatientBanner } from "./patientBanner.tsx";
import type { Session } from "./sessions.ts";

/** "Is this you?": nothing is linked before the clinician has seen which account it would be. */
export function accountPage(
  _deps: LaunchDeps,
  pages: Pages,
  session: Session,
  account: StaffAccount,
): string {
  const answer = "/visits/" + session.launchId + "/account";
  const body = (
    <>
      <PatientBanner patient={undefined} />
      <h1>Is this your Microsoft account?</h1>
      <p class="person">
        <strong>{account.displayName}</strong>
        <span>{account.userName}</span>
      </p>
      <p>
        You are asked once. From then on, visits that you open from the chart know that you join with this
        account. Only the two account numbers are kept, no name and no address.
      </p>
      <form method="post" action={answer} class="actions">
        <button class="button" type="submit" name="answer" value="yes">
          Yes, link this account
        </button>
        <a class="button secondary" href={"/visits/" + session.launchId + "/sign-in?account=other"}>
          Use another account
        </a>
        <button class="button quiet" type="submit" name="answer" value="no">
          Not now
        </button>
      </form>
    </>
  );
  return pages.clinician({ title: "Is this your Microsoft account?", body });
}
