/** What is shown, where only a Global Administrator may go on, to somebody who is not known to be one. */
import type { PortalSession } from "../../records/portalSessions.ts";
import { rolesAddress } from "./addresses.ts";

export function GlobalAdministratorOnly(props: {
  readonly says: string;
  readonly session: PortalSession;
  /** The page on which it is shown. */
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
