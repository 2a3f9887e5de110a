/** What only a Global Administrator may do needs a sign-in of the last hour, and whoever has to repeat it loses nothing. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { PortalConnection } from "../../../../app/records/portalConnections.ts";
import { PORTAL_DECIDES_MS, PORTAL_IDLE_MS } from "../../../../app/records/portalSessions.ts";
import { PORTAL_ACCOUNTS, signInToPortal } from "../../../harness/administrator.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { Person, type Page } from "../../../harness/person.ts";
import { heading } from "../provider/otherChart.ts";
import { elementsOf } from "../../../../infra/rehearsal/visit/html.ts";

const VALUE: PortalConnection = {
  name: "Other",
  fhirBaseUrl: "https://fhir.example/r4/other",
  environment: "production",
  visitTypes: ["Video Visit"],
  enabled: false,
};
const actor = { kind: "person", objectId: PORTAL_ACCOUNTS.globalAdministrator } as const;
const REASON = 'It is "the same" chart <system>.';

let deployment: Deployment;
beforeAll(async () => {
  deployment = await startDeployment({ stack: (all) => ({ ...all, approvals: { testOverride: true } }) });
  await deployment.parts.connectionSettings.add({ actor, action: "connection.added" }, "other", VALUE);
});
afterAll(() => deployment.stop());

const hiddenIn = ({ html }: Page) =>
  Object.fromEntries(
    elementsOf(html, 'input[type="hidden"]').map(
      (one) => [one.getAttribute("name") ?? "", one.getAttribute("value") ?? ""] as const,
    ),
  );
const enabled = async () => (await deployment.parts.connectionSettings.read("other"))?.value.enabled;

test("an old sign-in decides nothing, is asked for again beside the page, and what was sent goes on", async () => {
  const person = new Person();
  await signInToPortal(deployment, person, "globalAdministrator", "/portal/connections/other");
  const address = deployment.url + "/portal/connections/other/override";
  // The session is used all the time, so it is not idle, and yet it is an hour old in the end.
  for (let waited = 0; waited < PORTAL_DECIDES_MS; waited += PORTAL_DECIDES_MS / 4) {
    deployment.clock.forward(PORTAL_DECIDES_MS / 4);
    expect((await person.open(deployment.url + "/portal/connections/other")).status).toBe(200);
  }
  const { revision } = (await deployment.parts.connectionSettings.read("other")) ?? { revision: 0 };
  const refused = await person.send(address, { revision: String(revision), reason: REASON });
  expect([refused.status, heading(refused)]).toEqual([403, "Sign in once more"]);
  expect(refused.html).toMatch(/href="\/portal\/sign-in\?account=again[^"]*" target="_blank"/);
  expect(hiddenIn(refused)).toEqual({ revision: String(revision), reason: REASON });
  expect(await enabled()).toBe(false);

  deployment.clock.forward(-PORTAL_DECIDES_MS);
  const cookie = () => person.cookies().find(({ name }) => name === "portal")?.value ?? "";
  const before = cookie();
  // Microsoft asks for the sign-in although the person is signed in there.
  const picker = await person.open(deployment.url + "/portal/sign-in?account=again");
  expect(picker.url.searchParams.get("prompt")).toBe("login");
  await person.send(picker.url, { account: PORTAL_ACCOUNTS.globalAdministrator });
  const old = await fetch(deployment.url + "/portal", { headers: { cookie: "portal=" + before } });
  expect([old.status, cookie() === before]).toEqual([401, false]);
  const done = await person.send(address, hiddenIn(refused));
  expect([done.status, await enabled()]).toEqual([200, true]);
});

test("reading and editing go on for as long as the session does", async () => {
  const person = new Person();
  await signInToPortal(deployment, person, "globalAdministrator");
  for (let times = 0; times < 5; times++) {
    deployment.clock.forward(PORTAL_DECIDES_MS / 4);
    expect((await person.open(deployment.url + "/portal/new-connection")).status).toBe(200);
  }
});

test("what was sent after the session's end is kept, but for secrets", async () => {
  const person = new Person();
  await signInToPortal(deployment, person, "administrator");
  const { value, revision } = (await deployment.parts.connectionSettings.read("other")) ?? {};
  const address = deployment.url + "/portal/connections/other/edit";
  const sent = { revision: String(revision), was: "{}", name: "Renamed <by me>" };
  const forms = [{ ...sent, providerSecret: "s3cret-word", systemSecret: "" }, sent];
  for (const [form, says] of [
    [forms[0], "has to be entered again"],
    [forms[1], "what you entered is kept here"],
  ] as const) {
    deployment.clock.forward(PORTAL_IDLE_MS + 1000);
    // The first time the session is over; the second time nobody is signed in.
    const lost = await person.send(address, form ?? {});
    expect(lost.status).toBe(401);
    expect(["You were signed out", "Sign in to the portal"]).toContain(heading(lost));
    expect(lost.html).toContain(says);
    expect(lost.html).toMatch(/href="\/portal\/sign-in\?account=again[^"]*" target="_blank"/);
    expect(hiddenIn(lost)).toEqual(sent);
    expect(lost.html).not.toContain("s3cret-word");
    expect(elementsOf(lost.html, '[type="password"][required]')).toHaveLength(form === forms[0] ? 1 : 0);
  }
  expect((await deployment.parts.connectionSettings.read("other"))?.value).toEqual(value);
  expect(deployment.logged.join("")).not.toContain("s3cret-word");
});
