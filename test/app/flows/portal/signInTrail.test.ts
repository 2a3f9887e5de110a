/** Sign-ins to the portal in the audit trail: each that was let in, and refused ones by reason, however many there are. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { signInTrail } from "../../../../app/flows/portal/signInTrail.ts";
import { PORTAL_ACCOUNTS, signInToPortal, type PortalAccount } from "../../../harness/administrator.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { Person } from "../../../harness/person.ts";

let deployment: Deployment;
beforeAll(async () => {
  deployment = await startDeployment();
});
afterAll(() => deployment.stop());

const signIn = (account: PortalAccount) => signInToPortal(deployment, new Person(), account);
/** The number of the newest event that was looked at. {@link told} gives those after it, oldest first. */
let seen = 0;
async function told() {
  const events = await deployment.parts.audit.events({ limit: 100 });
  const fresh = events.filter(({ number }) => number > seen).toReversed();
  seen = events[0]?.number ?? 0;
  return fresh.map(({ actor, action, changes }) => [
    actor.kind === "person" ? actor.objectId : actor.name,
    action,
    changes.map(({ to }) => to).join("; "),
  ]);
}

test("who is let in is told with the roles that count", async () => {
  for (const account of ["globalAdministrator", "administrator", "reportReader"] as const)
    await signIn(account);
  expect(await told()).toEqual([
    [PORTAL_ACCOUNTS.globalAdministrator, "portal.signed-in", "Global Administrator"],
    [PORTAL_ACCOUNTS.administrator, "portal.signed-in", "Connector.Admin"],
    [PORTAL_ACCOUNTS.reportReader, "portal.signed-in", "Connector.ReportReader"],
  ]);
});

test("who is refused is told by the reason, once however often it is met", async () => {
  for (let times = 0; times < 3; times++) await signIn("guest");
  for (let times = 0; times < 2; times++) await signIn("nobodySpecial");
  expect(await told()).toEqual([
    ["portal", "portal.sign-in-refused", "account-guest"],
    ["portal", "portal.sign-in-refused", "role-missing"],
  ]);
});

test("an hour later a reason is told again, with how often it was met meanwhile", async () => {
  const { audit, log } = deployment.parts;
  let hours = 0;
  const trail = signInTrail({ audit, log, now: () => new Date(Date.UTC(2026, 0, 1, hours)) });
  for (let times = 0; times < 20; times++) await trail.refused("account-guest");
  hours = 1;
  await trail.refused("account-guest");
  await trail.refused("account-unproven");
  expect(await told()).toEqual([
    ["portal", "portal.sign-in-refused", "account-guest"],
    ["portal", "portal.sign-in-refused", "account-guest; 19"],
    ["portal", "portal.sign-in-refused", "account-unproven"],
  ]);
});

test("an account of another directory is told of, and somebody who turned back is not", async () => {
  deployment.sandbox.microsoft.faults.set({ foreignSignIn: "token" });
  await signIn("stranger");
  expect(await told()).toEqual([["portal", "portal.sign-in-refused", "account-other-tenant"]]);
  const person = new Person();
  const picker = await person.open(deployment.url + "/portal/sign-in?account=other");
  await person.send(picker.url, { account: "cancel" });
  expect(await told()).toEqual([]);
});

test.each(["constructor", "__proto__", "toString"])(
  "an account that the link calls %s is any account",
  async (account) => {
    const person = new Person();
    const picker = await person.open(`${deployment.url}/portal/sign-in?account=${account}`);
    const page = await person.send(picker.url, { account: PORTAL_ACCOUNTS.administrator });
    expect(page.status).toBe(200);
    expect(await told()).toEqual([[PORTAL_ACCOUNTS.administrator, "portal.signed-in", "Connector.Admin"]]);
  },
);
