/** The portal's administrators at every address, and sessions: who is told what is missing, and that nothing else answers. */
import { describe, expect, test } from "vitest";
import { ADDRESSES } from "../../../../app/flows/portal/addresses.ts";
import { PORTAL_IDLE_MS } from "../../../../app/records/portalSessions.ts";
import { signInToPortal, type PortalAccount } from "../../../harness/administrator.ts";
import { attributesOf, fieldIn, textsOf } from "../../../harness/html.ts";
import { Person } from "../../../harness/person.ts";
import { heading } from "../provider/otherChart.ts";
import { asked, portalOfAll } from "./accessTable.ts";

const access = portalOfAll();
const { ask, deployment, landed, someone } = access;

describe.each(["globalAdministrator", "administrator", "reportReader", "departmentManager"] as const)(
  "%s",
  (account) => {
    asked(access, account);
  },
);

test("whoever lacks a role is told where it is given, and by which name", async () => {
  const reports = await someone("nobodySpecial").open(deployment().url + "/portal/reports");
  expect(reports.html).toContain("Connector administrator (Connector.Admin)");
  expect(reports.html).toContain("Users and groups");
  const decided = await ask(someone("administrator"), ADDRESSES.overrideConnection);
  expect(decided.html).toContain("Microsoft Entra admin center, Roles and administrators");
  expect(decided.html).toContain("may lack the claim wids");
  expect(decided.html).not.toContain("Users and groups");
});

describe("signing in", () => {
  test("as a guest ends with a page that says why, whatever role the guest holds", () => {
    const page = landed.get("guest");
    expect(page && [page.status, heading(page)]).toEqual([403, "This account is a guest’s"]);
  });

  test("with another organization's account ends at Microsoft", () => {
    expect(landed.get("stranger")).toMatchObject({ status: 400, url: { hostname: "localhost" } });
  });

  test("leads to the page that was asked for, and to no address of anybody else", async () => {
    const asked = await signInToPortal(
      deployment(),
      new Person(),
      "administrator",
      "/portal/reports?days=30",
    );
    expect(asked.url.pathname + asked.url.search).toBe("/portal/reports?days=30");
    for (const page of [
      "https://evil.example/",
      "//evil.example",
      "/visits/x",
      "/portal//evil.example",
      "/portalx",
      "javascript:alert(1)",
    ]) {
      const led = await signInToPortal(deployment(), new Person(), "administrator", page);
      expect([page, led.url.href]).toEqual([page, deployment().url + "/portal"]);
    }
  });

  test("keeps no name in clear", async () => {
    const { items } = await deployment().parts.store.changes("portalSessions", 100);
    expect(items.length).toBeGreaterThan(3);
    expect(JSON.stringify(items)).not.toMatch(/Romero|alex\.romero/);
  });
});

test("a session ends with its sign-out, and its cookie opens nothing any more", async () => {
  const person = new Person();
  await signInToPortal(deployment(), person, "administrator");
  const cookie = person.cookies().find(({ name }) => name === "portal")?.value ?? "";
  const out = await person.send(deployment().url + "/portal/sign-out", {});
  expect([out.status, heading(out)]).toEqual([200, "You are signed out of the portal"]);
  const again = await fetch(deployment().url + "/portal", { headers: { cookie: "portal=" + cookie } });
  expect(again.status).toBe(401);
});

test("what a page of somebody else's session sends is not done in the name of whoever is signed in since", async () => {
  const person = new Person();
  const address = deployment().url + "/portal/reports/settings";
  await signInToPortal(deployment(), person, "globalAdministrator", "/portal/reports/settings");
  const shown = await person.open(address);
  const theirs = fieldIn(shown, "signedInAs");
  await signInToPortal(deployment(), person, "secondGlobalAdministrator", "/portal");
  const minutes = "27";
  const form = new URLSearchParams({ signedInAs: theirs, minutes });
  const refused = await person.send(address, form);
  expect([refused.status, heading(refused)]).toEqual([409, "Somebody else is signed in now"]);
  expect(refused.html).toContain(`name="minutes" value="${minutes}"`);
  expect(refused.html).not.toContain("signedInAs");
  expect(attributesOf(refused.html, "form", "action")).toEqual([
    "/portal/reports/settings",
    "/portal/sign-out",
  ]);
  expect(textsOf(refused.html, "button")).toEqual(["Send it in my name", "Sign out"]);
  const own = fieldIn(await person.open(address), "signedInAs");
  expect(own).not.toBe(theirs);
});

test("nobody is signed out by another site's page", async () => {
  const headers = { "sec-fetch-site": "cross-site", origin: "https://evil.example" };
  const refused = await someone("administrator").send(deployment().url + "/portal/sign-out", {}, headers);
  expect(refused.status).toBe(403);
  expect((await someone("administrator").open(deployment().url + "/portal")).status).toBe(200);
});

test("whoever administers nothing is led from the start page to their own", async () => {
  const home = async (account: PortalAccount) =>
    (await someone(account).open(deployment().url + "/portal")).url;
  expect((await home("operator")).pathname).toBe("/portal/operators");
  expect((await home("reportReader")).pathname).toBe("/portal/reports");
  expect((await home("departmentManager")).pathname).toBe("/portal/reports");
  const page = await someone("operator").open(deployment().url + "/portal");
  expect(page.html).toContain(deployment().url + "/portal/api/standing");
  expect(page.html).not.toMatch(/href="\/portal"|href="\/portal\/connections"/);
});

test("what is not in the table is not there", async () => {
  for (const path of ["/portal/nowhere", "/portal/../portal/x", "/portal/home"])
    expect((await someone("globalAdministrator").open(deployment().url + path)).status).toBe(404);
  expect((await someone("globalAdministrator").send(deployment().url + "/portal", {})).status).toBe(404);
});

// Last, because the clock goes on for everybody.
test("a session that nobody uses for half an hour is over, and says so", async () => {
  const person = someone("administrator");
  deployment().clock.forward(PORTAL_IDLE_MS + 1000);
  const idle = await person.open(deployment().url + "/portal/reports");
  expect([idle.status, heading(idle)]).toEqual([401, "You were signed out"]);
  expect(idle.html).toContain("page=%2Fportal%2Freports");
  expect(heading(await person.open(deployment().url + "/portal"))).toBe("You were signed out");
});
