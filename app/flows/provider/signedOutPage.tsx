/** The page after signing out. It cannot know what else is open at the workstation, and says so. */
import { Card } from "../../web/components.tsx";
import type { Pages } from "./pages.ts";

export function signedOutPage(pages: Pages, ofTestChart: boolean): string {
  const main = (
    <Card narrow>
      <h1>You are signed out of this page</h1>
      <p>
        Nobody can open this visit’s page from this browser any more. A meeting in progress goes on, and links
        that were sent stay good.
      </p>
      <p>
        <strong>You are not signed out of PowerChart, nor of Microsoft.</strong> If you leave this
        workstation, sign out there, too.
      </p>
      <p class="quiet">To come back, open the visit again from the patient’s chart.</p>
    </Card>
  );
  return pages({ title: "Signed out", main, ofTestChart });
}
