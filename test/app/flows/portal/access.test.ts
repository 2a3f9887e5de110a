/** Every address of the portal as every kind of person: who is let in, who is told what is missing, and that nothing else answers. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PATHS } from "../../../../app/domain/addresses.ts";
import { rightsOf } from "../../../../app/domain/portalRights.ts";
import { ADDRESSES, type PortalAddress } from "../../../../app/flows/portal/addresses.ts";
import { PORTAL_IDLE_MS } from "../../../../app/records/portalSessions.ts";
import { PORTAL_ACCOUNTS, signInToPortal, type PortalAccount } from "../../../harness/administrator.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { Person, type Page } from "../../../harness/person.ts";
import { heading } from "../provider/otherChart.ts";

let deployment!: Deployment;
const people = new Map<PortalAccount, Person>();
const landed = new Map<PortalAccount, Page>();
/** A connector of one's own for each part of the table: it takes so many requests a minute from one address. */
async function startAnew(): Promise<void> {
  await deployment?.stop();
  deployment = await startDeployment({ stack: (all) => ({ ...all, approvals: { testOverride: true } }) });
  for (const account of Object.keys(PORTAL_ACCOUNTS) as PortalAccount[]) {
    const person = new Person();
    people.set(account, person);
    landed.set(account, await signInToPortal(deployment, person, account));
  }
}
beforeAll(startAnew);
afterAll(() => deployment.stop());

const roles: Readonly<Record<PortalAccount, Parameters<typeof rightsOf>[0] | undefined>> = {
  globalAdministrator: { appRoles: [], directoryRoles: ["62e90394-69f5-4237-9190-012177145e10"] },
  administrator: { appRoles: ["Connector.Admin"] },
  reportReader: { appRoles: ["Connector.ReportReader"] },
  departmentManager: { appRoles: ["Connector.DepartmentManager"] },
  operator: { appRoles: ["Connector.Operator"] },
  nobodySpecial: { appRoles: [] },
  guest: undefined,
  stranger: undefined,
};
const HALF_WAY: PortalAccount = "operator";
const guarded = Object.entries(ADDRESSES as Readonly<Record<string, PortalAddress>>).filter(
  ([, { needs, by }]) => needs !== "anybody" && by === undefined,
);
const ask = (person: Person, { method, path }: PortalAddress, headers: Record<string, string> = {}) => {
  const address =
    deployment.url +
    PATHS.portal +
    path.replace(":id", path.startsWith("/departments") ? "cardiology" : "lamna");
  return method === "get" ? person.open(address) : person.send(address, {}, headers);
};
const someone = (account: PortalAccount): Person => {
  const person = people.get(account);
  if (person === undefined) throw new Error("nobody is " + account);
  return person;
};

describe.each(Object.keys(roles) as PortalAccount[])("%s", (account) => {
  if (account === HALF_WAY) beforeAll(startAnew);

  test.each(guarded)("at %s", async (_name, address) => {
    const page = await ask(someone(account), address);
    const proved = roles[account];
    const isLetIn = proved !== undefined && rightsOf(proved).some((right) => address.needs.includes(right));
    // A form that was sent empty may be refused, in the page's own words.
    if (isLetIn) expect([401, 403, 404, 500]).not.toContain(page.status);
    else if (proved === undefined)
      expect([page.status, heading(page)]).toEqual([401, "Sign in to the portal"]);
    else {
      expect([page.status, heading(page)]).toEqual([403, "Your account has no role for this page"]);
      expect(page.html).toMatch(/Connector\.\w+|Global Administrator/);
    }
  });
});

test("whoever lacks a role is told where it is given, and by which name", async () => {
  const reports = await someone("nobodySpecial").open(deployment.url + "/portal/reports");
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
    const asked = await signInToPortal(deployment, new Person(), "administrator", "/portal/reports?days=30");
    expect(asked.url.pathname + asked.url.search).toBe("/portal/reports?days=30");
    for (const page of [
      "https://evil.example/",
      "//evil.example",
      "/visits/x",
      "/portal//evil.example",
      "/portalx",
      "javascript:alert(1)",
    ]) {
      const led = await signInToPortal(deployment, new Person(), "administrator", page);
      expect([page, led.url.href]).toEqual([page, deployment.url + "/portal"]);
    }
  });

  test("keeps no name in clear", async () => {
    const { items } = await deployment.parts.store.changes("portalSessions", 100);
    expect(items.length).toBeGreaterThan(3);
    expect(JSON.stringify(items)).not.toMatch(/Romero|alex\.romero/);
  });
});

describe("signed out", () => {
  beforeAll(startAnew);

describe.each(guarded)("%s", (_name, address) => {
  test("without a session says only where to sign in", async () => {
    const page = await ask(new Person(), address);
    expect([page.status, heading(page)]).toEqual([401, "Sign in to the portal"]);
    expect(page.html).not.toContain("portal-nav");
  });

  test("with a cookie that nobody was given, too", async () => {
    const answer = await fetch(deployment.url + PATHS.portal + address.path, {
      method: address.method.toUpperCase(),
      headers: { cookie: "portal=" + "A".repeat(43), "sec-fetch-site": "same-origin" },
    });
    expect(answer.status).toBe(401);
  });
});
});

test("a session ends with its sign-out, and its cookie opens nothing any more", async () => {
  const person = new Person();
  await signInToPortal(deployment, person, "administrator");
  const cookie = person.cookies().find(({ name }) => name === "portal")?.value ?? "";
  const out = await person.send(deployment.url + "/portal/sign-out", {});
  expect([out.status, heading(out)]).toEqual([200, "You are signed out of the portal"]);
  const again = await fetch(deployment.url + "/portal", { headers: { cookie: "portal=" + cookie } });
  expect(again.status).toBe(401);
});

test("nobody is signed out by another site's page", async () => {
  const headers = { "sec-fetch-site": "cross-site", origin: "https://evil.example" };
  const refused = await someone("administrator").send(deployment.url + "/portal/sign-out", {}, headers);
  expect(refused.status).toBe(403);
  expect((await someone("administrator").open(deployment.url + "/portal")).status).toBe(200);
});

test("whoever administers nothing is led from the start page to their own", async () => {
  const home = async (account: PortalAccount) =>
    (await someone(account).open(deployment.url + "/portal")).url;
  expect((await home("operator")).pathname).toBe("/portal/operators");
  expect((await home("reportReader")).pathname).toBe("/portal/reports");
  expect((await home("departmentManager")).pathname).toBe("/portal/reports");
  const page = await someone("operator").open(deployment.url + "/portal");
  expect(page.html).toContain(deployment.url + "/portal/api/standing");
  expect(page.html).not.toMatch(/href="\/portal"|href="\/portal\/connections"/);
});

test("what is not in the table is not there", async () => {
  for (const path of ["/portal/nowhere", "/portal/../portal/x", "/portal/home"])
    expect((await someone("globalAdministrator").open(deployment.url + path)).status).toBe(404);
  expect((await someone("globalAdministrator").send(deployment.url + "/portal", {})).status).toBe(404);
});

// Last, because the clock goes on for everybody.
test("a session that nobody uses for half an hour is over, and says so once", async () => {
  const person = someone("administrator");
  deployment.clock.forward(PORTAL_IDLE_MS + 1000);
  const idle = await person.open(deployment.url + "/portal/reports");
  expect([idle.status, heading(idle)]).toEqual([401, "You were signed out"]);
  expect(idle.html).toContain("page=%2Fportal%2Freports");
  expect(heading(await person.open(deployment.url + "/portal"))).toBe("Sign in to the portal");
});
