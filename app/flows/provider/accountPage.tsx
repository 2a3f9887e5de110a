import { visitPath } from "../../domain/addresses.ts";
import { Button, ButtonLink, Card } from "../../web/components.tsx";
import type { Pages } from "./pages.ts";
import type { Session } from "../../records/sessions.ts";

/** "Is this you?": nothing is linked before the clinician has seen which account it would be. */
export function accountPage(
  pages: Pages,
  session: Session,
  account: NonNullable<Session["proposed"]>,
): string {
  const visit = visitPath(session.launchId);
  const main = (
    <Card narrow>
      <h1>Is this your Microsoft account?</h1>
      <p class="account">
        <strong>{account.displayName}</strong>
        <span class="quiet">{account.userName}</span>
      </p>
      <p>
        You are asked once. From then on, visits that you open from a chart know which account you join with.
        Only the two account numbers are kept, no name and no address.
      </p>
      <form method="post" action={visit + "/account"} class="actions">
        <input type="hidden" name="account" value={account.objectId} />
        <Button name="answer" value="yes">
          Yes, link this account
        </Button>
        <ButtonLink href={visit + "/sign-in?account=other"} weight="secondary">
          Use another account
        </ButtonLink>
        <Button weight="quiet" name="answer" value="no">
          Not now
        </Button>
      </form>
    </Card>
  );
  return pages({ title: "Is this your Microsoft account?", main });
}
