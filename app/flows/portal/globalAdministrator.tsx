/** What is said where only a Global Administrator goes on, to whoever is not known to be one. */
import type { PortalSession } from "../../records/portalSessions.ts";
import { rolesAddress } from "./addresses.ts";

export function GlobalAdministratorOnly(props: {
  readonly says: string;
  readonly session: PortalSession;
  /** The page that it stands on. */
  readonly page: string;
}) {
  const { says, session, page } = props;
  return (
    <p>
      {says}
      {session.administrator.directoryRoles === undefined && (
        <>
          {" "}
          Microsoft’s sign-in did not list your directory roles.{" "}
          <a href={rolesAddress(page)}>I am a Global Administrator: read my directory roles</a>
        </>
      )}
    </p>
  );
}
