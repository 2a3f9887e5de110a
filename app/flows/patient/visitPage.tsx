/**
 * The page with all that a person needs before the visit: when it is, Join, with whom, a test of the camera, whom to call.
 */
import { ButtonLink, Card, DefinitionList, Notice } from "../../web/components.tsx";
import { opens, type Visit } from "../../domain/visit.ts";
import type { VisitRules } from "../../domain/hospital.ts";
import { Countdown, dayInSentence } from "../../web/countdown.tsx";
import type { Language } from "../../web/language.ts";
import { onceFor } from "../../web/once.tsx";
import type { BrowserVerdict } from "../../web/supportedBrowser.ts";
import { formatNearDay, formatShortClock, formatSpokenClock } from "../../web/time.ts";
import { instead } from "./browserPage.tsx";
import { DeviceCheck } from "./deviceCheck.tsx";
import { CallLink, OnPaper, renderPatientPage, type PatientFrame } from "./frame.tsx";
import { nameOf, type JoiningRole, type LivingLink, type VisitContext } from "./link.ts";
import { WORDS } from "./dictionary.ts";
import type { PatientWords } from "./words.ts";

export interface VisitPage {
  readonly link: LivingLink;
  readonly context: VisitContext;
  readonly rules: VisitRules;
  readonly now: Date;
  readonly browser: BrowserVerdict;
  /** Since when the visit runs late, as staff have said. */
  readonly late?: Date | undefined;
  /** The department's wait in minutes, where it is told. */
  readonly wait?: number | undefined;
  /** The link as in the message. */
  readonly address: string;
  /** Paths on this site. */
  readonly joinPath: string;
  readonly calendarPath: string;
}

export function visitPage(frame: PatientFrame, page: VisitPage): string {
  const { language } = frame;
  const words = WORDS[language];
  const { visit } = page.link;
  const { contact } = page.context;
  const { role } = page.link;
  return renderPatientPage(frame, {
    title: words.title[role],
    scripts: ["opening.js", "device-check.js"],
    main: (
      <>
        <h1>{words.title[role]}</h1>
        {!page.browser.ok && (
          <Notice kind="warning" title={words.browser.notice.title}>
            <p>{words.browser.notice.text(instead(page.browser, language))}</p>
          </Notice>
        )}
        {visit.movedFrom !== undefined && (
          <Notice kind="warning" title={words.moved.title}>
            <p>{words.moved.text(before(visit.movedFrom, page, language))}</p>
          </Notice>
        )}
        {page.late !== undefined && (
          <Notice kind="warning" title={words.late.title}>
            <p>{words.late.text(formatShortClock(page.late, page.context.zone, language))}</p>
          </Notice>
        )}
        <div class="card visit">
          <DefinitionList entries={[[words.when, <When {...{ page, language, words }} />]]} />
          <Join page={page} language={language} words={words} />
          {page.wait !== undefined && <p>{words.waited(page.wait)}</p>}
          <DefinitionList entries={[[words.where, words.byVideo(nameOf(contact, language))]]} />
          <p class="quiet">{words.calledYou}</p>
          <p class="actions">
            <ButtonLink href={page.calendarPath} weight="secondary">
              {words.calendar}
            </ButtonLink>
          </p>
          <OnPaper link={page.address} contact={contact} language={language} />
        </div>
        <DeviceCheck language={language} device={{ platform: page.browser.platform, phone: contact.phone }} />
        <Expect of={expectation(language, role)} />
        <Card title={words.help.title}>
          <p>{words.help.text}</p>
          <CallLink contact={contact} language={language} />
        </Card>
      </>
    ),
  });
}

type Role = JoiningRole;
const expectation = (language: Language, role: Role) => (language + " " + role) as `${Language} ${Role}`;

/** How to get ready: rendered once for each language and role. */
const Expect = onceFor((of: ReturnType<typeof expectation>) => {
  const [language, role] = of.split(" ") as [Language, Role];
  const { title, intro, steps } = WORDS[language].expect;
  return (
    <Card title={title}>
      <p>{intro[role]}</p>
      <ol class="steps">
        {steps[role].map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
    </Card>
  );
});

interface Part {
  readonly page: VisitPage;
  readonly language: Language;
  readonly words: PatientWords;
}

/** The day of the visit, and below it the time and how long it takes. */
function When({ page, language, words }: Part) {
  const { visit } = page.link;
  const { zone } = page.context;
  const minutes = minutesOf(visit);
  return (
    <time dateTime={visit.start.toISOString()}>
      <span>{formatNearDay(visit.start, zone, page.now, language)}</span>{" "}
      <span>{formatSpokenClock(visit.start, zone, language)}</span>{" "}
      {minutes > 0 && <span class="takes">{words.takes(minutes)}</span>}
    </time>
  );
}

/** The length of the visit in minutes; 0 where the chart books visits without a length. */
function minutesOf({ start, end }: Pick<Visit, "start" | "end">): number {
  return Math.round((end.getTime() - start.getTime()) / 60_000);
}

/** The time from which the visit was moved: without the day if it stays on the same day. */
function before(movedFrom: Date, { link, context: { zone }, now }: VisitPage, language: Language): string {
  const dayOf = (date: Date) => formatNearDay(date, zone, now, language);
  const clock = formatShortClock(movedFrom, zone, language);
  if (dayOf(movedFrom) === dayOf(link.visit.start)) return clock;
  return [dayInSentence(dayOf(movedFrom), language), clock].join(", ");
}

function Join({ page, language, words }: Part) {
  const { context, joinPath, link, now, rules } = page;
  return (
    <Countdown
      words={words.early}
      opensAt={link.state === "early" ? opens(link.visit, rules) : undefined}
      zone={context.zone}
      now={now}
      language={language}
    >
      <ButtonLink href={joinPath} large>
        {words.join}
      </ButtonLink>
    </Countdown>
  );
}
