/** Above a list: what the list lacks, because its rows cannot be read. */
import type { UnreadableSetting } from "../../records/unreadableSetting.ts";
import { Notice } from "../../web/components.tsx";
import { unreadableWords } from "./unreadable.ts";

export function UnreadableNotice({ unreadable }: { readonly unreadable: readonly UnreadableSetting[] }) {
  if (unreadable.length === 0) return null;
  const title =
    unreadable.length === 1
      ? "One is missing here, because it cannot be read"
      : `${String(unreadable.length)} are missing here, because they cannot be read`;
  return (
    <Notice kind="warning" title={title}>
      {unreadable.map((setting) => (
        <p key={setting.row}>{unreadableWords(setting)}</p>
      ))}
    </Notice>
  );
}
