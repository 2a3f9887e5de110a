/** The web client of Teams: the entrance, the lobby and the room of each meeting, at its joinWebUrl. */
import { Router, urlencoded, type Request, type Response } from "express";
import * as z from "zod";
import { cookie, type Accounts } from "../entra/accounts.ts";
import { PersonPicker } from "../entra/pages.tsx";
import type { Tenant } from "../entra/tenant.ts";
import { joinWebUrl, type Meeting, type Meetings } from "../graph/meetings.ts";
import { sendPage } from "../page.tsx";
import { live } from "./live.ts";
import { JoinPage, LobbyPage, NoMeetingPage, OverPage } from "./pages.tsx";
import { RoomPage } from "./roomPage.tsx";
import { EVERYBODY, type Participant, type Rooms } from "./rooms.ts";
import { isPresenter, mayAdmit } from "./rules.ts";

export interface TeamsDeps {
  readonly tenant: Tenant;
  readonly accounts: Accounts;
  readonly meetings: Meetings;
  readonly rooms: Rooms;
}

const deed = z.discriminatedUnion("do", [
  z.object({ do: z.literal("join-guest"), name: z.string() }),
  z.object({ do: z.enum(["join-account", "join-phone", "look-in", "leave", "again", "end", "admit-all"]) }),
  z.object({ do: z.enum(["admit", "deny"]), who: z.string() }),
]);
type Deed = z.output<typeof deed>;
/** Whoever dials in here calls from this number, which is nobody's. */
const CALLER = "+12025550199";
/** Whoever opens the lobby and leaves has typed this name. */
const PASSER_BY = "Passer-by";
const guestName = z.string().trim().min(1).max(60);
const context = z.object({ Tid: z.string(), Oid: z.string() });
const DOOR = "/l/meetup-join/:thread/:message";

export function teamsRoutes(deps: TeamsDeps): Router {
  const { tenant, accounts, meetings, rooms } = deps;
  const router = Router();
  const form = urlencoded({ extended: false });

  router.get(DOOR, async (request, response) => {
    const meeting = meetingAt(deps, request);
    if (meeting === undefined) await sendPage(response, <NoMeetingPage />, { status: 404 });
    else await show(deps, meeting, request, response);
  });

  router.post(DOOR, form, async (request, response) => {
    const meeting = meetingAt(deps, request);
    const wanted = deed.safeParse(request.body);
    if (meeting === undefined) await sendPage(response, <NoMeetingPage />, { status: 404 });
    else if (!wanted.success) response.status(400).type("text").send("This form is unknown.");
    else await act(deps, meeting, wanted.data, request, response);
  });

  const listen = live(rooms);
  router.get("/teams/live/:thread", (request, response) => {
    const { thread } = request.params;
    const participant = rooms.participant(thread, cookie(request, cookieName(thread)));
    if (participant === undefined) response.status(403).type("text").send("Only for those who joined.");
    else listen(thread, participant, request, response);
  });

  router.get("/teams/sign-in", async (request, response) => {
    const page = (
      <PersonPicker people={tenant.people} current={accounts.signedIn(request)} into="Microsoft Teams" />
    );
    await sendPage(response, page);
  });
  router.post("/teams/sign-in", form, (request, response) => {
    const picked = z.object({ account: z.string() }).safeParse(request.body);
    const person = accounts.find(picked.data?.account);
    if (person !== undefined) accounts.signIn(response, person);
    response.redirect(303, entranceOf(request.query["to"]));
  });

  // The address from getVirtualAppointmentJoinWebUrl leads to the same entrance.
  router.get("/webrtc-svc/api/route", async (request, response) => {
    const { convId } = request.query;
    const meeting = typeof convId === "string" ? meetings.byThread(convId) : undefined;
    if (meeting === undefined) await sendPage(response, <NoMeetingPage />, { status: 404 });
    else response.redirect(303, joinWebUrl(meeting, tenant.options.tenantId, tenant.origins().pages));
  });
  return router;
}

async function show(
  deps: TeamsDeps,
  meeting: Meeting,
  request: Request,
  response: Response,
  fault?: string,
): Promise<void> {
  const me = deps.rooms.participant(meeting.thread, cookie(request, cookieName(meeting.thread)));
  const status = fault === undefined ? 200 : 422;
  await sendPage(response, pageFor(deps, meeting, me, request, fault), { status });
}

function pageFor(
  { accounts, rooms }: TeamsDeps,
  meeting: Meeting,
  me: Participant | undefined,
  request: Request,
  fault?: string,
) {
  const live = "/teams/live/" + meeting.thread;
  switch (me?.state) {
    case undefined: {
      const signIn = "/teams/sign-in?to=" + encodeURIComponent(request.originalUrl);
      return (
        <JoinPage meeting={meeting} signedIn={accounts.signedIn(request)} signIn={signIn} fault={fault} />
      );
    }
    case "lobby":
      return <LobbyPage meeting={meeting} live={live} />;
    case "in":
      return (
        <RoomPage
          meeting={meeting}
          live={live}
          me={me}
          present={rooms.present(meeting.thread)}
          mayAdmit={mayAdmit(meeting, me.standing, me.account)}
          mayEnd={isPresenter(meeting, me.standing, me.account)}
        />
      );
    case "left":
    case "denied":
    case "ended":
      return <OverPage meeting={meeting} how={me.state} />;
  }
}

async function act(
  deps: TeamsDeps,
  meeting: Meeting,
  wanted: Deed,
  request: Request,
  response: Response,
): Promise<void> {
  const { accounts, rooms } = deps;
  const name = cookieName(meeting.thread);
  const me = rooms.participant(meeting.thread, cookie(request, name));
  const enter = (who: Parameters<Rooms["join"]>[1]) => {
    const participant = rooms.join(meeting, who);
    response.cookie(name, participant.key, { httpOnly: true, sameSite: "lax", path: "/" });
    back(request, response);
    return participant;
  };
  switch (wanted.do) {
    case "join-guest": {
      const typed = guestName.safeParse(wanted.name);
      if (deps.tenant.faults.current().anonymousJoin === "off")
        await show(deps, meeting, request, response, "Sign in to join this meeting.");
      else if (typed.success) enter(typed.data);
      else
        await show(
          deps,
          meeting,
          request,
          response,
          "Type your name, so that the others know who is waiting.",
        );
      return;
    }
    case "join-account": {
      const account = accounts.signedIn(request);
      if (account === undefined) back(request, response);
      else enter(account);
      return;
    }
    case "join-phone":
      enter({ phone: CALLER });
      return;
    case "look-in":
      rooms.leave(meeting.thread, enter(PASSER_BY));
      return;
    case "again":
      response.clearCookie(name, { path: "/" });
      back(request, response);
      return;
    default:
      if (me === undefined || !mayDo(rooms, meeting, me, wanted))
        response.status(403).type("text").send("Your role in this meeting does not allow this.");
      else back(request, response);
  }
}

function mayDo(
  rooms: Rooms,
  meeting: Meeting,
  me: Participant,
  wanted: Exclude<Deed, { do: "join-guest" }>,
): boolean {
  switch (wanted.do) {
    case "admit":
      return rooms.decide(meeting, me, wanted.who, "in");
    case "deny":
      return rooms.decide(meeting, me, wanted.who, "denied");
    case "admit-all":
      return rooms.decide(meeting, me, EVERYBODY, "in");
    case "end":
      return rooms.end(meeting, me);
    case "leave":
      rooms.leave(meeting.thread, me);
      return true;
    default:
      return false;
  }
}

/** The meeting whose thread, tenant and organizer the link names; Teams checks all three. */
function meetingAt({ tenant, meetings }: TeamsDeps, request: Request): Meeting | undefined {
  const thread = threadOf(String(request.params["thread"]));
  const meeting = thread === undefined ? undefined : meetings.byThread(thread);
  const named = context.safeParse(jsonOrNothing(request.query["context"]));
  if (meeting === undefined || !named.success) return undefined;
  return named.data.Tid === tenant.options.tenantId && named.data.Oid === meeting.organizer
    ? meeting
    : undefined;
}

/** The random part of a thread id such as `19:meeting_…@thread.v2`. */
export function threadOf(threadId: string): string | undefined {
  return /^19:meeting_([\w-]+)@thread\.v2$/.exec(threadId)?.[1];
}

function jsonOrNothing(text: unknown): unknown {
  try {
    return typeof text === "string" ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}

function back(request: Request, response: Response): void {
  response.redirect(303, request.originalUrl);
}

/** The path to come back to, which may only be a meeting's entrance. */
function entranceOf(to: unknown): string {
  return typeof to === "string" && to.startsWith("/l/meetup-join/") ? to : "/";
}

// Cookies are shared by all ports and paths of the host, so each meeting has a cookie of its own.
const cookieName = (thread: string) => "teams_" + thread.replaceAll(/[^A-Za-z0-9]/g, "").slice(0, 24);
