import { Badge, Button, ButtonLink, Card, Notice } from "../../web/components.tsx";
import { formatDay, formatShortClock, formatTime } from "../../web/time.ts";
import { STATUS_WORDS } from "./statusWords.ts";
import type { VisitView } from "./visitView.ts";

export function Heading({ open }: VisitView) {
  const { visit, appointment, department } = open;
  const zone = department.timeZone;
  return (
    <header class="visit-head">
      <h1>{visit.kind === "consult" ? "Consult" : (appointment?.type ?? "Video visit")}</h1>
      <p class="visit-when">
        {formatDay(visit.start, zone)}
        <br />
        {formatShortClock(visit.start, zone)} – {formatShortClock(visit.end, zone)}
      </p>
      <p>
        {department.name}{" "}
        {appointment !== undefined && <Badge tone="calm">{STATUS_WORDS[appointment.status]}</Badge>}
      </p>
      {visit.movedFrom !== undefined && (
        <Notice kind="info" title="This visit was moved">
          <p>
            Before, it was to start on {formatTime(visit.movedFrom, zone)}. The patient’s link is still good
            and shows the new time.
          </p>
        </Notice>
      )}
    </header>
  );
}

export function JoinCard(view: VisitView) {
  return (
    <Card>
      {view.account === undefined ? <SignIn {...view} /> : <Join {...view} account={view.account} />}
      <form method="post" action={view.base + "/end"} class="end-visit">
        <Button weight="quiet">End visit</Button>
        <p class="quiet">
          Closes every link into it. People who are in Teams already stay until the meeting is ended there.
        </p>
      </form>
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
      <form method="post" action={base + "/unlink"} class="joins-as">
        <p>
          You join as <strong>{account.name ?? "the Microsoft account that you linked"}</strong>
          {account.userName !== undefined && <span class="quiet"> {account.userName}</span>}
        </p>
        <Button weight="quiet">Not you?</Button>
      </form>
      <p class="quiet">
        Teams opens in your own browser or app; this page stays. Patients wait in its lobby until you admit
        them.
      </p>
    </>
  );
}

export function Ended({ base }: VisitView) {
  return (
    <Notice kind="info" title="This visit has been ended">
      <p>Its links no longer work.</p>
      <form method="post" action={base + "/reopening"}>
        <Button weight="secondary">Open it again</Button>
      </form>
    </Notice>
  );
}
