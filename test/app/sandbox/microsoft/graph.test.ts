import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  TELEHEALTH_CARDIOLOGY as CARDIOLOGY,
  TELEHEALTH_PRIMARY_CARE as PRIMARY_CARE,
} from "../../../../app/sandbox/microsoft/people.ts";
import type { MicrosoftStandIn } from "../../../../app/sandbox/microsoft/start.ts";
import { Browser } from "./browser.ts";
import { CLIENT, field, graph, graphToken, hospital, identityToken, TENANT, type Clock } from "./hospital.ts";

let clock: Clock;
let microsoft: MicrosoftStandIn;
beforeEach(async () => {
  clock = { now: new Date() };
  microsoft = await hospital({}, { clock });
});
afterEach(() => microsoft.stop());

const meetings = (organizer = CARDIOLOGY) => `/users/${organizer}/onlineMeetings`;
const WISH = {
  externalId: "visit-1",
  subject: "Video visit",
  startDateTime: "2027-01-12T15:00:00Z",
  endDateTime: "2027-01-12T15:30:00.000Z",
};
const createOrGet = (body: object = WISH, organizer = CARDIOLOGY) =>
  graph(microsoft, "POST", meetings(organizer) + "/createOrGet", body);
const code = async (response: Response) =>
  `${String(response.status)} ${field(await response.json(), "error", "code")}`;

test("a visit has one meeting under one organizer, however often it is asked for, and after a restart", async () => {
  const dataFolder = await mkdtemp(path.join(tmpdir(), "microsoft-"));
  await microsoft.stop();
  microsoft = await hospital({}, { dataFolder });
  const first = await createOrGet();
  const meeting: unknown = await first.json();
  expect(first.status).toBe(201);
  expect(meeting).toMatchObject({
    startDateTime: "2027-01-12T15:00:00Z",
    endDateTime: "2027-01-12T15:30:00Z",
    lobbyBypassSettings: { scope: "organization", isDialInBypassEnabled: false },
  });
  const second = await createOrGet({ ...WISH, subject: "Another subject" });
  expect(second.status).toBe(200);
  expect(await second.json()).toEqual(meeting);
  const elsewhere: unknown = await (await createOrGet(WISH, PRIMARY_CARE)).json();
  expect(field(elsewhere, "id")).not.toBe(field(meeting, "id"));
  await microsoft.stop();
  microsoft = await hospital({}, { dataFolder });
  const again = await createOrGet();
  expect([again.status, field(await again.json(), "id")]).toEqual([200, field(meeting, "id")]);
});

test("the join link is shaped and as long as Teams', names the organizer's account, and finds its meeting", async () => {
  const meeting: unknown = await (await createOrGet()).json();
  const link = field(meeting, "joinWebUrl");
  expect(link.replace(microsoft.pages, "")).toMatch(
    new RegExp(
      `^/l/meetup-join/19%3ameeting_\\w{48}%40thread\\.v2/0\\?context=%7b%22Tid%22%3a%22${TENANT}%22%2c%22Oid%22%3a%22${CARDIOLOGY}%22%7d$`,
    ),
  );
  expect(link.replace(microsoft.pages, "https://teams.microsoft.com")).toHaveLength(243);
  const filter = encodeURIComponent(`JoinWebUrl eq '${link}'`);
  const found: unknown = await (await graph(microsoft, "GET", `${meetings()}?$filter=${filter}`)).json();
  expect(found).toMatchObject({ value: [{ id: field(meeting, "id") }] });
});

test.for([
  ["no external id", { externalId: undefined }],
  ["an end without a start", { startDateTime: undefined }],
  ["an end before the start", { endDateTime: "2027-01-12T14:59:59Z" }],
  ["a time without a zone", { startDateTime: "2027-01-12T15:00:00" }],
  ["a lobby rule, which only a change takes", { lobbyBypassSettings: { scope: "organizer" } }],
  [
    "a presenter from outside",
    { participants: { attendees: [{ upn: "x@example.org", role: "presenter" }] } },
  ],
] as const)("createOrGet refuses %s", async ([, change]) => {
  expect(await code(await createOrGet({ ...WISH, ...change }))).toBe("400 BadRequest");
  expect(microsoft.meetings()).toHaveLength(0);
});

test("without dates a meeting is the hour from now", async () => {
  const meeting: unknown = await (await createOrGet({ externalId: "soon" })).json();
  const [start, end] = [field(meeting, "startDateTime"), field(meeting, "endDateTime")].map(Date.parse);
  expect((end ?? 0) - (start ?? 0)).toBe(3_600_000);
});

async function opened(): Promise<string> {
  return meetings() + "/" + field(await (await createOrGet()).json(), "id");
}

test("a change says only what changes, and is answered with the whole meeting", async () => {
  const where = await opened();
  const rules = {
    lobbyBypassSettings: { scope: "organizationExcludingGuests", isDialInBypassEnabled: false },
    allowedPresenters: "organization",
    allowMeetingChat: "limited",
  };
  const prefer = { prefer: "include-unknown-enum-members" };
  const changed = await graph(microsoft, "PATCH", where, rules, prefer);
  expect(await changed.json()).toMatchObject({ ...rules, subject: "Video visit" });
  const older: unknown = await (await graph(microsoft, "GET", where)).json();
  expect(older).toMatchObject({ lobbyBypassSettings: { scope: "unknownFutureValue" } });
});

test.for([
  ["a start without its end", { startDateTime: "2027-01-12T16:00:00Z" }],
  ["another organizer", { participants: { organizer: {}, attendees: [] } }],
  ["a chat mode it does not know", { allowMeetingChat: "sometimes" }],
  ["a lobby scope from the future", { lobbyBypassSettings: { scope: "unknownFutureValue" } }],
  ["presenters by role, but nobody's", { allowedPresenters: "roleIsPresenter" }],
  ["a property of another kind of thing", { isOnline: true }],
] as const)("a change refuses %s", async ([, change]) => {
  expect(await code(await graph(microsoft, "PATCH", await opened(), change))).toBe("400 BadRequest");
});

test.for([
  ["another passcode", { joinMeetingIdSettings: { isPasscodeRequired: false } }],
  ["who may change their name", { allowParticipantsToChangeName: true }],
  ["another template", { meetingTemplateId: "t" }],
  ["another external id", { externalId: "visit-2" }],
  ["another link", { joinWebUrl: "https://teams.microsoft.com/l/meetup-join/x" }],
] as const)(
  "what only the making of a meeting settles stays, and so does all else: %s",
  async ([, change]) => {
    const where = await opened();
    const before: unknown = await (await graph(microsoft, "GET", where)).json();
    const refused = await graph(microsoft, "PATCH", where, { ...change, allowMeetingChat: "disabled" });
    expect(refused.status).toBe(400);
    const body: unknown = await refused.json();
    expect(field(body, "error", "code")).toBe("InvalidArgument");
    expect(field(body, "error", "message")).toMatch(/^One or more properties do not support updating\./);
    expect(await (await graph(microsoft, "GET", where)).json()).toEqual(before);
  },
);

test("while people are inside, a meeting's times stay, its lobby rule may change", async () => {
  const where = await opened();
  const link = field(await (await graph(microsoft, "GET", where)).json(), "joinWebUrl");
  await graph(microsoft, "PATCH", where, { lobbyBypassSettings: { scope: "everyone" } });
  const guest = new Browser();
  await guest.submit(link, { do: "join-guest", name: "Pat" });
  const later = { startDateTime: "2027-01-12T16:00:00Z", endDateTime: "2027-01-12T16:30:00Z" };
  expect(await code(await graph(microsoft, "PATCH", where, later))).toBe("400 BadRequest");
  expect((await graph(microsoft, "PATCH", where, { allowMeetingChat: "disabled" })).status).toBe(200);
  expect((await graph(microsoft, "PATCH", where, { subject: "Video visit" })).status).toBe(200);
  await guest.submit(link, { do: "leave" });
  expect((await graph(microsoft, "PATCH", where, later)).status).toBe(200);
});

test("a removed meeting is gone, for Graph and for who has its link", async () => {
  const where = await opened();
  const link = field(await (await graph(microsoft, "GET", where)).json(), "joinWebUrl");
  expect((await graph(microsoft, "DELETE", where)).status).toBe(204);
  expect(await code(await graph(microsoft, "GET", where))).toBe("404 NotFound");
  expect((await new Browser().open(link)).status).toBe(404);
});

test("without an access policy for the organizer Graph refuses, in the shape that is switched on", async () => {
  await microsoft.stop();
  microsoft = await hospital({ accessPolicy: { organizers: [CARDIOLOGY] } });
  expect((await createOrGet()).status).toBe(201);
  expect(await code(await createOrGet(WISH, PRIMARY_CARE))).toBe("403 Forbidden");
  microsoft.faults.set({ accessPolicy: "missing-unauthorized" });
  const refused: unknown = await (await createOrGet()).json();
  expect(field(refused, "error", "code")).toBe("Unauthorized");
  expect(field(refused, "error", "message")).toBe(
    `App ${CLIENT} is not authorized to Create meeting on behalf of user ${CARDIOLOGY}`,
  );
  microsoft.faults.set({ accessPolicy: "missing-forbidden" });
  expect(field(await (await createOrGet()).json(), "error", "message")).toMatch(
    /^No application access policy/,
  );
});

test("a token must be for Graph, in time, and carry the permission", async () => {
  const asking = async (token: string) =>
    code(
      await fetch(`${microsoft.backChannel}/v1.0${meetings()}/x`, {
        headers: { authorization: "Bearer " + token },
      }),
    );
  expect(await asking("none")).toBe("401 InvalidAuthenticationToken");
  expect(await asking(await identityToken(microsoft, "https://vault.azure.net"))).toBe(
    "401 InvalidAuthenticationToken",
  );
  expect(await asking(await identityToken(microsoft, "https://graph.microsoft.com"))).toBe("403 Forbidden");
  const good = await graphToken(microsoft);
  expect(await asking(good)).toBe("404 NotFound");
  clock.now = new Date(clock.now.getTime() + 3_600_000);
  expect(await asking(good)).toBe("401 InvalidAuthenticationToken");
});

test("a name is read with consent only, and only what was selected", async () => {
  const where = "/users/7d0c5a1e-0000-4000-8000-00000000b002?$select=displayName";
  const person: unknown = await (await graph(microsoft, "GET", where)).json();
  expect(person).toEqual({ "@odata.context": expect.any(String) as string, displayName: "Avery Park, MD" });
  expect(await code(await graph(microsoft, "GET", where + ",shoeSize"))).toBe("400 BadRequest");
  microsoft.faults.set({ profileConsent: "missing" });
  expect(await code(await graph(microsoft, "GET", where))).toBe("403 Authorization_RequestDenied");
});

test("the virtual appointment's address is not for applications, unless it is switched on", async () => {
  const ask = async () => graph(microsoft, "GET", (await opened()) + "/getVirtualAppointmentJoinWebUrl");
  expect(await code(await ask())).toBe("403 Forbidden");
  await microsoft.stop();
  microsoft = await hospital({ virtualAppointmentJoinUrl: "app-only" });
  const entrance = await new Browser().open(field(await (await ask()).json(), "value"));
  expect(entrance.headers.get("location")).toContain("/l/meetup-join/");
});

test("the faults page spoils Graph for as many requests as it says", async () => {
  const page = new Browser();
  const set = await page.submit(microsoft.pages + "/faults", {
    graph: "throttles-with-retry-after",
    graphTimes: "1",
  });
  expect(set.status).toBe(303);
  expect(await page.text(microsoft.pages + "/faults")).toMatch(
    /value="throttles-with-retry-after"[^>]*selected/,
  );
  const refused = await createOrGet();
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "2"]);
  expect((await createOrGet()).status).toBe(201);
  microsoft.faults.set({ graph: "throttles" });
  expect((await createOrGet()).headers.get("retry-after")).toBeNull();
  microsoft.faults.set({ graph: "down" });
  expect((await createOrGet()).status).toBe(503);
  microsoft.faults.clear();
  expect((await createOrGet()).status).toBe(200);
  const foreign = { "sec-fetch-site": "cross-site" };
  expect((await page.submit(microsoft.pages + "/faults", { graph: "down" }, foreign)).status).toBe(403);
});
