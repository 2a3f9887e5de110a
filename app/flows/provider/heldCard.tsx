/**
 * The part of the visit's page by which a clinician holds back the messages that the connector writes by itself, and lets them
 * go; and the same of a visit that is canceled, which has no other page, and of the patient's visits of other days.
 */
import type { ComponentChildren } from "preact";
import { visitPath } from "../../domain/addresses.ts";
import { dayIn } from "../../domain/day.ts";
import { isDoubted } from "../../domain/visit.ts";
import type { Session } from "../../records/sessions.ts";
import { Button, Card } from "../../web/components.tsx";
import { shownOf } from "./formMembers.ts";
import type { HeldElsewhere, HeldVisit } from "./problems.ts";
import { shortMoment } from "./nearness.ts";
import { SaidNotice } from "./saidNotice.tsx";
import { isAbout } from "./visitCards.tsx";
import { VisitForm } from "./visitForm.tsx";
import type { VisitView } from "./visitView.ts";

const LET_GO = "Let messages go again";
const SENT_BY_HAND = "What you send from this page goes all the same.";

export function HeldBack(view: VisitView) {
  const { open, now } = view;
  const { held, state } = open.visit;
  // Where the links are closed, their card says what was just done, whatever it was.
  const isSaid =
    state !== "ended" &&
    isAbout(
      view,
      ...(["messages-held", "messages-held-before"] as const),
      ...(["messages-let-go", "messages-held-since"] as const),
    );
  const said = isSaid && <SaidNotice said={view.said} />;
  if (held !== undefined)
    return (
      <Card title="Messages are held back">
        {said}
        <VisitForm view={view} to="/messages-again" class="held">
          <input type="hidden" name="held" value={held.toISOString()} />
          <p>
            Since {shortMoment(held, open.department.timeZone, now)}, the connector writes nothing to the
            patient by itself: no reminder, and not that the visit was moved, canceled or runs late.{" "}
            <strong>Call the patient about any change.</strong>
            {!isDoubted(open.visit) && " " + SENT_BY_HAND}
          </p>
          <p>
            Are the number and the address in the chart right again? Then let messages go: what is still to be
            told goes within a few minutes, once.
          </p>
          <Button weight="secondary">{LET_GO}</Button>
        </VisitForm>
      </Card>
    );
  if (!view.isHoldable) return said || null;
  return (
    <>
      {said}
      <details class="card fold">
        <summary>Hold back messages</summary>
        <VisitForm view={view} to="/messages-held" class="held">
          <p>
            Is the number or the address in the chart somebody else’s? Until it is corrected there, nothing
            that the connector writes by itself goes to it: no reminder, and not that this visit was moved,
            canceled or runs late. You then call the patient about any change.
            {!isDoubted(open.visit) && " " + SENT_BY_HAND}
          </p>
          <Button weight="secondary">Hold back the messages of this visit</Button>
        </VisitForm>
      </details>
    </>
  );
}

/** The patient of a canceled visit may not know of it: what would tell them is held back. */
export function HeldCancellation({ of, held }: { of: Pick<Session, "launchId">; held: HeldVisit }) {
  return (
    <Card narrow title="Messages are held back">
      <LetGo of={of} held={held}>
        <p>
          Staff hold back what the connector would write to the patient of this visit by itself, so it tells
          nobody that the visit was canceled. <strong>Call the patient.</strong>
        </p>
        <p>
          Are the number and the address in the chart right again? Then let messages go: if the patient is
          still to be told, that goes within a few minutes.
        </p>
      </LetGo>
    </Card>
  );
}

interface ElsewhereProps {
  readonly of: Pick<Session, "launchId">;
  readonly held: readonly HeldElsewhere[] | undefined;
  readonly now: Date;
  /** Whether the page shows another visit above it. */
  readonly isBeside?: true;
}

/** The visits of the chart's patient that no page of this launch is about. */
export function HeldElsewhereCards({ of, held = [], now, isBeside }: ElsewhereProps) {
  return (
    <>
      {held.map((one) => (
        <Card
          key={one.visit}
          narrow={isBeside !== true}
          title={"Messages of the visit " + whenOf(one, now) + " are held back"}
        >
          <LetGo of={of} held={one}>
            <p>
              Staff hold back what the connector would write to this patient about that visit by itself: no
              reminder goes, and not that it was moved, canceled or runs late.
              {one.isOff && " It was canceled, and the patient may not know."}{" "}
              <strong>Call the patient about any change.</strong>
            </p>
            <p>
              Are the number and the address in the chart right again? Then let messages go: what is still to
              be told goes within a few minutes, once.
            </p>
          </LetGo>
        </Card>
      ))}
    </>
  );
}

const whenOf = ({ start, department }: HeldElsewhere, now: Date): string =>
  dayIn(department.timeZone, start) === dayIn(department.timeZone, now)
    ? "of today, " + shortMoment(start, department.timeZone, now)
    : "of " + shortMoment(start, department.timeZone, now);

interface LetGoProps {
  readonly of: Pick<Session, "launchId">;
  readonly held: HeldVisit;
  readonly children: ComponentChildren;
}

function LetGo({ of, held, children }: LetGoProps) {
  const { visit, start, epoch } = shownOf({ ...held, id: held.visit });
  return (
    <form method="post" action={visitPath(of.launchId) + "/messages-again"} class="held">
      <input type="hidden" name="visit" value={visit} />
      <input type="hidden" name="start" value={start} />
      <input type="hidden" name="epoch" value={epoch} />
      <input type="hidden" name="held" value={held.since.toISOString()} />
      {children}
      <Button weight="secondary">{LET_GO}</Button>
    </form>
  );
}
