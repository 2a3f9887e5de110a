/** The page of the consent at Microsoft Graph: which permissions lack it, and the button that asks for it. */
import type { Grants } from "../../../ports/grants.ts";
import type { PortalSession } from "../../../records/portalSessions.ts";
import { ButtonLink, Card } from "../../../web/components.tsx";
import { portalPath } from "../addresses.ts";
import type { PortalPages } from "../pages.tsx";
import { Status } from "../status.tsx";

export function consentPage(
  pages: PortalPages,
  session: PortalSession,
  missing: Awaited<ReturnType<Grants["missing"]>>,
): string {
  const isWell = missing.length === 0;
  const main = (
    <Card title="Graph permissions">
      {missing === "not-told" ? (
        <p>
          <Status tone="calm">Not known</Status> Microsoft gave no token just now, which would list what was
          consented to. Look again in a minute.
        </p>
      ) : isWell ? (
        <p>
          <Status tone="good">Consented</Status> The hospital’s directory has consented to every permission
          that the connector asks for, as its newest token shows.
        </p>
      ) : (
        <>
          <p>
            <Status tone="attention">Consent is missing</Status> Nobody has consented to:
          </p>
          <ul>
            {missing.map((value) => (
              <li key={value}>
                <code>{value}</code>
              </li>
            ))}
          </ul>
          <p class="quiet">
            If you have just consented: Microsoft’s tokens show it after a minute or two. Look again then.
          </p>
        </>
      )}
      <p>
        Microsoft asks a Global Administrator or a Privileged Role Administrator, for the whole directory, and
        lists each permission first. Nothing is granted before they accept.
      </p>
      <p class="actions">
        <ButtonLink href={portalPath("beginConsent")} weight={isWell ? "secondary" : "primary"}>
          {isWell ? "Consent once more at Microsoft" : "Consent at Microsoft"}
        </ButtonLink>
        <ButtonLink href={portalPath("consent")} weight="secondary">
          Look again
        </ButtonLink>
        <ButtonLink href={portalPath("checks")} weight="secondary">
          Checks
        </ButtonLink>
      </p>
    </Card>
  );
  return pages({ session, at: "checks", title: "Consent at Microsoft Graph", main });
}
