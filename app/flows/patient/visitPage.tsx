import { ButtonLink, Card, DefinitionList, Notice, Time } from "../../web/components.tsx";
import { opens, type Visit } from "../../domain/visit.ts";
import type { Department, VisitRules } from "../../domain/hospital.ts";
import type { Language } from "../../web/language.ts";
import { onceFor } from "../../web/once.tsx";
import { telephone } from "../../web/telephone.ts";
import { formatClock, formatDay, formatTime } from "../../web/time.ts";
import { instead } from "./browserPage.tsx";
import type { Unsupported } from "./destination.ts";
import { DeviceCheck } from "./deviceCheck.tsx";
import { CallLink, renderPatientPage, type PatientFrame } from "./frame.tsx";
import { roleOf, type LivingLink, type Place } from "./link.ts";
import { WORDS } from "./dictionary.ts";
import type { PatientWords } from "./words.ts";

export interface VisitPage {
  readonly link: LivingLink;
  readonly place: Place;
  readonly rules: VisitRules;
  readonly now: Date;
  readonly unsupported: Unsupported | undefined;
  /** Addresses on this site. */
  readonly joinPath: string;
  readonly calendarPath: string;
}

/** All a person needs before the visit: when, with whom to call, a test of the camera, and Join. */
export function visitPage(frame: PatientFrame, page: VisitPage): string {
  const { language } = frame;
  const words = WORDS[language];
  const { visit } = page.link;
  const { department, contact } = page.place;
  return renderPatientPage(frame, {
    title: words.title,
    scripts: ["opening.js", "device-check.js"],
    main: (
      <>
        <h1>{words.title}</h1>
        <p class="lead">{words.intro[roleOf(page.link)]}</p>
        {page.unsupported !== undefined && (
          <Notice kind="warning" title={words.browser.notice.title}>
            <p>{words.browser.notice.text(instead(page.unsupported, language))}</p>
          </Notice>
        )}
        {visit.movedFrom !== undefined && department !== undefined && (
          <Notice kind="warning" title={words.moved.title}>
            <p>{words.moved.text(formatTime(visit.movedFrom, department.timeZone, language))}</p>
          </Notice>
        )}
        <div class="card visit">
          {department !== undefined && <Facts {...{ visit, department, language, words }} />}
          <Join page={page} language={language} words={words} />
        </div>
        <Preparing of={language} />
        <Card title={words.help.title}>
          <p>{words.help.text}</p>
          <CallLink contact={contact} language={language} />
        </Card>
      </>
    ),
  });
}

/** How to make ready: the same for everybody. */
const Preparing = onceFor((language: Language) => {
  const { check, expect } = WORDS[language];
  return (
    <>
      <DeviceCheck words={check} />
      <Card title={expect.title}>
        <ol class="steps">
          {expect.steps.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
      </Card>
    </>
  );
});

interface FactsShown {
  readonly visit: Visit;
  readonly department: Department;
  readonly language: Language;
  readonly words: PatientWords;
}

function Facts({ visit, department, language, words }: FactsShown) {
  return (
    <DefinitionList
      entries={[
        [words.when, <Time date={visit.start} zone={department.timeZone} language={language} />],
        [words.where, words.byVideo(department.name)],
        [words.phone, <a href={telephone(department.phone)}>{department.phone}</a>],
      ]}
    />
  );
}

function Join({ page, language, words }: { page: VisitPage; language: Language; words: PatientWords }) {
  const isEarly = page.link.state === "early";
  const opening = opens(page.link.visit, page.rules);
  return (
    <div class="join" aria-live="polite">
      {isEarly && (
        <div class="join-early" data-opens-in={String(opening.getTime() - page.now.getTime())}>
          <p class="join-from">{words.joinFrom(openingInWords(page, opening, language))}</p>
          <p>{words.joinAppears}</p>
          <noscript>
            <p>{words.joinWithoutScript}</p>
          </noscript>
        </div>
      )}
      <div data-opened hidden={isEarly}>
        <ButtonLink href={page.joinPath} large>
          {words.join}
        </ButtonLink>
      </div>
      <ButtonLink href={page.calendarPath} weight="secondary">
        {words.calendar}
      </ButtonLink>
    </div>
  );
}

/** The clock alone when it opens on the visit's own day, else the whole moment. */
function openingInWords({ link, place }: VisitPage, opening: Date, language: Language): string {
  const zone = place.department?.timeZone ?? "UTC";
  const isSameDay = formatDay(opening, zone) === formatDay(link.visit.start, zone);
  return isSameDay ? formatClock(opening, zone, language) : formatTime(opening, zone, language);
}
