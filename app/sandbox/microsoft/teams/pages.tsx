/**
 * The pages of Teams' web client around the room: the entrance, the lobby, and what is shown when a meeting is over.
 */
import type { ComponentChildren, VNode } from "preact";
import { initials } from "../entra/pages.tsx";
import type { Meeting } from "../graph/meetings.ts";
import { Page } from "../page.tsx";
import type { SandboxPerson } from "../people.ts";
import type { Participant } from "./rooms.ts";

/** The page of a meeting in any state. Its forms post to its own address with the field `do`. */
export function MeetingPage(props: {
  readonly meeting: Meeting;
  /** Address at which changes are announced; absent on pages that no change affects. */
  readonly live?: string | undefined;
  /** Text for screen readers, spoken when it differs from the one before. */
  readonly says?: string;
  readonly scripts?: readonly string[];
  readonly children: ComponentChildren;
}): VNode {
  const { meeting, live, says = "", scripts = ["room.js"], children } = props;
  return (
    <Page
      title={subject(meeting) + " | Teams sandbox"}
      look="teams"
      scripts={scripts}
      {...(live === undefined ? {} : { refreshSeconds: 5 })}
    >
      <p id="announcer" class="unseen" role="status"></p>
      <main data-live={live} data-says={says}>
        {children}
      </main>
    </Page>
  );
}

export function subject(meeting: Meeting): string {
  return meeting.subject ?? "Meeting";
}

interface JoinProps {
  readonly meeting: Meeting;
  readonly signedIn: SandboxPerson | undefined;
  readonly signIn: string;
  readonly fault?: string | undefined;
}

export function JoinPage({ meeting, signedIn, signIn, fault }: JoinProps): VNode {
  return (
    <MeetingPage meeting={meeting} scripts={["preview.js"]}>
      <div class="entrance">
        <h1>{subject(meeting)}</h1>
        <p>Choose how you come in.</p>
        <div class="preview" hidden>
          <video hidden autoplay muted playsinline aria-label="Your camera"></video>
          <button type="button" class="quiet" id="camera" aria-pressed="false">
            Camera
          </button>
          <p role="status" id="camera-words"></p>
        </div>
        <div class="ways">
          <form method="post" class="way">
            <h2>Without an account</h2>
            <label for="name">Your name</label>
            <input
              id="name"
              name="name"
              maxlength={60}
              autocomplete="name"
              required
              aria-invalid={fault !== undefined}
              aria-describedby={fault === undefined ? undefined : "name-fault"}
            />
            {fault !== undefined && (
              <p id="name-fault" class="fault">
                {fault}
              </p>
            )}
            <button name="do" value="join-guest">
              Join as guest
            </button>
          </form>
          <form method="post" class="way">
            <h2>With a work account</h2>
            {signedIn === undefined ? (
              <a class="button" href={signIn}>
                Sign in
              </a>
            ) : (
              <>
                <p class="signed-in">
                  {signedIn.displayName}
                  <span>{signedIn.userName}</span>
                </p>
                <button name="do" value="join-account">
                  Join now
                </button>
                <a href={signIn}>Use another account</a>
              </>
            )}
          </form>
          <form method="post" class="way">
            <h2>By telephone, or not for long</h2>
            <button name="do" value="join-phone">
              Dial in
            </button>
            <button class="quiet" name="do" value="look-in">
              Open the lobby and leave
            </button>
          </form>
        </div>
        <GraphNote />
      </div>
    </MeetingPage>
  );
}

/** Not a part of Teams: leads to where notifications are lost, doubled, delayed, mixed up and ended. */
export function GraphNote(): VNode {
  return (
    <p class="sandbox-note">
      Microsoft Graph tells the connector who comes and leaves.{" "}
      <a href="/faults">Have it lose, double, delay or mix that up, or end its subscriptions</a>
    </p>
  );
}

export function LobbyPage({ meeting, live }: { meeting: Meeting; live: string }): VNode {
  return (
    <MeetingPage meeting={meeting} live={live} says="You are in the lobby. Someone will let you in shortly.">
      <div class="entrance waiting">
        <p class="pulse" aria-hidden="true"></p>
        <h1 tabindex={-1}>Someone will let you in shortly</h1>
        <p>{subject(meeting)}</p>
        <form method="post">
          <button class="leave" id="leave" name="do" value="leave">
            Leave
          </button>
        </form>
      </div>
    </MeetingPage>
  );
}

const OVER: Record<"left" | "denied" | "ended", { readonly title: string; readonly again: string }> = {
  left: { title: "You left the meeting", again: "Rejoin" },
  denied: { title: "Your request to join was declined", again: "Try again" },
  ended: { title: "The meeting has ended", again: "Rejoin" },
};

export function OverPage({ meeting, how }: { meeting: Meeting; how: keyof typeof OVER }): VNode {
  return (
    <MeetingPage meeting={meeting} says={OVER[how].title}>
      <div class="entrance">
        <h1 tabindex={-1}>{OVER[how].title}</h1>
        <p>{subject(meeting)}</p>
        <form method="post">
          <button name="do" value="again">
            {OVER[how].again}
          </button>
        </form>
      </div>
    </MeetingPage>
  );
}

export function NoMeetingPage(): VNode {
  return (
    <Page title="Meeting not found | Teams sandbox" look="teams">
      <main>
        <div class="entrance">
          <h1>We couldn’t find this meeting</h1>
          <p>The link may be incomplete, or the meeting was removed. Ask whoever sent it for a new one.</p>
        </div>
      </main>
    </Page>
  );
}

export function Tile({ participant, isMe }: { participant: Participant; isMe: boolean }): VNode {
  return (
    <li class="tile">
      <span class="initials" aria-hidden="true">
        {initials(participant.name)}
      </span>
      <span class="name">
        {participant.name}
        {isMe && " (you)"}
      </span>
    </li>
  );
}
