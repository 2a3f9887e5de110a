/** The part of the visit's page that says who waits. Its words say what Teams knows, and no more. */
import { renderToString } from "preact-render-to-string";
import { PATHS } from "../../domain/addresses.ts";
import type { Look, Standing } from "../../domain/presence.ts";
import type { Visit } from "../../domain/visit.ts";
import { Card } from "../../web/components.tsx";
import { once } from "../../web/once.tsx";
import { hashed } from "../../web/secrets.ts";
import { formatShortClock } from "../../web/time.ts";
import { shortMoment } from "./nearness.ts";
import type { VisitView } from "./visitView.ts";
import type { Waiting } from "./waiting.ts";

export function WaitingCard({ base, waiting, open, now }: VisitView) {
  const live = waiting.kind === "off" ? {} : { "data-live": base + PATHS.waiting };
  return (
    <Card title="Who is waiting">
      <div {...live}>
        <Now {...{ waiting, now }} visit={open.visit} zone={open.department.timeZone} />
      </div>
      <p class="waiting-now" role="alert" data-live-moved hidden>
        This visit was moved: what else this page says is from before. <a href={base}>Load it again.</a>
      </p>
      <p class="waiting-now" role="alert" data-live-other hidden>
        This chart was led to another visit in another tab, so this page does not tell any more who waits.{" "}
        <a href={base}>Load it again</a> to see that visit.
      </p>
      <p class="waiting-now" role="alert" data-live-none hidden>
        This page does not tell any more who waits. Its visit may have been left in another tab, given to
        another patient, given other links, or deleted; or live status was turned off.{" "}
        <a href={base}>Load it again</a> before you join, or do anything else here.
      </p>
      <AboutLive />
      {waiting.kind !== "off" && <Attention />}
      <p class="quiet">
        {open.visit.kind === "consult"
          ? "Guests wait in the waiting room (Teams says lobby) until you admit them. "
          : "Patients wait in the waiting room (Teams says lobby) until you admit them. People type their own name: check name and birth date before you start. "}
        Nobody can be written or spoken to there. To tell somebody who waits already that you are late, call.
      </p>
    </Card>
  );
}

/** What the page's script shows or reads out, and what stands in its place where there is none. */
const AboutLive = once(() => (
  <>
    <noscript>
      <p class="quiet">Load this page again to see who has come since.</p>
    </noscript>
    <p class="unseen" role="status" data-live-said />
    <p class="quiet" data-live-lost hidden>
      This may be out of date: the connector does not answer. Teams shows who waits.
    </p>
  </>
));

/** Offers a sound and a notification to a clinician who looks at something else; the page's script shows it. */
const Attention = once(() => (
  <div class="calls-you" data-attention data-sample="So you are told when somebody waits" hidden>
    <p>When somebody begins to wait:</p>
    <label>
      <input type="checkbox" name="sound" /> Play a sound
    </label>
    <label>
      <input type="checkbox" name="notification" /> Show a notification
    </label>
    <p class="quiet" role="alert" data-refused hidden>
      This browser does not allow notifications from this page.
    </p>
    <p class="quiet" role="alert" data-unable hidden>
      This browser cannot show notifications from a page, as on Android. A sound and the page’s title call
      you.
    </p>
    <p class="quiet" role="alert" data-silent hidden>
      Click here once so that this page may sound.
    </p>
  </div>
));

/** What replaces the part of the page that says who waits, when it changes. */
export interface Shown {
  readonly html: string;
  /** A hash of `html`: it changes when the text does. */
  readonly tag: string;
}

export function shownOf(waiting: Waiting, about: Omit<NowProps, "waiting">): Shown {
  const html = renderToString(<Now waiting={waiting} {...about} />);
  return { html, tag: hashed(html).slice(0, 16) };
}

interface NowProps {
  readonly waiting: Waiting;
  readonly visit: Pick<Visit, "id" | "start" | "epoch">;
  readonly zone: string;
  readonly now: Date;
}

/**
 * Tells the page's script which visit it is about, when that is, and its record's number, which changes with all of its links;
 * and what screen readers say while somebody waits, or is alone in the meeting and may be the patient; and which of the two it
 * is, because whoever was called for one is called for the other, too.
 */
function Now({ waiting, visit, zone, now }: NowProps) {
  const about = {
    "data-visit": visit.id,
    "data-start": visit.start.toISOString(),
    "data-links": visit.epoch ?? "",
  };
  if (waiting.kind === "over")
    return (
      <div {...about}>
        <Over over={waiting} zone={zone} />
      </div>
    );
  if (waiting.kind !== "told")
    return (
      <div {...about}>
        <p class="quiet">{wordsFor(waiting, zone, now)}</p>
      </div>
    );
  const lobby = waiting.people.filter(({ whereabouts }) => whereabouts === "lobby");
  const isAlone = lobby.length === 0 && waiting.mayBePatient === true;
  const say = lobby.length > 0 || isAlone ? headline(lobby, waiting) : undefined;
  return (
    <div {...about} data-say={say} data-alone={isAlone || undefined}>
      <Told told={waiting} zone={zone} />
    </div>
  );
}

const UNAVAILABLE: Readonly<Record<Extract<Waiting, { kind: "unavailable" }>["reason"], string>> = {
  limit: "Microsoft has given as many as it gives. An administrator can see which limit it is.",
  "not-reached": "Microsoft does not reach the connector. An administrator can see why.",
  refused: "Microsoft does not tell this deployment. An administrator can see why.",
  unavailable: "Microsoft does not answer; it is asked again.",
};

function wordsFor(waiting: Exclude<Waiting, { kind: "told" | "over" }>, zone: string, now: Date): string {
  switch (waiting.kind) {
    case "off":
      return "Live status is off in this deployment: who waits is seen in Teams alone.";
    case "not-read":
      return "Who waits cannot be read now: it is seen in Teams alone.";
    case "unavailable":
      return "Live status unavailable: who waits is seen in Teams alone. " + UNAVAILABLE[waiting.reason];
    case "not-yet":
      return `Who waits is shown here from ${shortMoment(waiting.from, zone, now)} on.`;
    case "soon":
      return "Teams is being asked who waits.";
  }
}

const OVER = {
  cancelled: "The chart has canceled this visit.",
  ended: "The links of this visit were closed.",
  closed: "The links of this visit have closed.",
} as const;

/** Screen readers say this at once, because it changes what the page is for, whoever waits. */
function Over({ over, zone }: { over: Extract<Waiting, { kind: "over" }>; zone: string }) {
  const { heard, isTold, people } = over;
  const at = heard === undefined ? "" : `, at ${formatShortClock(heard, zone)}`;
  const waits = people.some(({ whereabouts }) => whereabouts === "lobby");
  return (
    <>
      <p class="waiting-now" role="alert">
        {OVER[over.because]} Nobody new can join.
        {waits && isTold && " Somebody waits in Teams all the same: admit them and say so, or call."}
        {waits &&
          !isTold &&
          ` Somebody waited in Teams when it told last${at}: look there and say so, or call.`}
      </p>
      <People people={people} zone={zone} isTold={isTold} />
    </>
  );
}

/** How many of the people who left are shown: the last ones are enough. */
const MOST_LEFT = 3;

function Told({ told, zone }: { told: Extract<Waiting, { kind: "told" }>; zone: string }) {
  const { people, heard, gap, isBehind, trouble } = told;
  const waiting = people.filter(({ whereabouts }) => whereabouts === "lobby");
  const inside = people.filter(({ whereabouts }) => whereabouts === "in");
  const left = people.filter(({ whereabouts }) => whereabouts === "left").slice(-MOST_LEFT);
  return (
    <>
      <p class="waiting-now">{headline(waiting, told)}</p>
      {told.mayBePatient === true && <p>{MAY_BE_PATIENT}</p>}
      <People people={[...waiting, ...inside, ...left]} zone={zone} patient={patientIn(told)} isTold />
      <p class="quiet">
        {heard === undefined
          ? "Teams has said nothing yet."
          : `Teams last said something at ${formatShortClock(heard, zone)}.`}
      </p>
      {gap !== undefined && (
        <p class="quiet">Until {formatShortClock(gap, zone)} Teams did not tell all: look there, too.</p>
      )}
      {isBehind && (
        <p class="quiet">Something that Teams told since has not been read yet: look there, too.</p>
      )}
      {trouble !== undefined && (
        <p class="quiet">Nothing new comes: who waits now is seen in Teams alone. {UNAVAILABLE[trouble]}</p>
      )}
    </>
  );
}

/** Right for both: for a patient who works here, and for a colleague who came by the meeting's address or a calendar. */
const MAY_BE_PATIENT =
  "The patient’s link was opened shortly before. It may be the patient: whoever is signed in with an account of the hospital does not wait to be let in. Or it is a colleague who did not join from a visit’s page. Look in Teams.";

function People(props: {
  readonly people: readonly Standing[];
  readonly zone: string;
  /** What whoever waits is called, where that is known better than by their look. */
  readonly patient?: string | undefined;
  readonly isTold: boolean;
}) {
  const { patient, isTold, zone } = props;
  if (props.people.length === 0) return null;
  return (
    <ul class="waiting-people" role="list">
      {props.people.map((one, index) => (
        <li key={index}>{isTold ? sentence(one, zone, patient) : sentenceThen(one, zone)}</li>
      ))}
    </ul>
  );
}

/** Of several patients who share a link, it may be any who waits. */
const patientIn = ({ isPatient, sharedBy }: Extract<Waiting, { kind: "told" }>): string | undefined => {
  if (!isPatient) return undefined;
  return sharedBy === undefined ? "The patient" : `One of ${String(sharedBy)} patients`;
};

function headline(waiting: readonly Standing[], told: Extract<Waiting, { kind: "told" }>): string {
  const { gap, isBehind, trouble } = told;
  const patient = patientIn(told);
  const [is, are] = trouble === undefined ? ["is", "are"] : ["was", "were"];
  const isSure = gap === undefined && isBehind === undefined;
  if (told.mayBePatient === true) return `Somebody who may be the patient ${is} in the meeting`;
  if (waiting.length === 0) return `Nobody ${is} ${isSure ? "" : "known to be "}waiting`;
  if (patient !== undefined) return `${patient} ${is} waiting`;
  return waiting.length === 1 ? `Somebody ${is} waiting` : `${String(waiting.length)} people ${are} waiting`;
}

const CALLED: Readonly<Record<Look, string>> = {
  staff: "Somebody with an account of the hospital",
  phone: "Somebody by telephone",
  outside: "A guest",
  attendee: "Somebody whom Teams does not name",
  unnamed: "Somebody whom Teams does not name",
};

/** About what was true when Teams last told something, and may have changed since. */
function sentenceThen({ look, whereabouts, since }: Standing, zone: string): string {
  const does = { lobby: "began to wait at", in: "came into the meeting at", left: "left at" };
  return `${CALLED[look]} ${does[whereabouts]} ${formatShortClock(since, zone)}`;
}

function sentence({ look, whereabouts, since }: Standing, zone: string, patient: string | undefined): string {
  const at = formatShortClock(since, zone);
  const does = {
    lobby: `has waited since ${at}`,
    in: `has been in the meeting since ${at}`,
    left: `left at ${at}`,
  };
  const who = (whereabouts === "lobby" ? patient : undefined) ?? CALLED[look];
  return who + " " + does[whereabouts];
}
