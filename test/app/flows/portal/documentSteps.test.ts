/**
 * The published guide's steps in its order, each with what it needs missing at first: what the portal says then, with the next
 * step, and that it says so no more once it is there.
 * https://learn.microsoft.com/microsoftteams/teams-app-in-azure/ehr-admin-oracle-health
 */
import { get } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { TELEHEALTH_CARDIOLOGY } from "../../../../app/sandbox/microsoft/people.ts";
import { SETTINGS } from "../../../../app/records/audit.ts";
import { changeRow } from "../../../../app/records/writing.ts";
import { PORTAL_ACCOUNTS, signInToPortal } from "../../../harness/administrator.ts";
import { launchFrom, launchOf, patientLink } from "../../../harness/clinician.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { Person } from "../../../harness/person.ts";
import { ORACLE_TEST_TENANT } from "../../../harness/stack.ts";
import { heading } from "../provider/otherChart.ts";
import { fieldIn, statusesIn } from "../../../harness/html.ts";
import { elementsOf, textOf } from "../../../../infra/rehearsal/visit/html.ts";

let deployment: Deployment;
const administrator = new Person();
const CLIENT = "connector-provider-test";
beforeAll(async () => {
  deployment = await startDeployment({
    stack: ({ connections: _connections, departments: _departments, ...stack }) => ({
      ...stack,
      numbers: "portal",
    }),
  });
});
afterAll(() => deployment.stop());

type Fields = Record<string, string>;
const at = (path: string) => deployment.url + "/portal" + path;
const send = (path: string, fields: Fields) => administrator.send(at(path), fields);
/** What a check says on the page of checks, from its title to the next one. */
const saidOf = async (title: string) => {
  const { html } = await administrator.open(at("/checks"));
  const said = elementsOf(html, "li").find(({ outerHTML }) => outerHTML.includes(`>${title}`));
  return textOf(said?.outerHTML ?? "");
};
const launch = async () =>
  launchFrom(
    deployment,
    new Person(),
    await launchOf(deployment, "startsSoon", { tenant: ORACLE_TEST_TENANT, clientId: CLIENT }),
  );

test("the portal is opened: somebody without the role is told which, and by whom it is given", async () => {
  const nobody = await signInToPortal(deployment, new Person(), "nobodySpecial");
  expect([nobody.status, heading(nobody)]).toEqual([403, "Your account has no role for this page"]);
  expect(nobody.html).toContain("Connector.Admin");
  const landed = await signInToPortal(deployment, administrator, "globalAdministrator");
  expect(landed.html).toContain("Step 1 of 4: FHIR connections");
});

const connection = (fields: Fields): Fields => ({
  ...{ name: "Lamna (test)", id: "lamna-test", environment: "test", visitTypes: "Video Visit" },
  ...{ fhirBaseUrl: deployment.sandbox.oracle.backChannel + "/r4/" + ORACLE_TEST_TENANT },
  ...{ providerMethod: "key", systemMethod: "key" },
  ...fields,
});

test("a FHIR base URL that is wrong is told as what it is, and nothing is saved", async () => {
  const { backChannel } = deployment.sandbox.oracle;
  for (const [fhirBaseUrl, words] of [
    ["https://fhir-ehr.cerner.com/dstu2/x", "is a DSTU2 address"],
    [backChannel + "/r4/no-such-tenant", "Check the tenant at the end of the base URL"],
    [backChannel, "There is no FHIR server at this address"],
    ["https://no-such-host.invalid/r4/x", "No server has this name"],
  ] as const) {
    const page = await send("/new-connection", connection({ fhirBaseUrl }));
    expect([fhirBaseUrl, page.status, page.html.includes(words)]).toEqual([fhirBaseUrl, 422, true]);
  }
  expect(await deployment.parts.connectionSettings.list()).toEqual([]);
});

test("a client id that Oracle does not know is told, though Oracle tells it nobody but the clinician", async () => {
  const providerSecret = await deployment.parts.vault.secret("lamna-test-provider");
  const wrong = connection({ providerClientId: "not-this-one", providerMethod: "secret", providerSecret });
  expect(statusesIn(await send("/new-connection", wrong))).toContain("On");
  const refused = await launch();
  expect([refused.url.origin, refused.url.pathname.includes("/visits/")]).toEqual([
    deployment.sandbox.oracle.pages,
    false,
  ]);
  // It is noted once the answer has left, and told a quarter of an hour later.
  await expect.poll(async () => (await deployment.parts.canaries.of("lamna-test")).begunAt).toBeDefined();
  const address = { partition: "canary", id: "canary-lamna-test" };
  await changeRow(deployment.parts.store, "ticks", address, ({ body }) => {
    const [own] = body["packages"] as readonly { readonly begunAt: string }[];
    const begunAt = new Date(Date.parse(own?.begunAt ?? "") - 20 * 60_000).toISOString();
    return { body: { ...body, packages: [{ ...own, begunAt }] } };
  });
  expect(await saidOf("Registration at Oracle")).toMatch(
    /Take note .* nobody has come back from the chart system’s sign-in since.*Next step: Compare what Oracle has registered/,
  );
  const form = await administrator.open(at("/connections/lamna-test/edit"));
  const kept = { revision: fieldIn(form, "revision"), was: fieldIn(form, "was") };
  await send(
    "/connections/lamna-test/edit",
    connection({ ...kept, providerClientId: CLIENT, providerMethod: "secret", providerSecret }),
  );
  await launch();
  expect(await saidOf("Registration at Oracle")).toMatch(/Well/);
});

const department = (fields: Fields = {}): Fields => ({
  ...{ name: "Lakeside Cardiology", connection: "lamna-test", locations: "21000101", lobby: "staff" },
  ...{ phone: "(202) 555-0171", timeZone: "America/Chicago", nameInTexts: "no" },
  ...{ organizers: TELEHEALTH_CARDIOLOGY },
  ...fields,
});

test("without a department no visit opens, a guest owns no meetings, and consent and access policy are told where missing", async () => {
  const { faults } = deployment.sandbox.microsoft;
  const nowhere = await launch();
  expect(heading(nowhere)).toBe("This department is not set up for video visits");
  await send("/set-up", { step: "connections", go: "on" });
  expect((await administrator.open(at("/set-up"))).html).toContain(
    "No department is set up yet, so no visit can be opened.",
  );
  const guest = await send("/new-department", department({ organizers: PORTAL_ACCOUNTS.guest }));
  expect([guest.status, guest.html.includes("is a guest of this directory")]).toEqual([422, true]);

  // Nobody has consented to reading names: a sign-in name cannot be looked up, and the check says what to do.
  faults.set({ profileConsent: "missing" });
  const named = await send(
    "/new-department",
    department({ organizers: "telehealth-cardiology@lamna.example" }),
  );
  expect([named.status, named.html.includes("did not say whose sign-in name")]).toEqual([422, true]);
  // What Microsoft said is good for half a minute.
  deployment.clock.forward(31_000);
  expect(await saidOf("Consent at Microsoft Graph")).toMatch(
    /User\.ReadBasic\.All.*Next step: Open the consent and have a Global Administrator accept it/,
  );
  faults.clear();

  faults.set({ accessPolicy: "missing-forbidden" });
  expect((await send("/new-department", department())).status).toBe(200);
  const tried = await send("/departments/lakeside-cardiology/try", {});
  for (const words of ["The access policy is missing", "up to 30 minutes", "Grant-CsApplicationAccessPolicy"])
    expect(tried.html).toContain(words);
  faults.clear();
  expect((await send("/departments/lakeside-cardiology/try", {})).html).toContain("Teams gives meetings");
});

test("texts: one consent is none, without a number and its verification nothing is sent, and the page says what to do", async () => {
  const revision = async () =>
    String((await deployment.parts.textingSettings.read("texting"))?.revision ?? 0);
  const one = await send("/texts/consents", {
    revision: await revision(),
    sendOnBehalf: "yes",
    "connection-lamna-test": "yes",
  });
  expect([one.status, one.html.includes("Both consents are needed")]).toEqual([422, true]);
  const both = { sendOnBehalf: "yes", attendeesConsent: "yes", "connection-lamna-test": "yes" };
  const agreed = await send("/texts/consents", { revision: await revision(), ...both });
  expect(agreed.html).toContain("Patients of Lamna (test) are texted.");
  expect(await saidOf("Number and its verification")).toMatch(
    /there is no number to send them from.*Next step: Open Texts/,
  );
  await send("/texts/number", {});
  const end = deployment.work();
  await expect
    .poll(async () => (await deployment.parts.numberPurchases.read())?.ended?.how, { timeout: 20_000 })
    .toBe("had");
  await end();
  await send("/texts/verification", {
    revision: await revision(),
    number: deployment.parts.messaging?.number ?? "",
    verification: "rejected",
  });
  expect(await saidOf("Number and its verification")).toMatch(/code 4010.*your move/);
  await send("/texts/verification", {
    revision: await revision(),
    number: deployment.parts.messaging?.number ?? "",
    verification: "approved",
  });
  expect(await saidOf("Number and its verification")).toMatch(/Well/);
});

test("at the end of the set-up there are the records for Oracle, and the set-up says that Oracle does not have them yet", async () => {
  const review = await send("/set-up", { step: "texts", go: "on" });
  expect(review.html).toContain(
    "Oracle does not have the integration records of Lamna (test) as they are now.",
  );
  const records = await administrator.open(at("/integration-records/lamna-test"));
  for (const words of ["SMART launch URI", "Redirect URI", "JWKS URI", "/launch/callback/lamna-test"])
    expect(records.html).toContain(words);
});

/** As a browser says it of itself, which fetch does not. */
const tapOn = (link: string) =>
  new Promise<unknown>((resolve, reject) => {
    const headers = {
      "user-agent": "Mozilla/5.0 (iPhone) Version/18.5 Mobile/15E148 Safari/604.1",
      "sec-fetch-mode": "navigate",
      "sec-fetch-dest": "document",
    };
    get(link, { headers }, (response) => response.resume().on("end", resolve)).on("error", reject);
  });

test("anonymous join that is off is told once a patient’s tap has reached no lobby, and no more once one has", async () => {
  const { faults } = deployment.sandbox.microsoft;
  faults.set({ anonymousJoin: "off" });
  const visit = await launch();
  expect(visit.html).toContain("Video visit · ");
  await tapOn(patientLink(visit));
  await expect.poll(async () => (await deployment.parts.testVisits.list())[0]?.tappedAt).toBeDefined();
  // It is told half an hour after the tap.
  const address = { partition: SETTINGS.partition, id: "test-visit-lamna-test" };
  await changeRow(deployment.parts.store, SETTINGS.container, address, ({ body }) => {
    const tappedAt = new Date(Date.parse(body["tappedAt"] as string) - 31 * 60_000).toISOString();
    return { sort: "test-visit/lamna-test", body: { ...body, tappedAt } };
  });
  expect(await saidOf("Joining without an account")).toMatch(
    /asked to sign in, or to install Teams.*Next step: .*Anonymous users can join a meeting/,
  );
  faults.clear();
  await deployment.parts.testVisits.waited("lamna-test");
  expect(await saidOf("Joining without an account")).toMatch(/Well/);
});
