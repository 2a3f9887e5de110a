/** A day of a deployment in which every flow is walked, so that its store has a row of each kind. */
import { randomBytes, randomInt, randomUUID } from "node:crypto";
import { request } from "node:http";
import { DatabaseSync } from "node:sqlite";
import { openKeyring } from "../../app/adapters/keyvault/keyring.ts";
import type { Body, Stored } from "../../app/ports/store.ts";
import type { Keyring } from "../../app/ports/keyring.ts";
import { USUAL_LIMITS } from "../../app/domain/callQuality.ts";
import { LAST_EPOCH, type VisitId } from "../../app/domain/linkToken.ts";
import type { Meetings } from "../../app/ports/meetings.ts";
import { openVisits } from "../../app/records/visits.ts";
import { begun, PATIENCE, settled } from "../../app/domain/job.ts";
import { moveGuide } from "../../app/records/guide.ts";
import { jobId } from "../../app/records/jobs.ts";
import { canaryOf, SWEEP } from "../../app/records/workStanding.ts";
import type { FhirBaseUrl } from "../../app/domain/fhirBaseUrl.ts";
import type { PortalConnection } from "../../app/records/portalConnections.ts";
import type { PortalDepartment } from "../../app/records/portalDepartments.ts";
import { changeTogether } from "../../app/records/settings.ts";
import { keptKeys } from "../../app/records/keys.ts";
import { firstFound } from "../../app/records/signInAddresses.ts";
import {
  ACCOUNT,
  guestLinks,
  launchFrom,
  launchOf,
  launchScenario,
  patientLink,
  signInToMicrosoft,
  signInToPowerChart,
} from "./clinician.ts";
import { reply } from "../../app/sandbox/communication/desk.ts";
import { PROVISIONED } from "../../app/sandbox/sandbox.ts";
import { signInToPortal } from "./administrator.ts";
import type { Deployment } from "./deployment.ts";
import { Person, type Page } from "./person.ts";
import { ORACLE_TENANT } from "./stack.ts";

export interface UsedStore {
  /** The page of an open visit, read by the person who opened it. */
  readonly open: Page;
  readonly person: Person;
  /** The address at which Microsoft asks for an account, of a sign-in that is not finished. */
  readonly picker: URL;
}

export async function useStore(deployment: Deployment): Promise<UsedStore> {
  const person = new Person();
  const open = await launchScenario(deployment, person, "startsSoon");
  const act = (page: Page, path: string, fields: Record<string, string> = {}) =>
    person.send(new URL(page.url.pathname + path, page.url), fields);

  // One clinician's account is linked; another clinician has not yet answered whether to link theirs.
  const question = await signInToMicrosoft(person, open, ACCOUNT);
  await person.send(question.url, { answer: "yes", account: ACCOUNT });
  const other = await launchScenario(deployment, person, "inProgress");
  const picker = await person.open(new URL(other.url.pathname + "/sign-in?account=other", other.url));
  await person.send(picker.url, { account: ACCOUNT });

  // Guests are invited, links replaced, a visit moved and ended, a colleague invited.
  await act(open, "/invitations", { role: "interpreter" });
  await act(open, "/invitations", { role: "colleague", invitation: "AAAAAAAAAAAA" });
  const withColleague = await act(open, "/invitations", { role: "guest", invitation: "BBBBBBBBBBBB" });
  await act(open, "/removals", { person: "3" });
  await act(open, "/links", { person: "0" });
  await deployment.sandbox.oracle
    .clinic(ORACLE_TENANT)
    .move(await appointmentOf(deployment, "startsSoon"), 5);
  await person.open(open.url);
  await act(open, "/late");
  const over = await launchScenario(deployment, person, "over");
  await act(over, "/end");
  await act(over, "/messages-held");
  await act(over, "/consult", { department: "cardiology" });

  // A visit was moved, and Teams does not know its new time yet.
  const behind = await launchScenario(deployment, person, "withoutMobile");
  deployment.sandbox.microsoft.faults.set({ graph: "down" });
  await deployment.sandbox.oracle
    .clinic(ORACLE_TENANT)
    .move(await appointmentOf(deployment, "withoutMobile"), 5);
  await person.open(behind.url);
  await notClosed(deployment, patientLink(behind));
  deployment.sandbox.microsoft.faults.clear();
  // The chart gives an appointment to another patient while its page is open. A consult is begun from one of the pages.
  const given = await launchScenario(deployment, person, "inRoomBelow");
  const beside = await launchScenario(deployment, person, "inRoomBelow");
  await giveToAnother(deployment, "inRoomBelow");
  for (const page of [given, beside]) await person.open(page.url);
  await openedForAnother(deployment, person, "inRoomBelow");
  await act(beside, "/consult", { department: "cardiology" });
  const none = await launchFrom(
    deployment,
    person,
    await launchOf(deployment, "tomorrow", { fromEncounter: false }),
  );
  await act(none, "/consult", { department: "cardiology" });

  // Sign-ins that are not finished: at the chart, and at Microsoft a colleague's and a clinician's.
  const waiting = await launchOf(deployment, "withInterpreter");
  await signInToPowerChart(deployment, person, waiting);
  await person.open(deployment.sandbox.oracle.launchUrl(waiting), (url) =>
    url.pathname.startsWith("/launch/callback"),
  );
  const colleague = guestLinks(withColleague).get(2) ?? "";
  await new Person().open(colleague + "?anyway=1");
  const unfinished = await person.open(new URL(open.url.pathname + "/sign-in?account=other", open.url));
  await opened(deployment, patientLink(await person.open(open.url)));
  await joinsForNow(deployment);
  await leftAlone(deployment, none);
  await messagesSent(deployment);
  await backgroundWork(deployment);
  await told(deployment);
  await foundInChart(deployment);
  await foundUnsurely(deployment);
  await deletion(deployment);
  await missing(deployment);
  await administration(deployment);
  return { open, person, picker: unfinished.url };
}

/** A patient opens the link. That is noted only after the answer, so this waits for it. */
async function opened({ parts: { visits } }: Deployment, link: string): Promise<void> {
  const claims = visits.claims(link.split("/").at(-1) ?? "");
  if (claims === undefined) throw new Error("the page shows a link that is none");
  const headers = { "sec-fetch-mode": "navigate", "sec-fetch-dest": "document", "user-agent": "Phone" };
  request(link, { headers }, (answer) => answer.resume()).end();
  const isNoted = async () =>
    (await visits.byId(claims.visit))?.people.some((person) => person.opened !== undefined) === true;
  while (!(await isNoted())) await new Promise((resolve) => setImmediate(resolve));
}

/** A clinician joins with an account that counts on one page alone. */
async function joinsForNow({ parts: { sessions, store } }: Deployment): Promise<void> {
  const { items } = await store.changes("sessions", 100);
  const session = items.find(({ body }) => "launchId" in body && "seenAt" in body);
  if (session === undefined) throw new Error("there is no session");
  await sessions.change(session.id, (content) => ({ ...content, account: ACCOUNT }));
}

/** A page that nobody has used is closed. */
async function leftAlone({ parts: { sessions, store } }: Deployment, { url }: Page): Promise<void> {
  const { items } = await store.changes("sessions", 100);
  const left = items.find(({ body: { launchId } }) => launchId === url.pathname.split("/")[2]);
  if (left === undefined) throw new Error("there is no session");
  await sessions.leave(await sessions.byId(left.id));
}

/** Asks Teams, which does not answer, to close a meeting. */
async function notClosed({ parts: { visits } }: Deployment, link: string): Promise<void> {
  const claims = visits.claims(link.split("/").at(-1) ?? "");
  if (claims === undefined) throw new Error("the page shows a link that is none");
  const asked = visits.setRoom(claims.visit, () => true);
  if ((await asked.catch(() => "no answer")) !== "no answer") throw new Error("Teams has answered");
}

/** Teams has lost a visit's meeting, so another one is made. */
async function madeAnew(deployment: Deployment, visit: VisitId): Promise<void> {
  const { parts } = deployment;
  const meetings: Meetings = { ...parts.meetings, look: () => Promise.resolve("gone") };
  const visits = openVisits({
    ...parts,
    meetings,
    keyring: await keyringOf(deployment),
    newEpoch: () => randomInt(LAST_EPOCH),
  });
  const nobody = { isSure: true, mayBeIn: () => Promise.resolve(false), beforeAnew: () => Promise.resolve() };
  if ((await visits.mendMeeting(visit, nobody)) !== "made-anew") throw new Error("it was not made anew");
}

/** Finds a visit that nobody has opened, which is moved and not ready, and learns the locations below a department's. */
async function foundInChart(deployment: Deployment): Promise<void> {
  const { parts } = deployment;
  const { departmentDays, foundVisits, hospital, locations, searched, strays, visits, now } = parts;
  const [connection] = await hospital.connections();
  const [department] = await hospital.departments(connection?.id ?? "");
  const [location] = department?.locations ?? [];
  if (connection === undefined || department === undefined || location === undefined)
    throw new Error("no department");
  const [start, end] = [50, 51].map((hours) => new Date(now().getTime() + hours * 3_600_000)) as [Date, Date];
  const { id: connectionId, fhirBaseUrl } = connection;
  const id = foundVisits.idOf(fhirBaseUrl, "found");
  const patients = { ids: ["somebody"], namesOf: () => Promise.resolve([]) };
  const appointment = { connectionId, appointmentId: "found", patients, department, start, end };
  await visits.expect(appointment, false);
  const withMeeting = { ...appointment, appointmentId: "found with its meeting" };
  const { links: linked } = await visits.expect(withMeeting, true);
  await madeAnew(deployment, linked.id);
  // The chart names somebody else, and does not say whether that is the same person.
  const untold = new Error("untold");
  const another = { ids: ["another"], namesOf: () => Promise.reject(untold) };
  const asked = visits.expect({ ...withMeeting, patients: another }, false);
  if ((await asked.catch((error: unknown) => error)) !== untold) throw new Error("it is not in doubt");
  const said = foundVisits.hash(id, "said");
  const address = { departmentId: department.id, location };
  const whose = { patients: foundVisits.patientHashes(id, patients.ids) };
  const seen = {
    standing: "on",
    ...whose,
    seen: said,
    firstSeen: now(),
    changes: 0,
    hasMeeting: false,
  } as const;
  await foundVisits.add({ id, connectionId, ...address, start, end, ...seen }, "found", {
    change: "new",
    knownBefore: true,
  });
  const notReady = {
    links: said,
    prepared: said,
    wasCancelled: true,
    wasAt: now(),
    ready: now(),
    risk: "no-meeting",
    isUntold: true,
    isChangeUnread: true,
    knownAt: new Date(start.getTime() + 3_600_000),
    late: "found-late",
    restored: [now()],
    meetingGone: now(),
    isClosed: true,
    unfulfilled: "locked",
    unarrived: "other-status",
  } as const;
  await foundVisits.edit(id, (found) => ({ found: { ...found, ...notReady, end: start }, change: "moved" }));
  await searched.change({ connectionId, chart: fhirBaseUrl }, () => new Map([[location, 14]]));
  await locations.keep(connectionId, {
    below: [{ id: "1", root: location }],
    roots: [location],
    known: [{ id: location, name: "Heart Center", partOf: "2" }],
    changes: [
      { id: location, what: "renamed", from: "Cardiology Clinic", to: "Heart Center", at: now() },
      { id: "1", what: "left", root: location, from: "Room", at: now() },
    ],
    chart: fhirBaseUrl,
    lacking: { unreadable: 1, keptBack: 1 },
    isCut: false,
    readAt: now(),
  });
  await strays.keep(connectionId, {
    after: "3",
    found: [{ id: "3", name: "Sleep Laboratory", visits: 2, at: now() }],
  });
  await departmentDays.had(department.id, now());
}

/** A chart system whose own sign-in addresses somebody in between may have hidden. */
async function foundUnsurely({ parts: { store } }: Deployment): Promise<void> {
  const base = "https://ehr.example/r4" as FhirBaseUrl;
  const [authorizationEndpoint, tokenEndpoint] = [base + "/authorize", base + "/token"];
  await firstFound(store, base, { authorizationEndpoint, tokenEndpoint, isSure: false });
}

/** Hands over a text that does not arrive. Its patient asks for help and then ends texts. */
async function messagesSent({ parts, sandbox }: Deployment): Promise<void> {
  const visit = "AAAAAAAAAAAAAAAA" as VisitId;
  const start = parts.now().toISOString();
  // Who finds no room in this hour is promised the next one. The hour may end in between.
  for (const amount of [2, 2, 2])
    await parts.sendingRate.take("text", amount, [{ seconds: 3600, most: 2 }], 1);
  const { message } = await parts.messages.begin({
    visit,
    kind: "link",
    way: "text",
    start,
    which: "link-0-0",
    person: 0,
    generation: 0,
    patient: parts.messages.patientHash(visit, "somebody"),
  });
  const tried = await parts.messages.begin({ visit, kind: "update", way: "text", start, which: "change-2" });
  await parts.messages.again(tried.message);
  await parts.messages.settle(message, { state: "accepted", providerId: "Outgoing_1" });
  await parts.messages.report(message.id, { kind: "failed", meaning: "retry", code: "5001" });
  const { desk } = sandbox.communication;
  for (const text of ["help", "stop"]) reply(desk, "+12025550199", PROVISIONED.number, text);
  await desk.events?.settled();
  await parts.heard.textSent();
  await parts.heard.startLost();
  // The chart answers a request with more than is read.
  const call = { host: "ehr.example", what: "GET Appointment", milliseconds: 9, requestIds: [] };
  await new Promise<void>((resolve) => {
    parts.traces.during(() => {
      parts.traces.about({ baseUrl: "https://ehr.example/r4" });
      parts.traces.note({ ...call, tooLarge: true });
      resolve(
        parts.traces.keep({
          flow: "provider",
          what: "GET",
          outcome: "chart-not-fhir",
          status: 502,
          standsForOthers: true,
        }),
      );
    });
  });
}

/** Teams tells who came, and something that is not read yet, and then stops telling. */
async function told({
  parts: { keyring, presences, notifications, usages, now },
}: Deployment): Promise<void> {
  const visit = { id: "AAAAAAAAAAAAAAAA" as VisitId, end: now() };
  const guest = { id: "somebody", look: "outside", whereabouts: "lobby" } as const;
  const staff = { id: "staff", look: "staff", account: ACCOUNT, whereabouts: "in" } as const;
  const nobody = { id: "nobody", look: "unnamed", whereabouts: "in" } as const;
  await presences.tell(visit, { kind: "ended", at: now(), people: [guest, staff, nobody] }, now());
  await presences.staffCame(visit, ACCOUNT);
  await presences.missed(visit, now());
  const stays = [{ from: now(), to: now() }];
  const people = [guest, staff, nobody].map((one) => ({ ...one, stays }));
  await presences.reported(visit, [{ id: "1", people }], now());
  const spread = { mean: 1, worst: 2, streams: 4 };
  const quality = { streams: 4, poorStreams: 1, loss: spread, jitter: spread, roundTrip: spread };
  const call = { id: "call", version: 1, from: now(), to: now(), joinUrl: "https://teams.example/meeting" };
  await presences.measured(visit, call, quality);
  await presences.watching(visit, { subscription: { id: "0", until: now() } });
  const of = { meeting: "meeting", epoch: 1 };
  await presences.watching(visit, { subscription: { id: "1", until: now(), of }, trouble: "limit" });
  const item = { data: "AAAA", dataKey: "BBBB", dataSignature: "CCCC", certificateId: "1" };
  await notifications.keep(visit.id, "1", item);
  await usages.write({
    id: visit.id,
    connectionId: "lamna",
    departmentId: "primary-care",
    start: now(),
    end: now(),
    outcome: "completed",
    source: "presence",
    opened: now(),
    together: now(),
    over: now(),
    attendees: 2,
    atOnce: 2,
    byPhone: 1,
    wayNotTold: 1,
    lobbySeconds: 60,
    staff: [{ account: ACCOUNT, seconds: 600 }],
    messages: [{ kind: "reminder", way: "text", state: "delivered", count: 1 }],
    quality,
    appointment: keyring.seal("visit " + visit.id, "an appointment"),
  });
}

/** Jobs in each state that leaves a row, and the periodic work. */
async function backgroundWork(deployment: Deployment): Promise<void> {
  const { jobs, ticks, now } = deployment.parts;
  const end = deployment.work();
  const isDone = async () => (await jobs.read(jobId("canary", canaryOf(now()))))?.job.state === "done";
  while (!(await isDone())) await new Promise((resolve) => setImmediate(resolve));
  await end();
  const add = async (key: string) => {
    await jobs.add({ kind: "canary", key, of: { slot: key } });
    const kept = await jobs.read(jobId("canary", key));
    if (kept === undefined) throw new Error("a job is gone that was just made");
    return kept;
  };
  const about = { visit: "AAAAAAAAAAAAAAAA", what: "first", by: "text", as: "live" };
  await jobs.add({ kind: "message", key: "a message", of: about });
  const arrival = { visit: "AAAAAAAAAAAAAAAA", status: "arrived", start: now().toISOString() };
  await jobs.add({ kind: "arrive", key: "a status", of: arrival });
  await jobs.add({ kind: "calls", key: "an hour", of: { hour: now().toISOString(), look: "first" } });
  await jobs.add({ kind: "forget", key: "a revision", of: { revision: "1" } });
  const stop = { optOut: "optout-" + "b".repeat(22), said: "stopped", at: now().toISOString() };
  await jobs.add({ kind: "opt-out", key: "a STOP", of: stop });
  const underWay = await add("under way");
  await jobs.write(underWay, begun(underWay.job, randomUUID()));
  const failed = await add("failed");
  const moment = { now: now(), chance: 0, patience: PATIENCE };
  await jobs.write(failed, settled(begun(failed.job, ""), { kind: "hopeless", reason: "graph.400" }, moment));
  const sweep = await ticks.of(SWEEP.name);
  const lastFailure = { reason: "threw", at: now() };
  await ticks.write(sweep, {
    ...sweep.state,
    holder: randomUUID(),
    failures: 1,
    leftOut: 1,
    keptBack: 1,
    tooLarge: 1,
    changeUnread: 1,
    reached: now(),
    lastFailure,
  });
}

/** Looks for a linked account that Microsoft does not know any more. */
async function missing({ parts: { staffAccounts } }: Deployment): Promise<void> {
  const fhirUser = "https://fhir.example/r4/other/Practitioner/1";
  await staffAccounts.link(fhirUser, ACCOUNT);
  for (const { id, objectId } of (await staffAccounts.readSlice(100)).accounts)
    if ((await staffAccounts.of(fhirUser)) === objectId)
      await staffAccounts.looked(id, objectId, { notFoundOn: "2026-11-28" });
}

/** An administrator deletes what is held about an appointment that nobody has opened yet. */
async function deletion({ parts: { holdings, hospital } }: Deployment): Promise<void> {
  const [connection] = await hospital.connections();
  if (connection === undefined) throw new Error("no connection");
  await holdings.delete({ fhirBaseUrl: connection.fhirBaseUrl, appointmentId: "never-opened" });
}

/** An administrator makes a connection and changes settings, which leaves events in the audit trail. */
async function administration(deployment: Deployment): Promise<void> {
  const {
    audit,
    connectionSettings,
    departmentSettings,
    givenSettings,
    guideSettings,
    testVisits,
    canaries,
  } = deployment.parts;
  const { textingSettings } = deployment.parts;
  await signInToPortal(deployment, new Person(), "globalAdministrator");
  const consents = new Person();
  await signInToPortal(deployment, consents, "administrator");
  await consents.open(deployment.url + "/portal/consent/begin");
  await new Person().open(deployment.url + "/portal/sign-in");
  const actor = { kind: "person", objectId: ACCOUNT } as const;
  const why = { actor, action: "connection.added", reason: "The test chart system is ready." };
  const at = new Date().toISOString();
  const value = {
    name: "Another chart system",
    fhirBaseUrl: "https://fhir.example/r4/other",
    environment: "test",
    visitTypes: ["Video Visit"],
    writeBack: { links: true, status: { arrived: false, checkedIn: false, fulfilled: true } },
    provider: { clientId: "provider", authentication: { method: "private_key_jwt" } },
    system: { clientId: "system", authentication: { method: "client_secret_basic", sealedSecret: "sealed" } },
    enabled: false,
    cleared: { by: "override", reason: "Both are the same chart system.", at },
  } satisfies PortalConnection;
  const { revision } = await connectionSettings.add(why, "other", value);
  const edited = { actor, action: "connection.edited" };
  await connectionSettings.replace(edited, "other", revision, { ...value, name: "The other chart system" });
  const { provider, system } = value;
  const promoted = { by: "promotion", stack: "lamna-test", record: "0".repeat(64), at } as const;
  await connectionSettings.add(why, "fourth", { ...value, cleared: promoted });
  await connectionSettings.add(why, "third", {
    ...value,
    provider: system,
    system: provider,
    cleared: { by: "visit", connectionId: "lamna", at },
  });
  const consent = { by: ACCOUNT, at, words: 1 };
  const texting = {
    consents: { sendOnBehalf: consent, attendeesConsent: consent },
    connections: ["lamna"],
    charts: [{ connection: "lamna", fhirBaseUrl: "https://fhir.example/r4/lamna" }],
    notTexted: ["other"],
    live: false,
    verification: "submitted",
    verifiedNumber: "+18335550100",
  } as const;
  const staff = { phones: ["+12025550147"], mails: ["kim@lamna.example"] };
  await textingSettings.add(why, "texting", {
    ...texting,
    connections: [...texting.connections],
    charts: [...texting.charts],
    notTexted: [...texting.notTexted],
    staff,
  });
  await deployment.parts.messageSettings.add(why, "messages", {
    aheadDays: 7,
    hours: { from: "08:00", to: "20:00" },
    allHours: false,
    byMail: true,
    words: [{ kind: "reminder", language: "en", text: "{sender}: {when} {link} STOP" }],
    connections: [{ connection: "lamna", kinds: ["reminder"], remindMinutesBefore: [60] }],
  });
  const { numberPurchases } = deployment.parts;
  const before = await numberPurchases.ask(actor, undefined);
  const former = "+18885550177";
  await numberPurchases.end(before.run, { how: "had", number: former });
  await changeTogether(deployment.parts.audit, [
    numberPurchases.givingBack(actor, { number: former, reason: "Released in Azure" }),
  ]);
  const { run } = await numberPurchases.ask(actor, "888");
  const purchase = String(run);
  await deployment.parts.jobs.add({ kind: "number", key: purchase, of: { purchase } });
  await numberPurchases.note(run, { step: "looking" });
  await numberPurchases.note(run, { trouble: "busy" });
  await numberPurchases.end(run, { how: "had", number: "+18885550166" });
  const department = {
    name: "Sleep clinic",
    nameEs: "Clínica del sueño",
    nameInTexts: true,
    phone: "(202) 555-0100",
    timeZone: "America/Chicago",
    connection: "other",
    locations: ["sleep"],
    organizers: [ACCOUNT],
    lobby: "staff",
  } satisfies PortalDepartment;
  await departmentSettings.add({ actor, action: "department.added" }, "sleep", department);
  const { allocationSettings, managerSettings } = deployment.parts;
  await allocationSettings.add(why, "allocation", {
    hospital: 900,
    departments: [{ id: "sleep", visits: 100 }],
  });
  await managerSettings.add(why, ACCOUNT, { departments: ["sleep"] });
  const { reportSettings } = deployment.parts;
  await reportSettings.add(why, "reports", { ...USUAL_LIMITS, keepsAppointments: true });
  await proposed(deployment);
  const fhirBaseUrl = "https://fhir.example/r4/former" as FhirBaseUrl;
  await deployment.parts.formerAddresses.note({ connectionId: "former", fhirBaseUrl, environment: "test" });
  await testVisits.opened("lamna-test");
  await testVisits.tapped("lamna-test");
  await testVisits.waited("lamna-test");
  const reason = "The chart does not answer.";
  const failed = { step: "token", outcome: "failed", milliseconds: 1, why: reason, move: "oracle" } as const;
  await canaries.ran("lamna", new Date(), [failed]);
  const url = "https://connector.example/launch/provider";
  const records = { values: [{ record: "provider", name: "SMART launch URI", value: url }] };
  await givenSettings.add({ actor, action: "integration.given" }, "other", records);
  await moveGuide(guideSettings, { actor, action: "set-up.moved" }, { step: "departments", state: "open" });
  const program = { kind: "program", name: "sweep" } as const;
  const told = { actor: program, action: "jobs.swept", object: { kind: "jobs" }, changes: [] };
  await audit.during(told, () => Promise.resolve());
}

/** Changes need a second person from now on, and one of them waits. */
async function proposed({ parts }: Deployment): Promise<void> {
  const { approvalSettings, proposals } = parts;
  const actor = { kind: "person", objectId: ACCOUNT } as const;
  const required = { actor, action: "approvals.required", reason: "The hospital’s rule asks for it." };
  const after = { secondPerson: true };
  const { revision } = await approvalSettings.add(required, "approvals", after);
  for (const id of ["other", "third", "fourth"]) {
    const now = await parts.connectionSettings.read(id);
    if (now === undefined) throw new Error("no such connection");
    const of = { kind: "connection", id, shown: now.revision, before: now.value, after: now.value } as const;
    await proposals.make({ ...required, action: "connection.edited" }, of);
  }
  const department = await parts.departmentSettings.read("sleep");
  if (department === undefined) throw new Error("no such department");
  const { value: said } = department;
  await proposals.make(
    { ...required, action: "department.edited" },
    { kind: "department", id: "sleep", shown: department.revision, before: said, after: said },
  );
  const of = { kind: "approvals", id: "approvals", shown: revision, before: after, after } as const;
  await proposals.make({ ...required, action: "approvals.loosened" }, of);
  const texting = await parts.textingSettings.read("texting");
  if (texting === undefined) throw new Error("nothing is said of texts");
  const same = { before: texting.value, after: texting.value };
  await proposals.make(
    { ...required, action: "texting.agreed" },
    { kind: "texting", id: "texting", shown: texting.revision, ...same },
  );
  const messages = await parts.messageSettings.read("messages");
  if (messages === undefined) throw new Error("nothing is set of messages");
  const { value: rules, revision: ofRules } = messages;
  await proposals.make(
    { ...required, action: "messages.rules" },
    { kind: "messages", id: "messages", shown: ofRules, before: rules, after: rules },
  );
  const allocation = await parts.allocationSettings.read("allocation");
  const manager = await parts.managerSettings.read(ACCOUNT);
  const reports = await parts.reportSettings.read("reports");
  if (allocation === undefined || manager === undefined || reports === undefined)
    throw new Error("nothing is set of reports");
  const { value: allocated, revision: ofAllocation } = allocation;
  await proposals.make(
    { ...required, action: "allocation.set" },
    { kind: "allocation", id: "allocation", shown: ofAllocation, before: allocated, after: allocated },
  );
  await proposals.make(
    { ...required, action: "reports.set" },
    { kind: "reports", id: "reports", shown: reports.revision, before: reports.value, after: reports.value },
  );
  const ends = { authorizationEndpoint: "https://a.example/a", tokenEndpoint: "https://a.example/t" };
  const before = { ...ends, issuer: "https://a.example", jwksUri: "https://a.example/k" };
  const moved = { before, after: { ...before, jwksUri: "https://a.example/k2" } };
  const addresses = { ...required, action: "sign-in-addresses.approved" };
  const killed = () => Promise.reject(new Error("the process was killed"));
  await proposals.makeHold(addresses, { kind: "addresses", id: "lamna", ...moved }, killed);
  // Another one is approved, and not carried out.
  await proposals.makeHold(addresses, { kind: "addresses", id: "other", ...moved }, killed);
  const approved = await proposals.read("addresses.other");
  if (approved === undefined || approved === "unreadable") throw new Error("no such proposal");
  const second = { kind: "person", objectId: "another" } as const;
  await proposals.approve(second, approved, killed).catch(() => undefined);
  const { value: managed, revision: ofManager } = manager;
  await proposals.make(
    { ...required, action: "manager.set" },
    { kind: "manager", id: ACCOUNT, shown: ofManager, before: managed, after: managed },
  );
}

/** The day goes on: open sign-ins are finished, links are made and replaced, and the account is linked by somebody else. */
export async function goOn(deployment: Deployment, { open, person, picker }: UsedStore): Promise<void> {
  const act = (path: string, fields: Record<string, string> = {}) =>
    person.send(new URL(open.url.pathname + path, open.url), fields);
  const question = await person.send(picker, { account: ANOTHER_ACCOUNT });
  await person.send(question.url, { answer: "yes", account: ANOTHER_ACCOUNT });
  await act("/links", { person: "1" });
  await act("/invitations", { role: "relative" });
  await deployment.sandbox.oracle
    .clinic(ORACLE_TENANT)
    .move(await appointmentOf(deployment, "startsSoon"), 5);
  const page = await person.open(open.url);
  if (page.status !== 200) throw new Error("the visit's page is gone: " + String(page.status));
}

/** Another of the sandbox's invented clinicians. */
const ANOTHER_ACCOUNT = "7d0c5a1e-0000-4000-8000-00000000b002";

async function giveToAnother(deployment: Deployment, name: "inRoomBelow"): Promise<void> {
  const clinic = deployment.sandbox.oracle.clinic(ORACLE_TENANT);
  const { id, participant } = await clinic.visit(name);
  const own = participant.flatMap(({ actor }) => actor?.reference ?? []);
  const other = (await clinic.patients()).find((each) => !own.includes("Patient/" + each.id));
  const reference = "Patient/" + (other?.id ?? "");
  await clinic.change(id, (now) => ({
    ...now,
    participant: now.participant.map((one) =>
      one.actor?.reference?.startsWith("Patient/") === true ? { ...one, actor: { reference } } : one,
    ),
  }));
}

/**
 * The clinician of the other patient picks and opens the appointment that the chart has given to that patient, and once more,
 * with a consult beside it.
 */
async function openedForAnother(deployment: Deployment, person: Person, name: "inRoomBelow"): Promise<void> {
  const appointment = await appointmentOf(deployment, name);
  const picked = async () => {
    const launch = await launchOf(deployment, name, { fromEncounter: false });
    const choice = await launchFrom(deployment, person, launch);
    await person.send(new URL(choice.url.pathname + "/choose-again", choice.url), { visit: "not-opened" });
    return person.send(new URL(choice.url.pathname + "/choice", choice.url), { appointment });
  };
  const page = await picked();
  if (!page.html.includes("another patient’s before")) throw new Error("nobody's links were replaced");
  const { url } = await picked();
  await person.send(new URL(url.pathname + "/consult", url), { department: "cardiology" });
}

async function appointmentOf(
  deployment: Deployment,
  name: "startsSoon" | "withoutMobile" | "inRoomBelow",
): Promise<string> {
  return (await deployment.sandbox.oracle.clinic(ORACLE_TENANT).visit(name)).id;
}

export interface Row extends Pick<Stored, "id" | "body"> {
  readonly container: string;
}

/** The sealed part of a row, with the context for which it was sealed; undefined if the row has none. */
export function sealedIn({ container, id, body: { sealed, flow } }: Row) {
  if (typeof sealed !== "string" || sealed === "") return undefined;
  if (container === "portalSessions")
    return { name: "administrator", context: "portal session " + id, text: sealed };
  const name = typeof flow === "string" ? flow : "session";
  const context = container === "signIns" ? ["sign-in", name, id].join(" ") : "session " + id;
  return { name, context, text: sealed };
}

/** Every row as it lies in the file. */
export function rowsOf(file: string): readonly Row[] {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    return database
      .prepare("select container, id, body from items")
      .all()
      .map(({ container, id, body }) => ({
        container: String(container),
        id: String(id),
        body: JSON.parse(String(body)) as Body,
      }));
  } finally {
    database.close();
  }
}

/** The deployment's own keys, which open what it has sealed. */
export function keyringOf({ parts }: Deployment): Promise<Keyring> {
  return openKeyring({
    vault: parts.vault,
    kept: keptKeys(parts.store),
    wrappingKey: PROVISIONED.wrappingKey,
    random: randomBytes,
    onStillWrappedByOldVersion: (fault) => {
      throw fault;
    },
  });
}
