/** The stand-in's records of calls: of the whole tenant, to whoever has the permission, in the forms that Graph takes. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { TELEHEALTH_CARDIOLOGY as CARDIOLOGY } from "../../../../app/sandbox/microsoft/people.ts";
import type { MicrosoftStandIn } from "../../../../app/sandbox/microsoft/start.ts";
import { Browser } from "./browser.ts";
import { CLIENT, field, graph, hospital, REDIRECT, type Clock } from "./hospital.ts";

const LIST = "/communications/callRecords";
const HOUR_MS = 3_600_000;
const clock: Clock = { now: new Date() };
let microsoft: MicrosoftStandIn;
let link: string;
const grantedRoles = ["OnlineMeetings.ReadWrite.All", "CallRecords.Read.All"];
beforeAll(async () => {
  const registration = { clientId: CLIENT, redirectUris: [REDIRECT], grantedRoles };
  microsoft = await hospital({ registration }, { clock });
  const wish = { externalId: "visit-1", subject: "Video visit" };
  const made = await graph(microsoft, "POST", `/users/${CARDIOLOGY}/onlineMeetings/createOrGet`, wish);
  link = field(await made.json(), "joinWebUrl");
  const staff = new Browser();
  const to = link.replace(microsoft.pages, "");
  await staff.submit(`${microsoft.pages}/teams/sign-in?to=${encodeURIComponent(to)}`, {
    account: "avery.park@lamna.example",
  });
  await staff.submit(link, { do: "join-account" });
  clock.now = new Date(clock.now.getTime() + 60_000);
  await staff.submit(link, { do: "end" });
});
afterAll(() => microsoft.stop());

const ask = (query = "", at = microsoft) => graph(at, "GET", LIST + query);
const since = (hours: number) => new Date(clock.now.getTime() - hours * HOUR_MS).toISOString();
interface Listed {
  readonly value: readonly Readonly<Record<string, unknown>>[];
  readonly "@odata.nextLink"?: string;
}
async function everyPage(query: string): Promise<Listed["value"]> {
  const all = [];
  for (let next: string | undefined = query; next !== undefined;) {
    const page = (await (await ask(next)).json()) as Listed;
    all.push(...page.value);
    const link = page["@odata.nextLink"];
    next = link === undefined ? undefined : new URL(link).search;
  }
  return all;
}
const isOurs = ({ joinWebUrl }: Listed["value"][number]) => String(joinWebUrl).startsWith(microsoft.pages);

test("without the permission nobody gets any", async () => {
  const other = await hospital({}, { clock });
  const refused = await ask("", other);
  await other.stop();
  expect(refused.status).toBe(403);
  expect(field(await refused.json(), "error", "message")).toContain("CallRecords.Read.All");
});

test("a time's calls are listed, others' too, page by page, with what is asked for alone", async () => {
  const query = `?$filter=startDateTime ge ${since(5)} and startDateTime lt ${since(-1)}&$select=id,joinWebUrl`;
  const all = await everyPage(query);
  expect(all.map((one) => Object.keys(one).toSorted())).toEqual(all.map(() => ["id", "joinWebUrl"]));
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  expect(all.length).toBeGreaterThan(8);
  expect(all.filter(({ joinWebUrl }) => joinWebUrl === null).length).toBeGreaterThan(3);
  expect(all.filter(isOurs)).toHaveLength(1);
});

test.each([
  ["?$filter=joinWebUrl eq 'x'", "Invalid filter clause"],
  ["?$filter=startDateTime ge yesterday", "Invalid filter clause"],
  ["?$select=id,sessions", "Could not find a property"],
  ["?$top=5", "not valid"],
])("%s is refused", async (query, words) => {
  const refused = await ask(query);
  expect(refused.status).toBe(400);
  expect(field(await refused.json(), "error", "message")).toContain(words);
});

test("a call's sessions have segments where they are asked for, until the record is gone after thirty days", async () => {
  const all = await everyPage(`?$filter=startDateTime ge ${since(1)}`);
  const id = String(all.find(isOurs)?.["id"]);
  const sessions = async (expand = "") => (await (await ask(`/${id}/sessions${expand}`)).json()) as Listed;
  expect((await sessions()).value[0]).not.toHaveProperty("segments");
  const [session] = (await sessions("?$expand=segments")).value;
  expect(JSON.stringify(session)).toMatch(/main-audio.*198\.51\.100\.7.*averageJitter/);
  expect((await ask(`/${id}/sessions?$expand=media`)).status).toBe(400);
  clock.now = new Date(clock.now.getTime() + 31 * 24 * HOUR_MS);
  expect((await ask(`/${id}/sessions`)).status).toBe(404);
});
