/** The page after signing out. It says that Microsoft's own sign-in goes on in this browser. */
import { ButtonLink, Card } from "../../web/components.tsx";
import type { RenderPage } from "../../web/page.tsx";
import { portalPath } from "./addresses.ts";

/** @param isEnded whether the store took the end of the session; this browser knows the session no more in any case */
export function signedOutPage(renderPage: RenderPage, organization: string, isEnded: boolean): string {
  const title = "You are signed out of the portal";
  const main = (
    <Card narrow>
      <h1>{title}</h1>
      <p>
        Your Microsoft account may still be signed in to this browser. On a shared computer, sign out there,
        too, or close the browser.
      </p>
      {!isEnded && (
        <p>
          The connector’s store takes nothing at the moment. This browser has let go of your session; the
          session itself ends within 30 minutes.
        </p>
      )}
      <p class="actions">
        <ButtonLink href={portalPath("signIn")}>Sign in again</ButtonLink>
      </p>
    </Card>
  );
  return renderPage({
    language: "en",
    audience: "administrator",
    title,
    organization,
    main,
    styles: ["portal.css"],
  });
}
