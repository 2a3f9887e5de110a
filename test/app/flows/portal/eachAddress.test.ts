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
import { StoreFault } from "../../../../app/ports/store.ts";
import { PORTAL_IDLE_MS } from "../../../../app/records/portalSessions.ts";
import { hashed, newSecret } from "../../../../app/web/secrets.ts";
import { PORTAL_ACCOUNTS, signInToPortal } from "../../../harness/administrator.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { Person } from "../../../harness/person.ts";
import { fieldIn } from "../../../harness/html.ts";
import { DEPARTMENT, FORMS, type Form, type FormName } from "../../../harness/portalForms.ts";
import { heading } from "../provider/otherChart.ts";
import { startSmallServer, type SmallServer } from "../provider/smallServer.ts";

type Name = keyof typeof ADDRESSES;
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
const SAM = {
  objectId: PORTAL_ACCOUNTS.globalAdministrator,
  displayName: "Sam",
  userName: "sam@lamna.example",
  appRoles: [],
  directoryRoles: [GLOBAL_ADMINISTRATOR],
};

let deployment: Deployment;
/** A chart system of which there is no connection yet. */
let server: SmallServer;
const person = new Person();
beforeAll(async () => {
  server = await startSmallServer();
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
afterAll(async () => {
  await deployment.stop();
  await server.stop();
});

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
    parts.messageSettings,
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
    // A reason is typed once; where its form is gone, there is nothing to give it for.
    const { reason } = FORMS[name].fields;
    if (reason !== undefined && page.html.includes('name="reason"'))
      expect(fieldIn(page, "reason")).toBe(reason);
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

/** Each form as somebody has it who opened it just now, where what is sent depends on what is kept. */
async function openedNow(): Promise<Partial<Record<FormName, Partial<Pick<Form, "id" | "fields">>>>> {
  const { parts } = deployment;
  const seen = async (
    settings: { list(): Promise<readonly { id: string; revision: number }[]> },
    id: string,
  ) => ({
    revision: String((await settings.list()).find((one) => one.id === id)?.revision ?? 0),
  });
  const change = (action: string) => ({ actor, action });
  await parts.connectionSettings.add(change("connection.added"), "on", {
    ...VALUE,
    fhirBaseUrl: "https://fhir.example/r4/on",
    enabled: true,
  });
  const consent = { by: SAM.objectId, at: parts.now().toISOString(), words: 1 };
  await parts.textingSettings.add(change("texting.agreed"), "texting", {
    consents: { sendOnBehalf: consent, attendeesConsent: consent },
    connections: ["lamna"],
  });
  await parts.textingNow.refresh();
  await parts.staffAccounts.link("https://fhir.example/r4/x/Practitioner/1", SAM.objectId);
  const [account] = (await parts.staffAccounts.readSlice(1)).accounts;
  const stoppedAt = parts.now();
  await parts.optOuts.stop("+12025550123", stoppedAt);
  await parts.jobs.add({ kind: "canary", key: "nothing", of: { slot: "nothing" } });
  const kept = await parts.jobs.read("canary:nothing");
  if (kept !== undefined)
    await parts.jobs.write(kept, { ...kept.job, state: "poisoned", endedAt: stoppedAt });
  // Vendors' part of two forms: other sign-in addresses, and a visit that was found.
  const moved = { before: { issuer: "a" }, now: { issuer: "b" } };
  const { standings, foundVisits } = parts;
  Object.assign(standings, { askNow: () => Promise.resolve({ ok: false, changed: moved }) });
  const visit = "A".repeat(16);
  Object.assign(foundVisits, {
    byId: () => Promise.resolve({ id: visit, departmentId: "cardiology", connectionId: "lamna" }),
    appointmentId: () => Promise.resolve("1"),
  });
  const records = await person.open(deployment.url + portalPath("integrationRecords", "lamna"));
  const job = { job: "canary:nothing", ended: stoppedAt.toISOString() };
  const own = { fields: await seen(parts.connectionSettings, "own") };
  const ward = { fields: await seen(parts.departmentSettings, "ward") };
  const texting = { fields: await seen(parts.textingSettings, "texting") };
  const messages = { fields: await seen(parts.messageSettings, "messages") };
  const manager = { fields: await seen(parts.managerSettings, PORTAL_ACCOUNTS.departmentManager) };
  const approvals = { fields: await seen(parts.approvalSettings, "approvals") };
  const [waiting] = (await parts.proposals.waiting()).filter(({ id }) => id === "connection.waits");
  const proposal = { fields: { revision: String(waiting?.revision) } };
  return {
    addConnection: { fields: { id: "next", fhirBaseUrl: server.fhirBaseUrl } },
    editConnection: own,
    switchConnection: { id: "on", fields: { ...(await seen(parts.connectionSettings, "on")), turn: "off" } },
    overrideConnection: own,
    approveSignIn: { fields: { addresses: JSON.stringify(moved.now) } },
    removeConnection: own,
    markGiven: { fields: { shown: fieldIn(records, "shown") } },
    editDepartment: ward,
    removeDepartment: ward,
    requireApproval: approvals,
    loosenApproval: approvals,
    approveProposal: proposal,
    rejectProposal: proposal,
    agreeToTexts: texting,
    configureTexts: texting,
    withdrawTexts: texting,
    listStaff: texting,
    verifyNumber: { fields: { ...texting.fields, number: parts.messaging?.number ?? "none" } },
    setLive: texting,
    moveSetUp: { fields: { step: "texts" } },
    addDepartment: { fields: { name: "Third", locations: "ward-4" } },
    editMessageRules: { fields: { ...messages.fields, always: "yes" } },
    editWords: messages,
    setManager: manager,
    removeManager: manager,
    replayWork: { fields: job },
    discardWork: { fields: job },
    setAllocation: { fields: await seen(parts.allocationSettings, "allocation") },
    setReports: { fields: await seen(parts.reportSettings, "reports") },
    tellAppointment: { id: visit },
    removeOptOut: { fields: { since: stoppedAt.toISOString() } },
    removeLinkedAccount: { id: account?.id ?? "none" },
  };
}

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

describe("while the store is read and takes nothing", () => {
  const WRITES = ["create", "replace", "remove", "batch"] as const;
  let taken: Pick<Deployment["parts"]["store"], (typeof WRITES)[number]>;
  const breakStore = () => {
    const { store } = deployment.parts;
    taken = { ...store };
    const refused = () => Promise.reject(new StoreFault("full"));
    Object.assign(store, Object.fromEntries(WRITES.map((name) => [name, refused])));
    deployment.clock.forward(61_000);
  };
  const mendStore = () => {
    Object.assign(deployment.parts.store, taken);
    deployment.clock.forward(61_000);
  };
  /** What a form sends that was opened just now, besides what {@link FORMS} has of it: all of it would be written. */
  const opened: Partial<Record<FormName, Partial<Pick<Form, "id" | "fields">>>> = {};
  beforeAll(async () => {
    Object.assign(opened, await openedNow());
    breakStore();
  });
  afterAll(mendStore);

  /** Answered as always, because they write nothing, or are refused for what no form can change. */
  const WITHOUT_A_WRITE: Partial<Record<FormName, readonly [status: number, heading: string]>> = {
    tryDepartment: [200, "Ward"],
    previewWords: [200, ""],
    // The number is the stack file's.
    generateNumber: [409, "Texts"],
    giveBackNumber: [409, "Texts"],
  };

  /** They begin a sign-in at Microsoft, which is remembered until the person is back. */
  const REMEMBER = new Set<string>(["beginConsent", "signIn"]);
  const idAt = (path: string) =>
    path.startsWith("/departments") ? "ward" : path.startsWith("/approvals") ? "connection.waits" : "own";
  const pages = guarded.filter(([name, { method }]) => method === "get" && !REMEMBER.has(name));

  test.each(pages)("%s is shown, and says once that nothing can be changed", async (name, { path }) => {
    const page = await person.open(deployment.url + portalPath(name, idAt(path)));
    const isPage = page.html.startsWith("<!doctype");
    expect([page.status, page.html.split("Nothing can be changed now").length - 1]).toEqual([
      200,
      isPage ? 1 : 0,
    ]);
    // Each of its forms but the sign-out's says whose page it is on.
    const count = (text: string) => page.html.split(text).length - 1;
    expect(count('name="signedInAs"')).toBe(count('<form method="post"') - (isPage ? 1 : 0));
  });

  test.each(forms.filter(([name]) => name !== "signOut"))(
    "%s changes nothing, and keeps what was typed",
    async (name) => {
      const before = await everything();
      const { id, fields } = { ...FORMS[name], ...opened[name] };
      const sent = { ...FORMS[name].fields, ...fields };
      const page = await person.send(deployment.url + portalPath(name, id ?? ""), sent);
      expect(await everything()).toBe(before);
      const instead = WITHOUT_A_WRITE[name];
      expect([page.status, heading(page)]).toEqual(instead ?? [503, "The connector cannot use its store"]);
      if (instead !== undefined) return;
      for (const [field, value] of Object.entries(sent)) expect(fieldIn(page, field)).toBe(value);
      expect(page.html).toContain("Send it now");
    },
  );

  test("a form that was typed meanwhile is offered until the store takes it", async () => {
    const typed = { ...DEPARTMENT, name: "Meanwhile", locations: "ward-3" };
    const address = deployment.url + portalPath("addDepartment");
    expect((await person.send(address, typed)).status).toBe(503);
    expect((await person.send(address, typed)).html).toContain("Send it now");
    mendStore();
    expect((await person.send(address, typed)).status).toBeLessThan(400);
    expect((await person.open(deployment.url + portalPath("departments"))).html).not.toContain(
      "Nothing can be changed now",
    );
    breakStore();
  });

  test("whoever reads for longer than a session may be idle goes on reading; whoever does not is signed out", async () => {
    for (let minutes = 0; minutes < 60; minutes += 20) {
      deployment.clock.forward(20 * 60_000);
      expect((await person.open(deployment.url + portalPath("help"))).status).toBe(200);
    }
    deployment.clock.forward(PORTAL_IDLE_MS + 1000);
    expect((await person.open(deployment.url + portalPath("help"))).status).toBe(401);
  });

  test("signing out lets go of the session in this browser, and says how long it lasts elsewhere", async () => {
    const secret = newSecret();
    mendStore();
    await deployment.parts.portalSessions.start(hashed(secret), SAM);
    breakStore();
    const answer = await fetch(deployment.url + portalPath("signOut"), {
      method: "POST",
      headers: { cookie: "portal=" + secret, "sec-fetch-site": "same-origin" },
    });
    expect([answer.status, (await answer.text()).includes("within 30 minutes")]).toEqual([200, true]);
    expect(answer.headers.get("set-cookie")).toMatch(/^portal=;/);
  });
});

// Last, because the clock goes on for everybody.
describe("after the session's end", () => {
  const secrets = new Map<Name, string>();
  beforeAll(async () => {
    for (const [name] of guarded) {
      const secret = newSecret();
      secrets.set(name, secret);
      await deployment.parts.portalSessions.start(hashed(secret), SAM);
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
