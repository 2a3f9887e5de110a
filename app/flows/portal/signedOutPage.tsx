/** The page after signing out. It says that Microsoft's own sign-in goes on in this browser. */
import { ButtonLink, Card } from "../../web/components.tsx";
import type { RenderPage } from "../../web/page.tsx";
import { portalPath } from "./addresses.ts";

export function signedOutPage(renderPage: RenderPage, organization: string): string {
  const title = "You are signed out of the portal";
  const main = (
    <Card narrow>
      <h1>{title}</h1>
      <p>
        Your Microsoft account may still be signed in to this browser. On a shared computer, sign out there,
        too, or close the browser.
      </p>
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
