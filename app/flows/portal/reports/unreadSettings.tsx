/** What a report says of the settings that cannot be read, and that it was made without. */
import type { PortalSession } from "../../../records/portalSessions.ts";
import type { UnreadableSetting } from "../../../records/unreadableSetting.ts";
import { Notice } from "../../../web/components.tsx";
import { meansWords, unreadableWords } from "../unreadable.ts";

interface UnreadProps {
  readonly unread: readonly UnreadableSetting[];
  readonly session: PortalSession;
}

/** Who mends a row is told to those who can have it mended; everybody is told what is missing meanwhile. */
export function UnreadSettings({ unread, session }: UnreadProps) {
  if (unread.length === 0) return null;
  const isAdministrator = session.rights.includes("configure");
  return (
    <Notice kind="warning" title="Something that is set cannot be read">
      {unread.map((setting) => (
        <p key={setting.row}>
          {isAdministrator
            ? unreadableWords(setting)
            : meansWords(setting) + " Tell an administrator of the connector."}
        </p>
      ))}
    </Notice>
  );
}
