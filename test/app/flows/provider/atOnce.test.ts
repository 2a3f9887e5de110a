/** One visit in many tabs, at the same moment: nobody is turned away, nothing is lost, and there is one meeting. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { MOST_GUESTS } from "../../../../app/domain/visit.ts";
import {
  guestLinks,
  launchFrom,
  launchOf,
  launchScenario,
  patientLink,
  signInToPowerChart,
} from "../../../harness/clinician.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { Person, type Page } from "../../../harness/person.ts";
import { ORACLE_TENANT } from "../../../harness/stack.ts";

let deployment: Deployment;
beforeAll(async () => {
  deployment = await startDeployment();
});
afterAll(() => deployment.stop());

const times = <T>(count: number, act: () => Promise<T>) => Promise.all(Array.from({ length: count }, act));
const linksOfGuests = (page: Page) => [...guestLinks(page).values()];
const tap = async (link: string) =>
  (await new Person().open(link, (url) => url.origin !== deployment.url)).status;

/** Signs in and launches, and stops before the visit's page, which nobody has opened yet. */
async function beforeTheVisit(
  person: Person,
): Promise<{ readonly address: URL; readonly appointment: string }> {
  const launch = await launchOf(deployment, "withoutMobile", { fromEncounter: false });
  await signInToPowerChart(deployment, person, launch);
  const { url } = await person.open(deployment.sandbox.oracle.launchUrl(launch), ({ pathname }) =>
    pathname.startsWith("/visits/"),
  );
  return {
    address: url,
    appointment: (await deployment.sandbox.oracle.clinic(ORACLE_TENANT).visit("withoutMobile")).id,
  };
}

test("thirty first loads of one fresh page show one link to one meeting", async () => {
  const person = new Person();
  const { address } = await beforeTheVisit(person);
  const before = deployment.sandbox.microsoft.meetings().length;
  const pages = await times(30, () => person.open(address));
  expect(pages.map(({ status }) => status)).toEqual(pages.map(() => 200));
  expect(new Set(pages.map(patientLink)).size).toBe(1);
  expect(deployment.sandbox.microsoft.meetings()).toHaveLength(before + 1);
});

test("the same while the appointment moves: the page shows where it moved to", async () => {
  const person = new Person();
  const { address, appointment } = await beforeTheVisit(person);
  const clinic = deployment.sandbox.oracle.clinic(ORACLE_TENANT);
  const before = deployment.sandbox.microsoft.meetings().length;
  const [pages] = await Promise.all([times(20, () => person.open(address)), clinic.move(appointment, -10)]);
  expect(pages.map(({ status }) => status)).toEqual(pages.map(() => 200));
  expect(new Set(pages.map(patientLink)).size).toBe(1);
  expect(deployment.sandbox.microsoft.meetings()).toHaveLength(before);
  expect((await person.open(address)).html).toContain("This visit was moved");
});

test("ten times New link at once, from one page: it is done once, the link of before is revoked, and one good link is left", async () => {
  const person = new Person();
  const visit = await launchScenario(deployment, person, "startsSoon");
  const first = patientLink(visit);
  const pages = await times(10, () => person.send(visit.url.href + "/links", { person: "0" }));
  expect(pages.map(({ status }) => status)).toEqual(pages.map(() => 200));
  const last = patientLink(await person.open(visit.url));
  for (const shown of new Set([first, ...pages.map(patientLink)]))
    expect(await tap(shown)).toBe(shown === last ? 302 : 410);
});

test("the last invitation that is left, asked for in ten tabs, is given once; the others read that the visit is full", async () => {
  const person = new Person();
  const visit = await launchFrom(deployment, person, await launchOf(deployment, "inProgress"));
  const invite = () => person.send(visit.url.href + "/invitations", { role: "guest" });
  await times(MOST_GUESTS - 1, invite);
  const pages = await times(10, invite);
  expect(pages.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 9 }, () => 409)]);
  const page = await person.open(visit.url);
  expect(new Set(linksOfGuests(page)).size).toBe(MOST_GUESTS);
  for (const { html } of pages) expect(html).toContain("guests, the most there can be");
});
