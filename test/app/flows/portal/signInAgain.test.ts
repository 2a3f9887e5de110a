/** What only a Global Administrator may do needs a sign-in of the last hour, and whoever has to repeat it loses nothing. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { PortalConnection } from "../../../../app/records/portalConnections.ts";
import { PORTAL_DECIDES_MS } from "../../../../app/records/portalSessions.ts";
import { PORTAL_ACCOUNTS, signInToPortal } from "../../../harness/administrator.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { Person, type Page } from "../../../harness/person.ts";
import { heading } from "../provider/otherChart.ts";

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
  deployment = await startDeployment();
  await deployment.parts.connectionSettings.add({ actor, action: "connection.added" }, "other", VALUE);
});
afterAll(() => deployment.stop());

const hiddenIn = ({ html }: Page) =>
  Object.fromEntries(
    [...html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)].map(
      ([, name = "", value = ""]) => [
        name,
        value.replaceAll("&quot;", '"').replaceAll("&lt;", "<").replaceAll("&amp;", "&"),
      ],
    ),
  );
const enabled = async () => (await deployment.parts.connectionSettings.read("other"))?.value.enabled;

test("an old sign-in decides nothing, is asked for again beside the page, and what was sent goes on", async () => {
  const person = new Person();
  await signInToPortal(deployment, person, "globalAdministrator", "/portal/connections/other");
  const address = deployment.url + "/portal/connections/other/override";
  // Used all the time, so it is not idle; and still an hour older in the end.
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
  // Microsoft asks, although somebody is signed in there.
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
