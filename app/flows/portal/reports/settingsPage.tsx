/** The page of what administrators set of reports. */
import { USUAL_LIMITS, type QualityLimits } from "../../../domain/callQuality.ts";
import { METRICS } from "../../../domain/metrics.ts";
import { REPORTS_ID, type PortalReports } from "../../../records/portalReports.ts";
import type { PortalSession } from "../../../records/portalSessions.ts";
import { proposalId } from "../../../records/proposals.ts";
import type { Setting } from "../../../records/settings.ts";
import type { UnreadableSetting } from "../../../records/unreadableSetting.ts";
import { MONTHS_KEPT } from "../../../records/usages.ts";
import { Button, Card, DefinitionList, Notice } from "../../../web/components.tsx";
import { portalPath } from "../addresses.ts";
import { TypedIsKept, type TypedAndKept } from "../changedMeanwhile.tsx";
import { GlobalAdministratorOnly } from "../globalAdministrator.tsx";
import type { PortalPages } from "../pages.tsx";
import { NothingUntilAnswered } from "../waitingInForm.tsx";
import type { Refusal } from "./allocationPage.tsx";
import { ReportTabs } from "./filter.tsx";
import { PostForm } from "../postForm.tsx";
import { UnreadSettings } from "./unreadSettings.tsx";

export const LIMIT_NAMES = ["lossPercent", "jitterMs", "roundTripMs", "poorStreamsPercent"] as const;

export const LIMIT_WORDS: Readonly<Record<keyof QualityLimits, string>> = {
  lossPercent: "Packet loss (%)",
  jitterMs: "Jitter (ms)",
  roundTripMs: "Round trip (ms)",
  poorStreamsPercent: "Poor streams (%)",
};

const LIMIT_METRICS = [
  METRICS.loss,
  METRICS.jitter,
  METRICS.roundTrip,
  { name: METRICS.poorPart.name, says: METRICS.poorPart.says + " " + METRICS.poorStreams.says },
];

/** What the form says of appointments' ids where it has no box, because only a Global Administrator may tick it. */
export const AS_KEPT = "as-kept";
const KEEP = "Keep appointments’ ids as long as the rows";

const USUAL_WORDS = `${String(USUAL_LIMITS.lossPercent)} % lost, ${String(USUAL_LIMITS.jitterMs)} ms of jitter and ${String(USUAL_LIMITS.roundTripMs)} ms there and back, which Microsoft’s Call Quality Dashboard has for a stream of sound, and ${String(USUAL_LIMITS.poorStreamsPercent)} % of the streams`;

interface Shown {
  /** Whether the deployment reads how good calls were. */
  readonly isOn: boolean;
  /** Undefined where nobody has set anything. */
  readonly setting: Setting<PortalReports> | undefined;
  /** What is set, where it cannot be read: then nothing can be set. */
  readonly unread: readonly UnreadableSetting[];
  readonly isWaiting: boolean;
  readonly refusal: Refusal | undefined;
  /** What was typed into a field, to be shown again because it cannot be set; empty where nothing was typed. */
  readonly typed: ((name: string) => string) | undefined;
  /** Revision of what the form was opened with; undefined where it has what is kept now. */
  readonly revision?: number | undefined;
  /** Whether somebody else has changed it while the form was open. */
  readonly isMoved?: boolean;
}

export function settingsPage(
  pages: PortalPages,
  session: PortalSession,
  { isOn, setting, unread, isWaiting, refusal, typed, revision, isMoved = false }: Shown,
): string {
  const limits = setting?.value ?? USUAL_LIMITS;
  const keeps = setting?.value.keepsAppointments === true;
  const mayTick = keeps || session.rights.includes("decide");
  const sent = typed?.("keepsAppointments") ?? AS_KEPT;
  // A form that had no box says nothing of it; and what this form cannot have is not said to be in it.
  const isTicked = sent === AS_KEPT || !mayTick ? keeps : sent === "yes";
  const differences: readonly TypedAndKept[] = [
    ...LIMIT_NAMES.map((name) => [LIMIT_WORDS[name], typed?.(name) ?? "", String(limits[name])] as const),
    [KEEP, isTicked ? "Yes" : "No", keeps ? "Yes" : "No"] as const,
  ].filter(([, mine, now]) => mine !== now);
  const main = (
    <>
      <ReportTabs at="reportSettings" configures={true} />
      {refusal !== undefined && (
        <Notice kind="warning" title={refusal.title}>
          <p>{refusal.says}</p>
        </Notice>
      )}
      {isWaiting && (
        <NothingUntilAnswered
          what="these settings"
          at={portalPath("proposal", proposalId({ kind: "reports", id: REPORTS_ID }))}
        />
      )}
      {isMoved && <TypedIsKept what="setting" rows={differences} />}
      <UnreadSettings unread={unread} session={session} />
      {unread.length === 0 && (
        <PostForm action={portalPath("setReports")} class="fields">
          <input type="hidden" name="revision" value={String(revision ?? setting?.revision ?? 0)} />
          <Card title="When calls are poor">
            <p class="quiet">
              A visit’s calls count as poor above any of these. It holds for all visits that are shown,
              earlier ones too. An empty field means the usual limit: {USUAL_WORDS}.
              {!isOn && " This deployment does not read how good calls were, so nothing is compared yet."}
            </p>
            <div class="filter">
              {LIMIT_NAMES.map((name) => (
                <label key={name}>
                  {LIMIT_WORDS[name]}
                  <input
                    type="text"
                    inputMode="decimal"
                    autocomplete="off"
                    name={name}
                    value={typed?.(name) ?? String(limits[name])}
                  />
                </label>
              ))}
            </div>
            <DefinitionList entries={LIMIT_METRICS.map(({ name, says }) => [name, says] as const)} />
          </Card>
          <Card title="Appointments’ ids in files">
            <p class="quiet">
              A file of visits has the appointment’s id while the visit’s own record is kept, seven days after
              its end. By the id the chart identifies a patient. If it is to be there longer, it is kept
              sealed with the visit’s row, {String(MONTHS_KEPT)} months, of visits that are counted from then
              on. If this is taken back, it is removed from all rows within hours.
            </p>
            {mayTick ? (
              <label class="pick">
                <input type="checkbox" name="keepsAppointments" value="yes" checked={isTicked} />
                {KEEP}
              </label>
            ) : (
              <>
                <input type="hidden" name="keepsAppointments" value={AS_KEPT} />
                <GlobalAdministratorOnly
                  says="They are not kept longer. A Global Administrator can set that they are."
                  session={session}
                  page={portalPath("reportSettings")}
                />
              </>
            )}
          </Card>
          <p class="actions">
            <Button>Save</Button>
          </p>
        </PostForm>
      )}
    </>
  );
  return pages({ session, at: "reports", title: "Reports", main });
}
