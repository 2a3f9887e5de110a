import { afterAll, beforeAll, expect, test } from "vitest";
import { guestLinks, launchFrom, launchOf, patientLink } from "../../../harness/clinician.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { Person, type Page } from "../../../harness/person.ts";

let deployment: Deployment;
beforeAll(async () => {
  deployment = await startDeployment();
});
afterAll(() => deployment.stop());

const tap = async (link: string) =>
  (await new Person().open(link, (url) => url.origin !== deployment.url)).status;
const guestLink = (page: Page) => [...guestLinks(page).values()][0] ?? "";

test("a revoked link never opens again, though its visit is forgotten and made anew", async () => {
  const launch = await launchOf(deployment, "startsSoon");
  const person = new Person();
  const page = await launchFrom(deployment, person, launch);
  const act = (path: string, fields: Record<string, string>) =>
    person.send(new URL(page.url.pathname + path, page.url), fields);
  const first = patientLink(page);
  const second = patientLink(await act("/links", { person: "0" }));
  const relatives = guestLink(await act("/invitations", { role: "relative" }));
  await act("/links", { person: "1" });
  expect([await tap(first), await tap(second), await tap(relatives)]).toEqual([410, 302, 410]);

  // The visit's record is lost, or its time is over when the appointment, moved by a week, takes place at last.
  const { store } = deployment.parts;
  const { items } = await store.changes("visits", 10);
  for (const { partition, id, etag } of items) await store.remove("visits", partition, id, etag);
  const later = new Person();
  const anew = await launchFrom(deployment, later, launch);
  await later.send(new URL(anew.url.pathname + "/invitations", anew.url), { role: "interpreter" });
  for (const link of [first, second, relatives]) expect(await tap(link)).toBe(410);

  // Nobody is given a string that somebody else has had.
  const reloaded = await later.open(anew.url);
  expect([first, second, relatives]).not.toContain(patientLink(reloaded));
  expect([first, second, relatives]).not.toContain(guestLink(reloaded));
  expect(await tap(patientLink(reloaded))).toBe(302);
});
