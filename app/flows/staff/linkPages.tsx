/** The small pages of a staff link that does not lead on at once. They name the hospital and a time, and nobody. */
import { choiceFormat } from "../../domain/formatters.ts";
import { opens, type Visit } from "../../domain/visit.ts";
import type { VisitRules } from "../../domain/hospital.ts";
import { ButtonLink, Card, CopyField, DefinitionList } from "../../web/components.tsx";
import { Countdown, earlyOf } from "../../web/countdown.tsx";
import { browsersFor, type BrowserVerdict } from "../../web/supportedBrowser.ts";
import { formatNearDay, formatSpokenClock } from "../../web/time.ts";
import type { Obstacle } from "./link.ts";
import type { StaffPages } from "./pages.ts";
import { EARLY, OBSTACLES } from "./words.ts";

/** The page that says why a link leads nowhere, and whom to ask. */
export function obstaclePage(pages: StaffPages, obstacle: Obstacle, ofTestChart: boolean): string {
  const { title, text } = OBSTACLES[obstacle];
  const main = (
    <Card narrow>
      <h1>{title}</h1>
      {text.map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
    </Card>
  );
  return pages({ title, main, ofTestChart });
}

export interface EarlyPage {
  readonly visit: Pick<Visit, "start">;
  readonly zone: string;
  readonly rules: VisitRules;
  readonly now: Date;
  readonly joinPath: string;
  readonly ofTestChart: boolean;
}

/** The page that says when to come again. The button appears at that moment for somebody who waits. */
export function earlyPage(pages: StaffPages, shown: EarlyPage): string {
  const { visit, zone, rules, now, joinPath, ofTestChart } = shown;
  const title = "This video visit is not open yet";
  const main = (
    <Card narrow>
      <h1>{title}</h1>
      <DefinitionList
        entries={[["Starts", <Starts key="start" date={visit.start} zone={zone} now={now} />]]}
      />
      <Countdown words={EARLY} early={earlyOf(EARLY, opens(visit, rules), { zone, now, language: "en" })}>
        <ButtonLink href={joinPath} large>
          Sign in to join
        </ButtonLink>
      </Countdown>
    </Card>
  );
  return pages({ title, main, scripts: ["opening.js"], ofTestChart });
}

function Starts({ date, zone, now }: { readonly date: Date; readonly zone: string; readonly now: Date }) {
  return (
    <time dateTime={date.toISOString()}>
      <span>{formatNearDay(date, zone, now)}</span> <span>{formatSpokenClock(date, zone)}</span>
    </time>
  );
}

/** The page for a request that does not say that it comes from a person's browser: a preview ends here, a person goes on. */
export function signInPage(pages: StaffPages, joinPath: string, ofTestChart: boolean): string {
  const title = "Join a video visit";
  const main = (
    <Card narrow>
      <h1>{title}</h1>
      <p>A colleague has invited you. Sign in with your hospital account; Teams opens next.</p>
      <p class="actions">
        <ButtonLink href={joinPath} large>
          Sign in to join
        </ButtonLink>
      </p>
    </Card>
  );
  return pages({ title, main, ofTestChart });
}

type Unsupported = Extract<BrowserVerdict, { ok: false }>;

/**
 * The page for a browser in which Teams does not work: which browser to open instead, the link to take there, and a way on
 * for those who have the Teams app.
 */
export function browserPage(
  pages: StaffPages,
  { inApp, platform }: Unsupported,
  shown: { readonly link: string; readonly joinPath: string; readonly ofTestChart: boolean },
): string {
  const browsers = platform === undefined ? ["Microsoft Edge", "Chrome", "Safari"] : browsersFor(platform);
  const title = "Please open this link in " + choiceFormat("en").format(browsers);
  const main = (
    <Card narrow>
      <h1>{title}</h1>
      <p>
        {inApp
          ? "This page opened inside another app, where the camera may not work."
          : "Teams meetings may not work in this browser."}
      </p>
      <CopyField
        id="link"
        label="Your link"
        value={shown.link}
        copy="Copy link"
        copied="The link is copied."
        notCopied="Could not copy. The link is selected: copy it by hand."
      />
      <p class="quiet">If this device has the Teams app, you can go on: the meeting opens there.</p>
      <p class="actions">
        <ButtonLink href={shown.joinPath} weight="secondary">
          Continue here
        </ButtonLink>
      </p>
    </Card>
  );
  return pages({ title, main, scripts: ["copy.js"], ofTestChart: shown.ofTestChart });
}
