/** The page of the list with the panel of one connection beside it. */
import { approvalsOf, writeBackOf, type SettledWriteBack } from "../../../domain/defaults.ts";
import { proposalId } from "../../../records/proposals.ts";
import type { AskedBySomebody } from "../access.ts";
import { portalPath } from "../addresses.ts";
import { reasonIn } from "../fields.ts";
import type { PortalPages } from "../pages.tsx";
import type { PortalPicks } from "../parts.ts";
import { setUp } from "../setUp.ts";
import { clearingOf } from "./clearing.ts";
import { COMMANDS, ConnectionList } from "./listPage.tsx";
import { lookingIn, lookingOn } from "./looking.ts";
import { PanelCommands, PanelContent, type Shown } from "./panel.tsx";
import { connectionRows, type ConnectionRow } from "./rows.ts";

export const TITLE = "FHIR connections";

export async function panelPage(
  picks: PortalPicks,
  pages: PortalPages,
  { request, session }: AskedBySomebody,
  row: ConnectionRow,
  refusal?: Shown["refusal"],
): Promise<string> {
  const { connection } = row.owner;
  const { writeBack } = row.owner.kind === "stack" ? row.owner.connection : row.owner.setting.value;
  const looking = lookingIn({ request });
  const on = lookingOn(looking);
  const before = row.owner.kind === "stack" ? await picks.connectionSettings.read(row.id) : undefined;
  const shown: Shown = {
    row,
    on,
    session,
    stackFile: picks.stackFile,
    writes: writesWords(writeBackOf(picks.environment, { writeBack })),
    standing: connection && picks.standings.known(connection),
    pinned: connection && (await picks.standings.pinned(connection)),
    waiting: await waitingOf(picks, row.id),
    isSetUpOver: (await setUp(picks)).isOver,
    clearing: await clearingOf(picks),
    isOverrideAllowed: approvalsOf(picks.approvals).testOverride,
    reason: reasonIn(request),
    ...(before !== undefined && { before: before.value }),
    ...(refusal !== undefined && { refusal }),
  };
  return pages({
    session,
    at: "connections",
    title: TITLE,
    commands: COMMANDS,
    main: (
      <ConnectionList
        rows={await connectionRows(picks)}
        unreadable={await picks.unreadableSettings()}
        looking={looking}
        open={row.id}
      />
    ),
    panel: {
      title: row.name,
      ...(row.owner.kind === "portal" && { commands: <PanelCommands row={row} on={on} /> }),
      content: <PanelContent {...shown} />,
      close: portalPath("connections") + on,
    },
  });
}

async function waitingOf({ proposals }: Pick<PortalPicks, "proposals">, id: string) {
  const ids = (["connection", "addresses"] as const).map((kind) => proposalId({ kind, id }));
  const waiting = await Promise.all(ids.map((one) => proposals.read(one)));
  return ids.filter((_, index) => waiting[index] !== undefined);
}

function writesWords({ links, status }: SettledWriteBack): string {
  const said = [
    links && "links",
    status.arrived && "arrived",
    status.checkedIn && "checked in",
    status.fulfilled && "fulfilled",
  ].filter((each) => each !== false);
  return said.length === 0 ? "Nothing" : said.join(", ");
}
