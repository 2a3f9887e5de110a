/**
 * The page with all that a person needs before the visit: when it is, Join, with whom, a test of the camera, whom to call.
 */
import { ButtonLink, CallButton, Card, DefinitionList, Notice } from "../../web/components.tsx";
import { opens, type Visit } from "../../domain/visit.ts";
import type { VisitRules } from "../../domain/hospital.ts";
import { Countdown, dayInSentence, earlyOf } from "../../web/countdown.tsx";
import type { Language } from "../../web/language.ts";
import type { RenderPage } from "../../web/page.tsx";
import { slotted, type Encoded, type Slots } from "../../web/slots.ts";
import type { BrowserVerdict } from "../../web/supportedBrowser.ts";
import { telephone } from "../../web/telephone.ts";
import { formatNearDay, formatShortClock, formatSpokenClock } from "../../web/time.ts";
import { instead } from "./browserPage.tsx";
import { DeviceCheck } from "./deviceCheck.tsx";
import { OnPaper, onPaper, renderPatientPage } from "./frame.tsx";
import { nameOf, type JoiningRole, type LivingLink, type VisitContext } from "./link.ts";
import { WORDS } from "./dictionary.ts";
import type { PatientWords } from "./words.ts";

export interface VisitPage {
  readonly language: Language;
  /** The hospital's name. */
  readonly organization: string;
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

/**
 * What the page consists of. Everything else that differs from reader to reader is in a slot, and so is whatever a hospital has
 * written.
 */
interface Shape {
  readonly language: Language;
  readonly ofTestChart: boolean;
  readonly role: JoiningRole;
  readonly browser: BrowserVerdict;
  readonly has: Readonly<Record<"moved" | "late" | "waited" | "takes", boolean>>;
  /** Whether the visit is not open yet, and opens within the hour. */
  readonly opens: "now" | "soon" | "later";
}

const SLOTS = [
  "moved",
  "late",
  "waited",
  "takes",
  "start",
  "day",
  "clock",
  "opensIn",
  "opensFrom",
  "opensInMinutes",
  "organization",
  "where",
  "call",
  "callHref",
  "phone",
  "phoneOnPaper",
  "address",
  "joinPath",
  "calendarPath",
] as const;
type Words = Slots<(typeof SLOTS)[number]>;

export function visitPages(renderPage: RenderPage): (page: VisitPage) => Encoded {
  const pageOf = slotted<Shape, (typeof SLOTS)[number]>(SLOTS, (shape, slots) => {
    const { language, ofTestChart, role } = shape;
    const words = WORDS[language];
    return renderPatientPage(
      { renderPage, language, organization: slots.organization, ofTestChart },
      {
        title: words.title[role],
        scripts: ["opening.js", "device-check.js"],
        main: <Main shape={shape} slots={slots} words={words} />,
      },
    );
  });
  return (page) => {
    const { language, organization, link, context, browser, now, rules, late, wait } = page;
    const { visit, role } = link;
    const { contact, zone, isTest } = context;
    const words = WORDS[language];
    const minutes = minutesOf(visit);
    const name = nameOf(contact, language);
    const early =
      link.state === "early" ? earlyOf(words.early, opens(visit, rules), { zone, now, language }) : undefined;
    const moved = visit.movedFrom === undefined ? "" : words.moved.text(before(visit.movedFrom, page));
    const opened = early === undefined ? "now" : "later";
    const said = {
      moved,
      late: late === undefined ? "" : words.late.text(formatShortClock(late, zone, language), opened),
      waited: wait === undefined ? "" : words.waited(wait),
      takes: minutes > 0 ? words.takes(minutes) : "",
    };
    const has = {
      moved: said.moved !== "",
      late: said.late !== "",
      waited: said.waited !== "",
      takes: said.takes !== "",
    };
    const shape: Shape = {
      language,
      ofTestChart: isTest,
      role,
      browser,
      has,
      opens: early === undefined ? "now" : early.isSoon ? "soon" : "later",
    };
    return pageOf(shape, {
      ...said,
      start: visit.start.toISOString(),
      day: formatNearDay(visit.start, zone, now, language),
      clock: formatSpokenClock(visit.start, zone, language),
      opensIn: early?.left ?? "",
      opensFrom: early?.from ?? "",
      opensInMinutes: early?.minutes ?? "",
      organization,
      where: words.byVideo(name),
      call: words.call(name),
      callHref: telephone(contact.phone),
      phone: contact.phone,
      phoneOnPaper: onPaper(contact, language),
      address: page.address,
      joinPath: page.joinPath,
      calendarPath: page.calendarPath,
    });
  };
}

interface Part {
  readonly shape: Shape;
  readonly slots: Words;
  readonly words: PatientWords;
}

function Main({ shape, slots, words }: Part) {
  const { language, role, browser, has } = shape;
  return (
    <>
      <h1>{words.title[role]}</h1>
      {!browser.ok && (
        <Notice kind="warning" title={words.browser.notice.title}>
          <p>{words.browser.notice.text(instead(browser, language))}</p>
        </Notice>
      )}
      {has.moved && (
        <Notice kind="warning" title={words.moved.title}>
          <p>{slots.moved}</p>
        </Notice>
      )}
      {has.late && (
        <Notice kind="warning" title={words.late.title}>
          <p>{slots.late}</p>
        </Notice>
      )}
      <div class="card visit">
        <DefinitionList entries={[[words.when, <When {...{ shape, slots, words }} />]]} />
        <Join {...{ shape, slots, words }} />
        {has.waited && <p>{slots.waited}</p>}
        <DefinitionList entries={[[words.where, slots.where]]} />
        <p class="quiet">{words.calledYou}</p>
        <p class="actions">
          <ButtonLink href={slots.calendarPath} weight="secondary">
            {words.calendar}
          </ButtonLink>
        </p>
        <OnPaper link={slots.address} phone={slots.phoneOnPaper} language={language} />
      </div>
      <DeviceCheck language={language} device={{ platform: browser.platform, phone: slots.phone }} />
      <Expect language={language} role={role} />
      <Card title={words.help.title}>
        <p>{words.help.text}</p>
        <CallButton says={slots.call} phone={slots.phone} href={slots.callHref} />
      </Card>
    </>
  );
}

/** How to get ready. */
function Expect({ language, role }: { readonly language: Language; readonly role: JoiningRole }) {
  const { title, intro, steps, employees } = WORDS[language].expect;
  return (
    <Card title={title}>
      <p>{intro[role]}</p>
      <ol class="steps">
        {steps[role].map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      <p class="quiet">{employees}</p>
    </Card>
  );
}

/** The day of the visit, and below it the time and how long it takes. */
function When({ shape, slots }: Part) {
  return (
    <time dateTime={slots.start}>
      <span>{slots.day}</span> <span>{slots.clock}</span>{" "}
      {shape.has.takes && <span class="takes">{slots.takes}</span>}
    </time>
  );
}

/** The length of the visit in minutes; 0 where the chart books visits without a length. */
function minutesOf({ start, end }: Pick<Visit, "start" | "end">): number {
  return Math.round((end.getTime() - start.getTime()) / 60_000);
}

/** The time from which the visit was moved: without the day if it stays on the same day. */
function before(movedFrom: Date, { link, context: { zone }, now, language }: VisitPage): string {
  const dayOf = (date: Date) => formatNearDay(date, zone, now, language);
  const clock = formatShortClock(movedFrom, zone, language);
  if (dayOf(movedFrom) === dayOf(link.visit.start)) return clock;
  return [dayInSentence(dayOf(movedFrom), language), clock].join(", ");
}

function Join({ shape, slots, words }: Part) {
  const early = {
    isSoon: shape.opens === "soon",
    left: slots.opensIn,
    from: slots.opensFrom,
    minutes: slots.opensInMinutes,
  };
  return (
    <Countdown words={words.early} early={shape.opens === "now" ? undefined : early}>
      <ButtonLink href={slots.joinPath} large>
        {words.join}
      </ButtonLink>
    </Countdown>
  );
}
