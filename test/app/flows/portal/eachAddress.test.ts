/**
 * Every address of the portal from another site's page, after the session's end, and every form that is sent twice or shows an
 * old version: a clear page, and nothing is changed. Who is let in at all: access.test.ts.
 */
import { request as httpRequest } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PATHS } from "../../../../app/domain/addresses.ts";
import { GLOBAL_ADMINISTRATOR } from "../../../../app/domain/portalRights.ts";
import { ADDRESSES, portalPath, type PortalAddress } from "../../../../app/flows/portal/addresses.ts";
import type { PortalConnection } from "../../../../app/records/portalConnections.ts";
import { PORTAL_IDLE_MS } from "../../../../app/records/portalSessions.ts";
import { hashed, newSecret } from "../../../../app/web/secrets.ts";
import { PORTAL_ACCOUNTS, signInToPortal } from "../../../harness/administrator.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { Person } from "../../../harness/person.ts";
import { heading } from "../provider/otherChart.ts";

type Addresses = typeof ADDRESSES;
type Name = keyof Addresses;
/** What a program sends has no session and no form. */
type FormName = {
  [N in Name]: Addresses[N] extends { readonly by: "token" }
    ? never
    : Addresses[N]["method"] extends "post"
      ? N
      : never;
}[Name];

interface Form {
  readonly id?: string;
  readonly fields: Readonly<Record<string, string>>;
  /** Whether it says which version it showed. Others may be sent twice, and do nothing the second time. */
  readonly says: "version" | "none";
}

const OLD = { revision: "999999" };
const CONNECTION = { name: "Own", environment: "test", visitTypes: "Video Visit" };
const METHODS = { providerMethod: "key", systemMethod: "key" };
const DEPARTMENT = {
  name: "Ward",
  connection: "lamna",
  locations: "ward-1",
  organizers: PORTAL_ACCOUNTS.administrator,
  lobby: "staff",
  phone: "(202) 555-0100",
  timeZone: "America/Chicago",
  nameInTexts: "no",
};
/** Each form of the portal as somebody would send it. */
const FORMS: Readonly<Record<FormName, Form>> = {
  moveSetUp: { fields: { step: "connections", go: "on" }, says: "none" },
  addConnection: {
    fields: { ...CONNECTION, ...METHODS, id: "own", fhirBaseUrl: "https://fhir.example/r4/own" },
    says: "none",
  },
  editConnection: {
    id: "own",
    fields: { ...OLD, ...CONNECTION, ...METHODS, fhirBaseUrl: "https://fhir.example/r4/own", name: "Other" },
    says: "version",
  },
  switchConnection: { id: "own", fields: { ...OLD, turn: "on" }, says: "version" },
  overrideConnection: { id: "own", fields: { ...OLD, reason: "Because" }, says: "version" },
  approveSignIn: { id: "lamna", fields: { addresses: "{}" }, says: "version" },
  removeConnection: { id: "own", fields: OLD, says: "version" },
  markGiven: { id: "lamna", fields: { shown: "what it was" }, says: "version" },
  addDepartment: { fields: { ...DEPARTMENT, name: "Another", locations: "ward-2" }, says: "none" },
  editDepartment: { id: "ward", fields: { ...OLD, ...DEPARTMENT }, says: "version" },
  tryDepartment: { id: "ward", fields: {}, says: "none" },
  removeDepartment: { id: "ward", fields: OLD, says: "version" },
  requireApproval: { fields: OLD, says: "version" },
  loosenApproval: { fields: OLD, says: "version" },
  approveProposal: { id: "connection.waits", fields: OLD, says: "version" },
  rejectProposal: { id: "connection.waits", fields: OLD, says: "version" },
  agreeToTexts: {
    fields: { ...OLD, sendOnBehalf: "yes", attendeesConsent: "yes", "connection-lamna": "yes" },
    says: "version",
  },
  withdrawTexts: { fields: OLD, says: "version" },
  listStaff: { fields: { ...OLD, phones: "+12025550147", mails: "" }, says: "version" },
  tryText: { fields: { to: "+12025550147" }, says: "none" },
  verifyNumber: { fields: { ...OLD, verification: "submitted" }, says: "version" },
  setLive: { fields: { ...OLD, turn: "live" }, says: "version" },
  setManager: {
    fields: { ...OLD, person: PORTAL_ACCOUNTS.departmentManager, "department-cardiology": "yes" },
    says: "version",
  },
  removeManager: { id: PORTAL_ACCOUNTS.departmentManager, fields: OLD, says: "version" },
  replayWork: { fields: { job: "canary:nothing" }, says: "none" },
  discardWork: { fields: { job: "canary:nothing" }, says: "none" },
  auditCsv: { fields: {}, says: "none" },
  auditJson: { fields: {}, says: "none" },
  reportCsv: { fields: { days: "30" }, says: "none" },
  setAllocation: { fields: { ...OLD, hospital: "100" }, says: "version" },
  setReports: { fields: { ...OLD, lossPercent: "5" }, says: "version" },
  reportAllocationCsv: { fields: {}, says: "none" },
  appointment: { fields: { connection: "lamna", appointment: "1" }, says: "none" },
  deleteAppointment: {
    fields: { connection: "lamna", appointment: "1", again: "1", reason: "Asked for" },
    says: "none",
  },
  tellAppointment: { id: "nothing", fields: {}, says: "none" },
  optOut: { fields: { number: "2025550123" }, says: "none" },
  removeOptOut: { fields: { number: "2025550123", since: "", reason: "Asked for" }, says: "none" },
  removeStaffLink: { id: "nobody", fields: {}, says: "none" },
  signOut: { fields: {}, says: "none" },
};
const forms = Object.entries(FORMS) as [FormName, Form][];
const guarded = (Object.entries(ADDRESSES) as [Name, PortalAddress][]).filter(
  ([, { needs, by }]) => needs !== "anybody" && by === undefined,
);

const actor = { kind: "person", objectId: PORTAL_ACCOUNTS.administrator } as const;
const VALUE = {
  name: "Own",
  fhirBaseUrl: "https://fhir.example/r4/own",
  environment: "test",
  visitTypes: ["Video Visit"],
  enabled: false,
} satisfies PortalConnection;

let deployment: Deployment;
const person = new Person();
beforeAll(async () => {
  deployment = await startDeployment({ stack: (all) => ({ ...all, approvals: { testOverride: true } }) });
  await signInToPortal(deployment, person, "globalAdministrator");
  const { connectionSettings, departmentSettings, managerSettings, proposals } = deployment.parts;
  const { name, connection, phone, timeZone } = DEPARTMENT;
  const ward = { name, connection, phone, timeZone, lobby: "staff" } as const;
  await departmentSettings.add({ actor, action: "department.added" }, "ward", {
    ...ward,
    locations: ["ward-1"],
    organizers: [PORTAL_ACCOUNTS.administrator],
  });
  const { departmentManager } = PORTAL_ACCOUNTS;
  const set = { actor, action: "manager.set" };
  await managerSettings.add(set, departmentManager, { departments: ["cardiology"] });
  await connectionSettings.add({ actor, action: "connection.added" }, "own", VALUE);
  const made = { actor, action: "approvals.required" } as const;
  await proposals.make(made, { kind: "approvals", id: "approvals", after: { secondPerson: true } });
  const fhirBaseUrl = "https://fhir.example/r4/waits";
  const of = { kind: "connection", id: "waits", after: { ...VALUE, fhirBaseUrl } } as const;
  await proposals.make({ actor, action: "connection.added" }, of);
});
afterAll(() => deployment.stop());

const send = (name: FormName, headers: Record<string, string> = {}, by = person) => {
  const { id = "", fields } = FORMS[name];
  return by.send(deployment.url + portalPath(name, id), fields, headers);
};
/** All that administrators have set, and what is held about the appointment that the forms name. */
const everything = async () => {
  const { holdings, hospital, proposals, ...parts } = deployment.parts;
  const settings = [
    parts.connectionSettings,
    parts.departmentSettings,
    parts.approvalSettings,
    parts.givenSettings,
    parts.guideSettings,
    parts.textingSettings,
    parts.allocationSettings,
    parts.managerSettings,
    parts.reportSettings,
  ];
  const [connection] = await hospital.connections();
  if (connection === undefined) throw new Error("no connection");
  return JSON.stringify([
    await Promise.all(settings.map((each) => each.list())),
    await proposals.waiting(),
    (await holdings.about({ fhirBaseUrl: connection.fhirBaseUrl, appointmentId: "1" })).map(
      ({ row }) => row.etag,
    ),
  ]);
};

describe.each(forms)("%s", (name) => {
  test("sent from another site's page does nothing", async () => {
    const [before, head] = [await everything(), await deployment.parts.audit.head()];
    const headers = { "sec-fetch-site": "cross-site", origin: "https://evil.example" };
    const page = await send(name, headers);
    expect([page.status, heading(page)]).toEqual([403, "This was not sent from our page"]);
    expect([await everything(), await deployment.parts.audit.head()]).toEqual([before, head]);
  });
});

test.each(forms.filter(([, { says }]) => says === "version"))(
  "%s that shows an old version says so and changes nothing",
  async (name) => {
    const before = await everything();
    const page = await send(name);
    expect([page.status, page.html.includes('class="notice')]).toEqual([409, true]);
    expect(await everything()).toBe(before);
  },
);

test.each(forms.filter(([, { says }]) => says === "none"))(
  "%s that is sent twice does once what it does",
  async (name) => {
    const own = new Person();
    await signInToPortal(deployment, own, "globalAdministrator");
    expect((await send(name, {}, own)).status).toBeLessThan(500);
    const after = await everything();
    expect((await send(name, {}, own)).status).toBeLessThan(500);
    expect(await everything()).toBe(after);
  },
);

/** As it is, where a client would shorten its dots. */
const statusOf = (method: string, path: string) =>
  new Promise<number | undefined>((resolve, reject) => {
    const cookie = "portal=" + (person.cookies().find(({ name }) => name === "portal")?.value ?? "");
    const headers = { cookie, "sec-fetch-site": "same-origin" };
    httpRequest(deployment.url, { method, path, headers }, (answer) => {
      answer.resume().on("end", () => {
        resolve(answer.statusCode);
      });
    })
      .on("error", reject)
      .end();
  });

describe.each(guarded.filter(([, { path }]) => path.includes(":id")))("%s", (_name, { method, path }) => {
  test("of what can be nobody's id is no page", async () => {
    const before = await everything();
    const long = "x".repeat(5_000);
    const ids = ["../x", "..%2fx", "%2e%2e", "%2e", "a/b", "a%2fb", "a%00b", "%20", "%c3%a9", long];
    for (const id of ids) {
      const status = await statusOf(method.toUpperCase(), PATHS.portal + path.replace(":id", id));
      expect([id.slice(0, 20), status]).toEqual([id.slice(0, 20), 404]);
    }
    expect(await everything()).toBe(before);
  });
});

// Last, because the clock goes on for everybody.
describe("after the session's end", () => {
  const secrets = new Map<Name, string>();
  beforeAll(async () => {
    for (const [name] of guarded) {
      const secret = newSecret();
      secrets.set(name, secret);
      await deployment.parts.portalSessions.start(hashed(secret), {
        objectId: PORTAL_ACCOUNTS.globalAdministrator,
        displayName: "Sam",
        userName: "sam@lamna.example",
        appRoles: [],
        directoryRoles: [GLOBAL_ADMINISTRATOR],
      });
    }
    deployment.clock.forward(PORTAL_IDLE_MS + 1000);
  });

  test.each(guarded)("%s says so and changes nothing", async (name, { method, path }) => {
    const before = await everything();
    const answer = await fetch(deployment.url + PATHS.portal + path.replace(":id", "own"), {
      method: method.toUpperCase(),
      headers: { cookie: "portal=" + (secrets.get(name) ?? ""), "sec-fetch-site": "same-origin" },
      redirect: "manual",
    });
    expect([answer.status, (await answer.text()).includes("You were signed out")]).toEqual([401, true]);
    expect(await everything()).toBe(before);
  });
});
