import { mkdtemp, readdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { TELEHEALTH_CARDIOLOGY as CARDIOLOGY } from "../../../../app/sandbox/microsoft/people.ts";
import type { MicrosoftStandIn } from "../../../../app/sandbox/microsoft/start.ts";
import { Browser } from "./browser.ts";
import { field, graph, hospital } from "./hospital.ts";
import { fieldIn } from "../../../harness/html.ts";

const STAFF = "avery.park@lamna.example";
const GUEST_ACCOUNT = "noor.haddad_contoso.example#EXT#@lamna.example";
const STRANGER = "casey.meyer@contoso.example";
const RULES = {
  lobbyBypassSettings: { scope: "organizationExcludingGuests", isDialInBypassEnabled: false },
  allowedPresenters: "organization",
  allowedLobbyAdmitters: "organizerAndCoOrganizersAndPresenters",
};
let microsoft: MicrosoftStandIn;
let dataFolder: string;
let link: string;
let meeting: string;
let visit = 0;

beforeAll(async () => {
  dataFolder = await mkdtemp(path.join(tmpdir(), "microsoft-"));
  microsoft = await hospital({}, { dataFolder });
});
afterAll(() => microsoft.stop());
beforeEach(async () => {
  visit += 1;
  const where = `/users/${CARDIOLOGY}/onlineMeetings`;
  const wish = { externalId: "visit-" + String(visit), subject: "Video visit" };
  const made: unknown = await (await graph(microsoft, "POST", where + "/createOrGet", wish)).json();
  meeting = where + "/" + field(made, "id");
  link = field(made, "joinWebUrl");
  await graph(microsoft, "PATCH", meeting, RULES);
});

async function guest(name: string): Promise<Browser> {
  const browser = new Browser();
  await browser.submit(link, { do: "join-guest", name });
  return browser;
}

async function withAccount(account: string): Promise<Browser> {
  const browser = new Browser();
  const to = link.replace(microsoft.pages, "");
  const back = await browser.submit(`${microsoft.pages}/teams/sign-in?to=${encodeURIComponent(to)}`, {
    account,
  });
  expect(back.headers.get("location")).toBe(to);
  await browser.submit(link, { do: "join-account" });
  return browser;
}

const roster = () => microsoft.room(link).map(({ name, state }) => `${name}: ${state}`);

test("a patient waits in the lobby until somebody of the staff admits them", async () => {
  const patient = await guest("Pat Example");
  expect(await patient.text(link)).toContain("Someone will let you in shortly");
  const clinician = await withAccount(STAFF);
  expect(roster()).toEqual(["Pat Example: lobby", "Avery Park, MD: in"]);
  const room = await clinician.text(link);
  expect(room).toContain("Waiting in the lobby (1)");
  const who = fieldIn({ html: room }, "who");
  await clinician.submit(link, { do: "admit", who });
  expect(roster()).toEqual(["Pat Example: in", "Avery Park, MD: in"]);
  expect(await patient.text(link)).toMatch(/In the meeting \(2\).+Avery Park, MD/s);
});

test("before anybody is in, the entrance shows the meeting's subject and nobody's name", async () => {
  const entrance = await new Browser().text(link);
  expect(entrance).toContain("Video visit");
  expect(entrance).not.toMatch(/Park|Telehealth|Cardiology/);
});

test.for([
  ["organizer", [STAFF, GUEST_ACCOUNT, STRANGER, "anonymous"]],
  ["organizationExcludingGuests", [GUEST_ACCOUNT, STRANGER, "anonymous"]],
  ["organization", [STRANGER, "anonymous"]],
  ["organizationAndFederated", ["anonymous"]],
  ["invited", [STAFF, STRANGER, "anonymous"]],
  ["everyone", []],
] as const)("with the lobby scope %s, these wait: %s", async ([scope, waiting]) => {
  const attendees = [{ upn: GUEST_ACCOUNT, role: "attendee" }];
  await graph(microsoft, "PATCH", meeting, { lobbyBypassSettings: { scope }, participants: { attendees } });
  await withAccount("telehealth-cardiology@lamna.example");
  for (const account of [STAFF, GUEST_ACCOUNT, STRANGER]) await withAccount(account);
  await guest("anonymous");
  const names = [STAFF, GUEST_ACCOUNT, STRANGER, "anonymous"];
  const found = microsoft
    .room(link)
    .slice(1)
    .map(({ state }, at) => (state === "lobby" ? names[at] : undefined));
  expect(microsoft.room(link)[0]?.state).toBe("in");
  expect(found.filter((name) => name !== undefined)).toEqual(waiting);
});

test("who waits admits nobody, and a guest who was let in does not see or admit who waits", async () => {
  const [first, second] = [await guest("First"), await guest("Second")];
  expect((await first.submit(link, { do: "admit-all" })).status).toBe(403);
  const clinician = await withAccount(STAFF);
  const who = fieldIn({ html: await clinician.text(link) }, "who");
  await clinician.submit(link, { do: "admit", who });
  expect(await first.text(link)).not.toMatch(/Second|Waiting in the lobby/);
  expect((await first.submit(link, { do: "admit-all" })).status).toBe(403);
  expect((await first.submit(link, { do: "end" })).status).toBe(403);
  await clinician.submit(link, { do: "leave" });
  expect((await clinician.submit(link, { do: "admit-all" })).status).toBe(403);
  expect(await second.text(link)).toContain("Someone will let you in shortly");
});

test("staff turn one away, let the others in, and end the meeting for all", async () => {
  const turnedAway = await guest("Wrong Person");
  const clinician = await withAccount(STAFF);
  const who = fieldIn({ html: await clinician.text(link) }, "who");
  await clinician.submit(link, { do: "deny", who });
  expect(await turnedAway.text(link)).toContain("Your request to join was declined");
  const [one, two] = [await guest("One"), await guest("Two")];
  await clinician.submit(link, { do: "admit-all" });
  expect(roster()).toEqual(["Avery Park, MD: in", "One: in", "Two: in"]);
  await one.submit(link, { do: "leave" });
  expect(roster()).toEqual(["Avery Park, MD: in", "Two: in"]);
  await clinician.submit(link, { do: "end" });
  expect(roster()).toEqual([]);
  expect(await two.text(link)).toContain("The meeting has ended");
});

test("only the organizer admits where the meeting says so", async () => {
  await graph(microsoft, "PATCH", meeting, { allowedLobbyAdmitters: "organizerAndCoOrganizers" });
  await guest("Pat");
  const clinician = await withAccount(STAFF);
  expect((await clinician.submit(link, { do: "admit-all" })).status).toBe(403);
  const organizer = await withAccount("telehealth-cardiology@lamna.example");
  await organizer.submit(link, { do: "admit-all" });
  expect(roster()).toContain("Pat: in");
});

test("a guest needs a name, and it is written down nowhere", async () => {
  const nobody = await new Browser().submit(link, { do: "join-guest", name: "  " });
  expect(nobody.status).toBe(422);
  expect(await nobody.text()).toContain("Type your name");
  await guest("Zebulon Unmistakable");
  for (const file of await readdir(dataFolder))
    expect(await readFile(path.join(dataFolder, file), "utf8")).not.toContain("Zebulon");
});

test("a link with another organizer or tenant in it leads nowhere", async () => {
  for (const forged of [
    link.replace(CARDIOLOGY, CARDIOLOGY.replace("a001", "a002")),
    link.replace(/\?.*/, ""),
  ])
    expect((await new Browser().open(forged)).status).toBe(404);
});

test("the page of who joined hears of every change, and nobody else does", async () => {
  const patient = await guest("Pat");
  const thread = /meeting_(\w+)%40/.exec(link)?.[1] ?? "";
  const live = `${microsoft.pages}/teams/live/${thread}`;
  expect((await new Browser().open(live)).status).toBe(403);
  const ending = new AbortController();
  const stream = await fetch(live, { headers: patient.headers(), signal: ending.signal });
  const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
  expect((await reader?.read())?.value).toContain("data: changed");
  const clinician = await withAccount(STAFF);
  expect((await reader?.read())?.value).toContain("data: changed");
  await clinician.submit(link, { do: "admit-all" });
  expect((await reader?.read())?.value).toContain("data: changed");
  ending.abort();
});

test("forms come from Teams' own pages, and those let no foreign script or frame in", async () => {
  const browser = new Browser();
  const form = { do: "join-guest", name: "Pat" };
  expect((await browser.submit(link, form, { "sec-fetch-site": "same-site" })).status).toBe(403);
  const policy = (await browser.open(link)).headers.get("content-security-policy");
  expect(policy).toContain("script-src 'self';");
  expect(policy).toContain("frame-ancestors 'none'");
});
