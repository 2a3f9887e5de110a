/**
 * The consent at Microsoft Graph: begun by a button, accepted by a Global Administrator alone, and counted only where state,
 * browser and directory are the right ones.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { PATHS } from "../../../../app/domain/addresses.ts";
import { PORTAL_ACCOUNTS, signInToPortal } from "../../../harness/administrator.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { Person } from "../../../harness/person.ts";
import { heading } from "../provider/otherChart.ts";

let deployment: Deployment;
const administrator = new Person();
beforeAll(async () => {
  deployment = await startDeployment();
  await signInToPortal(deployment, administrator, "administrator");
});
afterAll(() => deployment.stop());

const portal = (path: string) => deployment.url + "/portal" + path;
/** Microsoft's page, to which the button leads. */
const begun = (who = administrator) => who.open(portal("/consent/begin"));
const actions = async () => (await deployment.parts.audit.events({ limit: 1 })).map(({ action }) => action);
/** An answer as Microsoft would send it, with another state or directory where it is said. */
function answer(page: URL, change: Readonly<Record<string, string>>): string {
  const callback = new URL(page.searchParams.get("redirect_uri") ?? "");
  const state = page.searchParams.get("state") ?? "";
  const tenant = page.pathname.split("/")[1] ?? "";
  callback.search = new URLSearchParams({ admin_consent: "True", tenant, state, ...change }).toString();
  return callback.href;
}

test("the button leads to Microsoft’s page with all that is asked for, and returns to the one address of sign-ins", async () => {
  const page = await begun();
  const { searchParams, pathname } = page.url;
  expect(pathname).toMatch(/^\/[0-9a-f-]{36}\/v2\.0\/adminconsent$/);
  expect(searchParams.get("redirect_uri")).toBe(deployment.url + PATHS.signInCallback);
  expect(searchParams.get("scope")).toMatch(/\/\.default$/);
  expect(searchParams.get("state")).toMatch(/^consent\.[\w-]{40,}$/);
});

test("a Global Administrator accepts, and the permission is no longer missing", async () => {
  deployment.sandbox.microsoft.faults.set({ profileConsent: "missing" });
  // Graph refuses, so the next token is a new one.
  await deployment.parts.directory.account("somebody@lamna.example");
  expect((await administrator.open(portal("/consent"))).html).toContain("User.ReadBasic.All");
  const page = await begun();
  const done = await administrator.send(page.url, { account: PORTAL_ACCOUNTS.globalAdministrator });
  expect([done.status, done.url.pathname, await actions()]).toEqual([
    200,
    "/portal/consent",
    ["consent.given"],
  ]);
  // A token is renewed every two seconds at most.
  const shown = async () => (await administrator.open(portal("/consent"))).html.includes("Consented</span>");
  await expect.poll(shown, { timeout: 10_000, interval: 500 }).toBe(true);
});

test("somebody who may not consent is told at Microsoft, and whoever goes back is told here", async () => {
  const page = await begun();
  const stopped = await administrator.send(page.url, { account: PORTAL_ACCOUNTS.administrator });
  expect([stopped.status, stopped.html.includes("AADSTS90094")]).toEqual([400, true]);
  const back = await administrator.send(page.url, { account: "cancel" });
  expect([back.status, heading(back), await actions()]).toEqual([
    403,
    "Nothing was consented to",
    ["consent.not-given"],
  ]);
});

test.each([
  [{ tenant: "bbbbbbbb-0000-4000-8000-000000000002" }, 403, "Another organization has consented"],
  [{ tenant: "" }, 403, "Another organization has consented"],
  [{ admin_consent: "False" }, 502, "Microsoft did not say that consent was given"],
  [
    { error: "server_error", error_description: "kim@lamna.example" },
    502,
    "Microsoft cannot be asked just now",
  ],
  [{ error: "invalid_client" }, 502, "Microsoft does not accept the connector"],
  [{ error: "access_denied" }, 403, "Nothing was consented to"],
  [{ state: "consent.made-up" }, 401, "This answer came too late"],
])("an answer with %o counts for nothing", async (change, status, title) => {
  const page = await begun();
  const told = await administrator.open(answer(page.url, change));
  expect([told.status, heading(told)]).toEqual([status, expect.stringContaining(title)]);
  expect(told.html).not.toContain("kim@lamna.example");
  expect(await actions()).not.toEqual(["consent.given"]);
});

test("an answer works once, and only in the browser that began", async () => {
  const page = await begun();
  const somebody = new Person();
  const elsewhere = await somebody.open(answer(page.url, {}));
  expect([elsewhere.status, heading(elsewhere)]).toEqual([403, "This consent began in another browser"]);
  expect((await administrator.open(answer(page.url, {}))).url.pathname).toBe("/portal/consent");
  const again = await administrator.open(answer(page.url, {}));
  expect([again.status, heading(again)]).toEqual([409, "This answer was already used"]);
});

test("an answer of a sign-in is none of a consent, nor the other way round", async () => {
  const page = await begun();
  const state = (page.url.searchParams.get("state") ?? "").replace("consent.", "portal.");
  expect(heading(await administrator.open(answer(page.url, { state })))).toBe(
    "This sign-in is no longer good",
  );
});

test.each([
  [{ client_id: "00000000-0000-4000-8000-000000000000" }, "AADSTS700016"],
  [{ redirect_uri: "http://127.0.0.1:1/elsewhere" }, "AADSTS50011"],
  [{ scope: "openid" }, "AADSTS70011"],
  [{ scope: "" }, "AADSTS70011"],
])("Microsoft’s page refuses a request with %o, and sends nobody anywhere", async (change, code) => {
  const { url } = await begun();
  for (const [name, value] of Object.entries(change)) url.searchParams.set(name, value);
  const page = await administrator.open(url);
  expect([page.status, page.html.includes(code), page.url.href]).toEqual([400, true, url.href]);
});
