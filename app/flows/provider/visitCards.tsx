/**
 * The cards of the visit's page: the heading, Join, what the chart does not say yet, the end, and closing the links.
 */
import type { Unwritten } from "../../domain/found.ts";
import { isDoubted, listed } from "../../domain/visit.ts";
import { Badge, Button, ButtonLink, Card, Notice } from "../../web/components.tsx";
import { once } from "../../web/once.tsx";
import { formatTime } from "../../web/time.ts";
import { chartAsOf } from "./notRead.ts";
import { nearness, shortMoment, spokenTimes } from "./nearness.ts";
import { isWhichVisit } from "./said.ts";
import { toldOtherwise } from "./sending.ts";
import { SaidNotice } from "./saidNotice.tsx";
import { statusWords } from "./statusWords.ts";
import { VisitForm } from "./visitForm.tsx";
import type { VisitView } from "./visitView.ts";

export function Heading(view: VisitView) {
  const { open, now } = view;
  const { visit, appointment, department } = open;
  const zone = department.timeZone;
  const asOf = chartAsOf(open, now);
  const isInDoubt = isDoubted(visit);
  // A visit whose links are closed does not start, and has not begun.
  const isStatusShown = appointment !== undefined && visit.state !== "ended";
  const isNearnessTrue = visit.state !== "ended" || now > visit.end;
  return (
    <header class="visit-head">
      <h1>{visit.kind === "consult" ? "Consult" : (appointment?.type ?? "Video visit")}</h1>
      <p class="visit-when">
        {isNearnessTrue && (
          <>
            <strong>{nearness(visit, zone, now)}</strong> ·{" "}
          </>
        )}
        {spokenTimes(visit, zone, now)}
      </p>
      <p>
        {department.name} {isStatusShown && <Badge tone="calm">{statusWords(appointment)}</Badge>}{" "}
        {asOf !== undefined && (
          <span class="quiet">
            {!isStatusShown && "Chart "}as of {shortMoment(asOf, zone, now)}
          </span>
        )}
      </p>
      {visit.movedFrom !== undefined && (
        <Notice kind="info" title="This visit was moved">
          <p>
            It was planned for {shortMoment(visit.movedFrom, zone, now)}.{" "}
            {visit.state === "ended"
              ? "Its links are closed at the new time, too."
              : isInDoubt
                ? "No link shows the new time yet."
                : "The patient’s link is still good and shows the new time."}
            {visit.held !== undefined &&
              " Its messages are held back, so the patient may not know of this: call."}
            {listed(visit).some((person) => toldOtherwise(view, person) !== undefined) &&
              " Guests were sent their links with another time: tell them. Under Links is who they are."}
          </p>
        </Notice>
      )}
      {isInDoubt && (
        <Notice kind="warning" title="The chart does not say whose this visit is">
          <p>
            The appointment names another patient than before, and it cannot be read now whether that is the
            same person. Until it can, no link leads into the visit or says when it is, none is sent, and
            nobody can be invited: call whoever is to join.
          </p>
        </Notice>
      )}
      {visit.relinked !== undefined && !isInDoubt && (
        <Notice kind="warning" title="This appointment was another patient’s before">
          <p>
            All its links were replaced on {formatTime(visit.relinked, zone)}: none that was sent before leads
            here. Send the patient the link on this page, and look through the guests. If the chart has only
            combined two records of one patient, they may wait in the meeting of before: the new link brings
            them here.
          </p>
        </Notice>
      )}
    </header>
  );
}

/** What somebody can do whose page was older than a move. */
export const movedTo = ({ open: { visit, department }, now }: VisitView): string =>
  `It now starts ${shortMoment(visit.start, department.timeZone, now)}. ` +
  "If you mean it at that time, do it again here. To end a call that goes on, use End meeting in Teams.";

export function JoinCard(view: VisitView) {
  if (view.open.visit.meeting.knownTo === "another") return <NoMeetingYet />;
  return (
    <Card>
      {view.account === undefined ? <SignIn {...view} /> : <Join {...view} account={view.account} />}
      {isAboutAccount(view) && <SaidNotice said={view.said} />}
    </Card>
  );
}

const isAboutAccount = (view: VisitView) =>
  isAbout(
    view,
    ...([
      "account-linked",
      "account-for-now",
      "account-unlinked",
      "account-outdated",
      "account-other",
    ] as const),
    "not-signed-in",
  );

/** Whether what was just done concerns a part of the page. */
export function isAbout<V extends VisitView>(
  view: V,
  ...kinds: readonly NonNullable<V["said"]>["kind"][]
): view is V & { readonly said: NonNullable<V["said"]> } {
  return view.said !== undefined && kinds.includes(view.said.kind);
}

/** Nobody joins a meeting that was another patient's. The visit gets another one when the chart is read. */
function NoMeetingYet() {
  return (
    <Card title="There is no meeting yet">
      <p>
        This appointment was another patient’s before, and so was its meeting in Teams. It gets a meeting of
        its own as soon as the chart and Teams answer. Reload this page in a minute.
      </p>
    </Card>
  );
}

function SignIn({ base }: VisitView) {
  return (
    <>
      <ButtonLink href={base + "/sign-in"} large>
        Sign in to join
      </ButtonLink>
      <p class="quiet">Once only: you are asked which Microsoft account is yours.</p>
    </>
  );
}

function Join({ base, open, account }: VisitView & { readonly account: NonNullable<VisitView["account"]> }) {
  return (
    <>
      <ButtonLink href={open.visit.meeting.joinUrl} leaves large>
        Join in Teams
      </ButtonLink>
      <div class="joins-as">
        <p>
          You join as <strong>{account.name ?? "the Microsoft account that you linked"}</strong>
          {account.userName !== undefined && <span class="quiet"> {account.userName}</span>}
        </p>
        <ButtonLink href={base + "/sign-in?account=other"} weight="quiet">
          Use another account
        </ButtonLink>
        <form method="post" action={base + "/unlink"}>
          <input type="hidden" name="account" value={account.id} />
          <Button weight="quiet">Unlink {account.name ?? "this account"}</Button>
        </form>
      </div>
      <p class="quiet">Teams opens in your own browser or app; this page stays.</p>
    </>
  );
}

const UNWRITTEN_WORDS: Readonly<Record<Unwritten, string>> = {
  "other-status":
    "The appointment had a status there that this change does not follow, so it was left as it is.",
  "changed-meanwhile":
    "Somebody else changed the appointment there at the same moment, so nothing was written.",
  locked: "Somebody had the appointment open for change there, so nothing was written.",
  "nobody-came": "By what Teams tells, nobody but staff was in the meeting, so nothing was written.",
  refused: "It did not take the new status.",
};

/** Tells that the chart should say how the visit goes, and does not. */
export function NotInChart({ open, unwritten }: Pick<VisitView, "open" | "unwritten">) {
  if (unwritten === undefined) return null;
  const what = open.visit.state === "ended" ? "that the visit is over" : "that the patient has come";
  return (
    <Notice kind="info" title={"The chart does not say " + what}>
      <p>{UNWRITTEN_WORDS[unwritten]} Where it matters, set the appointment’s status in the chart.</p>
    </Notice>
  );
}

export function Ended(view: VisitView) {
  const { open, said, now } = view;
  const { closedAt } = open.visit;
  const at = closedAt && shortMoment(closedAt, open.department.timeZone, now);
  return (
    <Card title={at === undefined ? "The links are closed" : "Links closed at " + at}>
      <p>
        Nobody new can join{open.visit.kind === "consult" ? " this consult" : " this visit"}. People who are
        in Teams stay until the meeting is ended there.
      </p>
      {said !== undefined && !isWhichVisit(said) && <SaidNotice said={said} />}
      <NotInChart {...view} />
      <VisitForm view={view} to="/reopening">
        <Button weight="secondary">Open the links again</Button>
      </VisitForm>
    </Card>
  );
}

/**
 * Closes the links. It stands at the page's end, away from Join, and folded, because it does not end the call, and people
 * take it for that.
 */
export function CloseLinks(view: VisitView) {
  return (
    <>
      {isAbout(view, "links-opened", "links-opened-not-meeting") && <SaidNotice said={view.said} />}
      <details class="card fold">
        <summary>Close the links</summary>
        <VisitForm view={view} to="/end" class="close-links">
          <CloseNow />
        </VisitForm>
      </details>
    </>
  );
}

const CloseNow = once(() => (
  <>
    <p>
      Close every link into this visit? Anybody who is not in the call yet can no longer join. To end the
      call, use End meeting in Teams.
    </p>
    <Button weight="danger">Close the links now</Button>
  </>
));

/** A notice that the customer's document requires. */
export const ChatNotice = once(() => (
  <p class="quiet">
    The meeting chat is not part of the medical record. Copy what belongs in the record into the chart; chat
    messages are kept as your Teams administrator has set.
  </p>
));
