import { createHmac, randomBytes, randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { PATHS } from "../../../../app/domain/addresses.ts";
import type { VisitId } from "../../../../app/domain/linkToken.ts";
import { encrypted } from "../../../../app/sandbox/microsoft/graph/notifier.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { launchScenario, patientLink } from "../../../harness/clinician.ts";
import { Person, type Page } from "../../../harness/person.ts";

const clinician = new Person();
let deployment: Deployment;
let page: Page;
let visit: VisitId;
let token: string;
let subscriptionId: string;
let certificate: { readonly encryptionCertificate: string; readonly encryptionCertificateId: string };

beforeAll(async () => {
  deployment = await startDeployment();
  page = await launchScenario(deployment, clinician, "startsSoon");
  const claims = deployment.parts.visits.claims(patientLink(page).split("/").at(-1) ?? "");
  if (claims === undefined) throw new Error("no link");
  visit = claims.visit;
  const end = deployment.work();
  while (deployment.sandbox.microsoft.subscriptions().length === 0)
    await new Promise((resolve) => setTimeout(resolve, 5));
  await end();
  const [subscription] = deployment.sandbox.microsoft.subscriptions();
  if (subscription === undefined) throw new Error("nobody subscribed");
  certificate = subscription;
  subscriptionId = subscription.id;
  token = await deployment.sandbox.microsoft.notificationToken();
});
beforeEach(() => void deployment.logged.splice(0));
afterAll(() => deployment.stop());

const bring = (body: unknown, query = "") =>
  fetch(deployment.url + PATHS.callEvents + query, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
let told = 0;
const event = () => ({
  eventType: "rosterUpdated",
  eventDateTime: new Date(Date.UTC(2026, 10, 28, 10, (told += 1))).toISOString(),
  "participants@delta": [{ id: String(told), isInLobby: true, info: {} }],
});
const item = (more: object = {}) => ({
  clientState: deployment.parts.clientStates.of(visit),
  subscriptionId,
  encryptedContent: encrypted(certificate, event()),
  ...more,
});
const waiting = async () => {
  const rows = await deployment.parts.store.list("visits", visit, {
    from: "notification ",
    before: "notification!",
    limit: 100,
  });
  return rows.items.length;
};
const reasons = () =>
  deployment.logged
    .map((line) => JSON.parse(line) as { event: string; reason?: string })
    .flatMap(({ event, reason }) => (event.startsWith("presence.refused") ? (reason ?? []) : []));

test("Graph's handshake is answered in plain text with what it asks, also beside another query", async () => {
  const asked = "Validation: is anybody here? +/&";
  for (const query of ["?validationToken=", "?x=1&validationToken="]) {
    const answer = await bring("", query + encodeURIComponent(asked));
    expect([answer.status, await answer.text()]).toEqual([200, asked]);
    expect(answer.headers.get("content-type")).toContain("text/plain");
  }
  expect((await bring("", "?validationToken=" + encodeURIComponent("<script>"))).status).toBe(400);
});

test("an item is kept still encrypted, the same one once, and a batch whole", async () => {
  const before = await waiting();
  const one = item();
  for (let times = 0; times < 2; times++)
    expect((await bring({ value: [one], validationTokens: [token] })).status).toBe(202);
  expect((await bring({ Value: [item(), item()], ValidationTokens: [token] })).status).toBe(202);
  expect(await waiting()).toBe(before + 3);
});

test.each<[what: string, reason: string, make: () => Promise<object>]>([
  ["without a token", "no-token", () => Promise.resolve({ value: [item()] })],
  [
    "with a token that is none",
    "malformed",
    () => Promise.resolve({ value: [item()], validationTokens: ["x.y.z"] }),
  ],
  [
    "with somebody else's token",
    "other-application",
    async () => ({
      value: [item()],
      validationTokens: [await deployment.sandbox.microsoft.notificationToken({ azp: "another" })],
    }),
  ],
  [
    "with a token for somebody else",
    "audience",
    async () => ({
      value: [item()],
      validationTokens: [await deployment.sandbox.microsoft.notificationToken({ aud: "another" })],
    }),
  ],
  [
    "of another tenant",
    "tenant",
    async () => ({
      value: [item()],
      validationTokens: [await deployment.sandbox.microsoft.notificationToken({ tid: "another" })],
    }),
  ],
  [
    "with one good token and one bad",
    "malformed",
    () => Promise.resolve({ value: [item()], validationTokens: [token, "x.y.z"] }),
  ],
  [
    "with a clientState that is not ours",
    "client-state",
    () =>
      Promise.resolve({
        value: [item({ clientState: visit + "." + "A".repeat(22) })],
        validationTokens: [token],
      }),
  ],
  [
    "with nothing encrypted",
    "unreadable",
    () => Promise.resolve({ value: [item({ encryptedContent: {} })], validationTokens: [token] }),
  ],
])(
  "what comes %s is answered like everything else, counted, and changes nothing",
  async (_what, reason, make) => {
    const before = await waiting();
    expect((await bring(await make())).status).toBe(202);
    expect([await waiting(), reasons()]).toEqual([before, [reason]]);
  },
);

test("a forged item and one for another key are thrown away when they are read, the others count, and count once", async () => {
  const { data, dataKey, ...rest } = encrypted(certificate, event()) as Record<string, string>;
  const forged = createHmac("sha256", randomBytes(32)).update(String(data)).digest("base64");
  const encryptedContent = { ...rest, data, dataKey, dataSignature: forged };
  const elsewhere = { ...encrypted(certificate, event()), dataKey: randomBytes(256).toString("base64") };
  const good = item();
  await bring({
    value: [item({ encryptedContent }), item({ encryptedContent: elsewhere }), good],
    validationTokens: [token],
  });
  const end = deployment.work();
  while ((await waiting()) > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  const refused = () => deployment.logged.filter((line) => line.includes("presence.notification_refused"));
  expect(refused()).toHaveLength(2);
  const presence = await deployment.parts.presences.of(visit);
  expect(presence?.people).toHaveLength(4);
  // Replayed after it was read, and once more with what comes next, it changes nothing.
  await bring({ value: [good], validationTokens: [token] });
  await bring({ value: [good, item()], validationTokens: [token] });
  while ((await deployment.parts.presences.of(visit))?.people.length !== 5)
    await new Promise((resolve) => setTimeout(resolve, 5));
  await end();
  expect(refused()).toHaveLength(2);
  // Nothing of it lies about, as if nobody had read it.
  expect(await waiting()).toBe(0);
  const after = await deployment.parts.presences.of(visit);
  expect(after?.people.slice(0, 4)).toEqual(presence?.people);
});

test("what comes by a subscription that the visit never had waits until it is known, and is refused then", async () => {
  const { jobs, presences, visits } = deployment.parts;
  const kept = await visits.byId(visit);
  const before = await presences.of(visit);
  if (kept === undefined || before?.subscription === undefined) throw new Error("not watched");
  const [another, soonKnown] = [randomUUID(), randomUUID()];
  await bring({ value: [item({ subscriptionId: another })], validationTokens: [token] });
  await bring({ value: [item({ subscriptionId: soonKnown })], validationTokens: [token] });
  const end = deployment.work();
  const putOff = async () =>
    (await jobs.readSlice("open", { limit: 100 })).jobs.filter(
      ({ job }) => job.kind === "notification" && job.lastFailure?.reason === "subscription.not-known",
    ).length;
  while ((await putOff()) < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(await presences.of(visit)).toEqual(before);
  // A process that was killed before it noted what it had made.
  await presences.subscribed(kept, before.subscription, before.subscription, [soonKnown.toUpperCase()]);
  const count = async () => (await presences.of(visit))?.people.length ?? 0;
  while ((await count()) === before.people.length) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(await count()).toBe(before.people.length + 1);
  expect(reasons()).toEqual([]);
  deployment.clock.forward(180_000);
  while ((await waiting()) > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await end();
  expect(await count()).toBe(before.people.length + 1);
  expect(reasons()).toContain("subscription");
});

test("where Graph wants a subscription reauthorized, the same one is renewed", async () => {
  const { presences } = deployment.parts;
  const ids = () => deployment.sandbox.microsoft.subscriptions().map(({ id }) => id);
  const before = ids();
  const until = async () => (await presences.of(visit))?.subscription?.until.getTime() ?? 0;
  const was = await until();
  const { clientState } = item();
  await bring({
    value: [{ clientState, subscriptionId, lifecycleEvent: "reauthorizationRequired" }],
    validationTokens: [token],
  });
  expect(await until()).toBeLessThan(was);
  const end = deployment.work();
  while ((await until()) < was) await new Promise((resolve) => setTimeout(resolve, 5));
  await end();
  expect(ids()).toEqual(before);
  // It only asked, so nothing was lost.
  expect((await presences.of(visit))?.gap).toBeUndefined();
});

test("what is no JSON is refused", async () => {
  const headers = { "content-type": "text/plain" };
  const body = JSON.stringify({ value: [item()], validationTokens: [token] });
  const answer = await fetch(deployment.url + PATHS.callEvents, { method: "POST", headers, body });
  expect([answer.status, reasons()]).toEqual([415, ["content-type"]]);
});

test("what is refused without end is logged a few times", async () => {
  for (let times = 0; times < 20; times++) await bring({ value: "none" });
  expect(reasons().every((reason) => reason === "no-list")).toBe(true);
  // The minute may end in between.
  expect(reasons().length).toBeLessThanOrEqual(12);
  expect(deployment.logged.join("")).toContain("presence.refused.flood");
});

test("the items of a batch are kept a few at a time, so that Graph's three seconds are enough for many", async () => {
  const { store } = deployment.parts;
  const before = await waiting();
  const creates = store.create.bind(store);
  let now = 0;
  let most = 0;
  const create = vi.spyOn(store, "create").mockImplementation(async (...asked) => {
    most = Math.max(most, (now += 1));
    await new Promise((resolve) => setTimeout(resolve, 5));
    now -= 1;
    return creates(...asked);
  });
  const value = Array.from({ length: 60 }, () => item());
  expect((await bring({ value, validationTokens: [token] })).status).toBe(202);
  create.mockRestore();
  expect(await waiting()).toBe(before + value.length);
  expect(most).toBe(20);
});

test("an item that cannot be kept keeps no other from being kept, and the batch is brought again", async () => {
  const before = await waiting();
  const { store } = deployment.parts;
  const batch = { value: [item(), item()], validationTokens: [token] };
  for (let times = 0; times < 8; times++) {
    const create = vi.spyOn(store, "create").mockRejectedValueOnce(new Error("not now"));
    expect((await bring(batch)).status).toBe(503);
    create.mockRestore();
    expect(await waiting()).toBe(before + 1);
  }
  // It is one outage, however often Graph comes again.
  expect(deployment.logged.filter((line) => line.includes("presence.not_kept"))).toHaveLength(1);
  expect((await bring(batch)).status).toBe(202);
  expect(await waiting()).toBe(before + 2);
});

test("what Graph says of a subscription without a token counts by its clientState and its id, and nothing else does", async () => {
  const before = await waiting();
  const lifecycle = (clientState: string, of = subscriptionId) => ({
    ...{ clientState, subscriptionId: of, lifecycleEvent: "missed" },
  });
  const { clientState } = item();
  const gap = async () => (await deployment.parts.presences.of(visit))?.gap;
  await bring({ value: [lifecycle(visit + "." + "A".repeat(22)), item()] });
  expect(deployment.logged.join("")).not.toContain("presence.lifecycle");
  expect(await gap()).toBeUndefined();
  await bring({ value: [lifecycle(clientState, "another's")] });
  expect(deployment.logged.join("")).not.toContain("presence.lifecycle");
  expect(reasons()).toContain("subscription");
  expect(await gap()).toBeUndefined();
  await bring({ value: [lifecycle(clientState), item()] });
  expect(deployment.logged.filter((line) => line.includes("presence.lifecycle"))).toHaveLength(1);
  expect(await waiting()).toBe(before);
  // Who came meanwhile may have come unheard, which reports are told.
  expect(await gap()).toBeInstanceOf(Date);
});

test("what nobody reads for as long as it is kept leaves a gap for its visit, and the page says so", async () => {
  const { jobs, presences } = deployment.parts;
  const gap = async () => (await presences.of(visit))?.gap?.getTime() ?? 0;
  const kept = async () => (await jobs.readSlice("open", { limit: 100 })).jobs.map(({ job }) => job.kind);
  const watched = deployment.work();
  while ((await presences.of(visit))?.subscription === undefined)
    await new Promise((resolve) => setTimeout(resolve, 5));
  await watched();
  deployment.clock.forward(1000);
  const from = deployment.clock.now().getTime();
  expect((await bring({ value: [item()], validationTokens: [token] })).status).toBe(202);
  const until = deployment.clock.now().getTime();
  expect(await gap()).toBeLessThan(from);
  const unread = "Something that Teams told since has not been read yet: look there, too.";
  expect((await clinician.open(page.url)).html).not.toContain(unread);
  deployment.clock.forward(60_000);
  expect((await clinician.open(page.url)).html).toContain(unread);
  deployment.clock.forward(15 * 60_000);
  const end = deployment.work();
  while ((await kept()).includes("notification")) await new Promise((resolve) => setTimeout(resolve, 5));
  await end();
  expect(await gap()).toBeGreaterThanOrEqual(from);
  expect(await gap()).toBeLessThanOrEqual(until);
  const { html } = await clinician.open(page.url);
  expect(html).toMatch(/Until \d+:\d\d\s[AP]M Teams did not tell all: look there, too\./);
});

test("where nothing can be kept, Graph is told to come again", async () => {
  await deployment.parts.store.close();
  expect((await bring({ value: [item()], validationTokens: [token] })).status).toBe(503);
});
