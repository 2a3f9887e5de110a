/** The page inside the meeting. Only people who may admit see who waits. */
import type { VNode } from "preact";
import type { Meeting } from "../graph/meetings.ts";
import { GraphNote, MeetingPage, subject, Tile } from "./pages.tsx";
import type { Participant } from "./rooms.ts";
import type { Standing } from "./rules.ts";

interface RoomProps {
  readonly meeting: Meeting;
  readonly live: string;
  readonly me: Participant;
  readonly present: readonly Participant[];
  readonly mayAdmit: boolean;
  readonly mayEnd: boolean;
}

const CALLED: Record<Standing, string> = {
  organizer: "Organizer",
  member: "Staff",
  "guest account": "Guest account",
  federated: "Another organization",
  anonymous: "Guest",
};

const calledOf = ({ phone, standing }: Participant) =>
  phone === undefined ? CALLED[standing] : "By telephone";

export function RoomPage({ meeting, live, me, present, mayAdmit, mayEnd }: RoomProps): VNode {
  const inside = present.filter(({ state }) => state === "in");
  const waiting = mayAdmit ? present.filter(({ state }) => state === "lobby") : [];
  return (
    <MeetingPage meeting={meeting} live={live} says={spoken(inside, waiting)}>
      <div class="room">
        <header>
          <h1 tabindex={-1}>{subject(meeting)}</h1>
          <form method="post" class="controls">
            <button class="leave" id="leave" name="do" value="leave">
              Leave
            </button>
            {mayEnd && (
              <button class="quiet" id="end" name="do" value="end">
                End meeting for all
              </button>
            )}
          </form>
        </header>
        <ul class="stage" aria-label="Participants">
          {inside.map((one) => (
            <Tile key={one.id} participant={one} isMe={one === me} />
          ))}
        </ul>
        <section class="people" aria-labelledby="people-title">
          <h2 id="people-title">People</h2>
          {mayAdmit && <Waiting waiting={waiting} />}
          <h3>In the meeting ({String(inside.length)})</h3>
          <ul class="roster">
            {inside.map((one) => (
              <li key={one.id}>
                <span>
                  {one.name}
                  {one === me && " (you)"}
                </span>
                <span class="standing">{calledOf(one)}</span>
              </li>
            ))}
          </ul>
          <GraphNote />
        </section>
      </div>
    </MeetingPage>
  );
}

function Waiting({ waiting }: { waiting: readonly Participant[] }): VNode {
  return (
    <div class="lobby">
      <h3>Waiting in the lobby ({String(waiting.length)})</h3>
      {waiting.length === 0 && <p>Nobody is waiting.</p>}
      <ul class="roster">
        {waiting.map((one) => (
          <li key={one.id}>
            <span>{one.name}</span>
            <span class="standing">{calledOf(one)}</span>
            <form method="post" class="verdict">
              <input type="hidden" name="who" value={one.id} />
              <button id={"admit-" + one.id} name="do" value="admit" aria-label={"Admit " + one.name}>
                Admit
              </button>
              <button
                class="quiet"
                id={"deny-" + one.id}
                name="do"
                value="deny"
                aria-label={"Deny " + one.name}
              >
                Deny
              </button>
            </form>
          </li>
        ))}
      </ul>
      {waiting.length > 1 && (
        <form method="post">
          <button id="admit-all" name="do" value="admit-all">
            Admit all
          </button>
        </form>
      )}
    </div>
  );
}

function spoken(inside: readonly Participant[], waiting: readonly Participant[]): string {
  const names = waiting.map(({ name }) => name).join(", ");
  const who = waiting.length === 0 ? "" : ` Waiting in the lobby: ${names}.`;
  return `In the meeting: ${String(inside.length)}.${who}`;
}
