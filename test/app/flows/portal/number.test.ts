/**
 * The number that is generated in the portal: whatever is killed, lost or clicked twice, there is one in the end, and the
 * page says how far it is.
 */
import { renderToString as render } from "preact-render-to-string";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openNumbers } from "../../../../app/adapters/acs/numbers.ts";
import { openSqliteStore } from "../../../../app/adapters/sqlite/store.ts";
import { numberJob, numberTicks } from "../../../../app/flows/portal/texts/numberJob.ts";
import { beginsUnverified } from "../../../../app/flows/portal/texts/unverified.ts";
import type { Verification } from "../../../../app/domain/texting.ts";
import { openAudit } from "../../../../app/records/audit.ts";
import { PurchasePart } from "../../../../app/flows/portal/texts/purchaseCard.tsx";
import { changeTogether, type Setting } from "../../../../app/records/settings.ts";
import type { Proposal } from "../../../../app/records/proposals.ts";
import { openNumberPurchases, PURCHASE_ENDS } from "../../../../app/records/numberPurchase.ts";
import type { Body } from "../../../../app/ports/store.ts";
import { PORTAL_ACCOUNTS, signInToPortal } from "../../../harness/administrator.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { Person } from "../../../harness/person.ts";
import { TEXTING_ID, type PortalTexting } from "../../../../app/records/portalTexting.ts";
import { jsonLog } from "../../../../app/log.ts";
import { shop, type Shop } from "../../sandbox/communication/shop.ts";
import { hospital } from "../../sandbox/microsoft/hospital.ts";
import { attributesOf } from "../../../harness/html.ts";

const microsoft = await hospital();
let deployment: Deployment;
const administrator = new Person();
beforeAll(async () => {
  deployment = await startDeployment({ stack: (all) => ({ ...all, numbers: "portal" }) });
  await signInToPortal(deployment, administrator, "administrator");
});
afterAll(async () => {
  await deployment.stop();
  await microsoft.stop();
});

const texts = (path = "") => deployment.url + "/portal/texts" + path;
const generate = (fields: Record<string, string> = {}) => administrator.send(texts("/number"), fields);
const bought = () => deployment.sandbox.communication.purchased();
const purchase = () => deployment.parts.numberPurchases.read();
/** Waits until the purchase has ended or the condition holds. */
async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  await expect.poll(holds, { timeout: 20_000, interval: 20 }).toBe(true);
}
/** Also that this process has read how it ended, which it does right after that. */
const hasEnded = async () => {
  const { ended, number } = (await purchase()) ?? {};
  return ended !== undefined && deployment.parts.messaging?.number === number;
};

test("what Microsoft refuses is said with what to do, nothing is bought, and it can be tried again", async () => {
  const { faults } = deployment.sandbox.communication;
  // The process was killed after the request was kept and before there was a job. A round makes the job.
  faults.set({ stock: "none" });
  await deployment.parts.numberPurchases.ask(actor, undefined);
  const end = deployment.work();
  await until(hasEnded);
  faults.clear();
  for (const [change, words] of [
    [{ stock: "none" }, "no toll-free number to sell at the moment"],
    [{ purchase: "NotEnoughCredit" }, "must be a paid one"],
    [{ purchase: "ProvisioningFailed" }, "refused the purchase"],
  ] as const) {
    faults.set(change);
    await generate({ areaCode: "833" });
    await until(hasEnded);
    faults.clear();
    const { html } = await administrator.open(texts());
    expect([html.includes(words), html.includes("Try again</button>"), bought()]).toEqual([true, true, []]);
  }
  await end();
  expect(deployment.parts.messaging?.number).toBeUndefined();
});

test("of a number that is yet to come nothing is said of its verification, neither on the page nor by a form", async () => {
  const said = { revision: "0", number: "", verification: "approved" };
  const page = await administrator.send(texts("/verification"), said);
  expect([page.status, page.html.includes("There is no number yet that carriers could verify")]).toEqual([
    409,
    true,
  ]);
  expect(page.html).not.toContain("How far the carriers are");
  expect(await deployment.parts.textingSettings.list()).toEqual([]);
});

test("the page says how far it is; a second click and another process buy no second one; the number then texts", async () => {
  const first = await generate({ areaCode: "844" });
  expect(first.html).toContain("Looking for a number, unless there is one already");
  const [run, [asked]] = [(await purchase())?.run, await deployment.parts.audit.events({ limit: 1 })];
  expect(asked).toMatchObject({ action: "number.asked", changes: [{ member: "areaCode", to: "844" }] });
  await Promise.all([generate(), generate({ areaCode: "800" })]);
  expect([(await purchase())?.run, (await deployment.parts.audit.head()).number]).toEqual([
    run,
    asked?.number,
  ]);
  // The open page asks for this part alone.
  const part = await administrator.open(texts("/number"));
  expect([part.html.includes("data-progress="), part.html.includes("<html")]).toEqual([true, false]);
  const ends = [deployment.work(), deployment.work()];
  await until(hasEnded);
  await Promise.all(ends.map((end) => end()));
  const [number = "none"] = bought();
  expect([bought().length, number]).toEqual([1, expect.stringMatching(/^\+1844/)]);
  expect(deployment.parts.messaging?.number).toBe(number);
  const [had] = await deployment.parts.audit.events({ limit: 1 });
  expect(had).toMatchObject({ action: "number.had", changes: [{ member: "number", to: number }] });
  // On a laptop a number counts as verified until something else is entered; a new one is not.
  expect(deployment.parts.textingNow.current().verification).toBe("notStarted");
  expect(await deployment.parts.audit.events({ limit: 2 })).toMatchObject([
    had,
    { action: "texting.verification-begins", actor: { kind: "program" }, object: { kind: "texting" } },
  ]);
  // A click on an older page is refused with words, and nothing is bought.
  const late = await generate();
  expect([late.html.includes(number), (await purchase())?.run]).toEqual([true, run]);
  expect((await administrator.open(texts("/number"))).html).toContain("Go on with " + number);
});

test("a number is replaced only once Microsoft has it no more, by an administrator with a reason, and never bought twice", async () => {
  const { audit, messaging, numbers, textingNow, textingSettings } = deployment.parts;
  const { faults } = deployment.sandbox.communication;
  const number = messaging?.number ?? "";
  const giveBack = (fields: Record<string, string> = {}) =>
    administrator.send(texts("/number/given-back"), { number, reason: "Released on Monday", ...fields });
  const shown = String((await textingSettings.list())[0]?.revision);
  await administrator.send(texts("/verification"), { number, revision: shown, verification: "approved" });
  // A page from before there was a number says nothing of this one.
  const early = await administrator.send(texts("/verification"), {
    ...{
      number: "",
      revision: String((await textingSettings.list())[0]?.revision),
      verification: "rejected",
    },
  });
  expect(early.status).toBe(409);
  const verification = async () => (await textingSettings.list())[0]?.value.verification;
  expect(await verification()).toBe("approved");
  const before = await audit.head();
  const refused = async (fields: Record<string, string>, words: string) => {
    const page = await giveBack(fields);
    expect([page.html.includes(words), messaging?.number, await audit.head()]).toEqual([
      true,
      number,
      before,
    ]);
    // The reason is typed once.
    if (page.status === 409 && fields["number"] === undefined)
      expect(page.html).toMatch(/<details open>.*id="given-back-reason"[^>]*value="Released on Monday"/s);
    return page.status;
  };
  expect(await refused({}, "Communication Services still has this number")).toBe(409);
  expect(await refused({ number: "+18445550199" }, "not the number any more")).toBe(409);
  expect(await refused({ reason: " " }, "Enter the reason")).toBe(422);
  expect(await refused({ reason: "For Patient/12724066" }, "Leave ids of patients")).toBe(422);
  faults.set({ unavailable: 100 });
  expect(await refused({}, "did not say whether it still has this number")).toBe(409);
  faults.clear();
  // A click on an older page's button buys nothing while there is a number.
  await generate();
  expect(bought()).toEqual([number]);

  await numbers?.release(number);
  expect(bought()).toEqual([]);
  const page = await giveBack();
  expect([page.status, page.html.includes("The number was given back")]).toEqual([200, true]);
  expect([messaging?.number, await verification()]).toEqual([undefined, "notStarted"]);
  expect(await audit.events({ limit: 2 })).toMatchObject([
    { action: "texting.verification-anew", changes: [{ from: "approved", to: "notStarted" }] },
    {
      action: "number.given-back",
      actor: { objectId: PORTAL_ACCOUNTS.administrator },
      reason: "Released on Monday",
      changes: [{ member: "number", from: number }],
    },
  ]);
  expect((await giveBack()).status).toBe(409);

  expect((await administrator.open(texts())).html).toContain("Generate a new phone number");
  await generate();
  // Within an hour of the purchase Azure may still be about to list what was bought, so it is waited for.
  deployment.clock.forward(2 * 3_600_000);
  const end = deployment.work();
  await until(hasEnded);
  await end();
  const [next = "none", ...more] = bought();
  expect([more, next === number, messaging?.number]).toEqual([[], false, next]);
  expect(await purchase()).toMatchObject({ number: next, givenBack: { number } });

  // The session would be over by the clock of two hours later.
  deployment.clock.forward(-2 * 3_600_000);
  // A page that was opened while the former number was there says nothing of this one's verification.
  const revision = String((await textingSettings.list())[0]?.revision);
  const late = { revision, number, verification: "approved" };
  expect((await administrator.send(texts("/verification"), late)).status).toBe(409);
  expect(await verification()).toBe("notStarted");
  const { html } = await administrator.open(texts());
  expect(attributesOf(html, 'form[action$="texts/verification"] [name="number"]', "value")).toEqual([next]);
  expect((await administrator.send(texts("/verification"), { ...late, number: next })).status).toBe(200);
  expect(await verification()).toBe("approved");
  expect(messaging?.isApproved).toBe(true);
  // What is restored from a time when there was another number says nothing of this one.
  const now = await textingSettings.read(TEXTING_ID);
  const approved = now?.value ?? {};
  const former = { ...approved, verifiedNumber: number };
  await textingSettings.replace({ actor, action: "texting.test" }, TEXTING_ID, now?.revision ?? 0, former);
  await textingNow.refresh();
  expect([messaging?.isApproved, (await administrator.open(texts())).html.includes("Not started")]).toEqual([
    false,
    true,
  ]);
  const again = (await textingSettings.read(TEXTING_ID))?.revision ?? 0;
  await textingSettings.replace({ actor, action: "texting.test" }, TEXTING_ID, again, approved);
  await textingNow.refresh();
});

test("what was not said of the number that was given back is not said of the next one by a change that waited", async () => {
  const { audit, numberPurchases, textingSettings } = deployment.parts;
  const number = (await purchase())?.number ?? "";
  const kept = await textingSettings.read(TEXTING_ID);
  const { verification: _, ...value } = kept?.value ?? { connections: [] };
  const change = { actor, action: "texting.configured" };
  const before = await textingSettings.replace(change, TEXTING_ID, kept?.revision ?? 0, value);
  await deployment.parts.numbers?.release(number);
  // Two say it at once; it is done once, and neither is told of a fault.
  const said = { number, reason: "Released" };
  const both = await Promise.all([1, 2].map(() => administrator.send(texts("/number/given-back"), said)));
  expect(both.map(({ status }) => [200, 409].includes(status))).toEqual([true, true]);
  expect(both.some(({ status }) => status === 200)).toBe(true);
  expect((await purchase())?.number).toBeUndefined();
  const recent = await audit.events({ limit: 4 });
  expect(recent.filter(({ action }) => action === "number.given-back")).toHaveLength(1);
  const now = await textingSettings.read(TEXTING_ID);
  expect([now?.value.verification, now?.revision]).toEqual(["notStarted", before.revision + 1]);
  // It is of that number alone, so that the stack file's word counts of its own.
  expect(now?.value.verifiedNumber).toBe(number);
  expect(numberPurchases.current().number).toBeUndefined();
  expect((await audit.events({ limit: 1 }))[0]).toMatchObject({ action: "texting.verification-anew" });
});

test("a number that is bought while what is set of texts is damaged is recorded, and the damage told", async () => {
  const { numberPurchases, store, textingNow } = deployment.parts;
  const [container, partition, id] = ["settings", "hospital", "texting-texting"] as const;
  const row = await store.read(container, partition, id);
  if (row === undefined) throw new Error("nothing is set of texts");
  const { etag, body, ...where } = row;
  await store.replace(container, { ...where, body: { ...body, value: "damaged" } }, etag);
  expect((await generate()).html).toContain("What is set of texts cannot be read");
  // What was bought before may still be listed for an hour.
  deployment.clock.forward(5 * 3_600_000);
  const end = deployment.work();
  await until(hasEnded);
  await end();
  deployment.clock.forward(-5 * 3_600_000);
  const [number = "none", ...more] = bought();
  expect([more, await purchase()]).toMatchObject([[], { number, ended: { how: "had" } }]);
  expect(numberPurchases.current().number).toBe(number);
  const { unreadable, isAgreed } = textingNow.current();
  expect({ unreadable, isAgreed }).toEqual({ unreadable: "damaged", isAgreed: false });
  expect(deployment.logged.join("").split("texting.unreadable")).toHaveLength(2);
  const page = await administrator.open(texts());
  expect([page.status, page.html.includes(number)]).toEqual([503, true]);
  expect(page.html).toContain("What is set of texts cannot be read");
  const checks = await administrator.open(deployment.url + "/portal/checks");
  expect(checks.html).toContain("texting-texting in settings, is damaged");
  expect(checks.html).not.toMatch(/Texts are off|nobody has agreed/);
  const live = await administrator.open(texts("/live"));
  expect([live.status, live.html.includes("What is set of texts cannot be read")]).toEqual([503, true]);
  const exported = await administrator.open(deployment.url + "/portal/connections.yaml");
  expect([exported.status, exported.html.includes("What is set of texts cannot be read now")]).toEqual([
    200,
    true,
  ]);

  const damaged = await store.read(container, partition, id);
  await store.replace(container, { ...where, body }, damaged?.etag ?? "none");
  await textingNow.refresh();
  expect([textingNow.current().unreadable, textingNow.current().verification]).toEqual([
    undefined,
    "notStarted",
  ]);
  expect((await administrator.open(texts())).html).toContain(number);
});

test("while the row of the number is damaged a process starts, texts by what it knows, and the damage is told", async () => {
  const { numberPurchases, store, messaging } = deployment.parts;
  const { number } = numberPurchases.current();
  const [container, partition, id] = ["settings", "hospital", "purchase"] as const;
  const { etag, body, ...where } = (await store.read(container, partition, id)) ?? { etag: "", body: {} };
  await store.replace(container, { ...where, partition, id, body: { ...body, at: "damaged" } }, etag);
  for (const _ of [1, 2]) await numberPurchases.refresh();
  expect(numberPurchases.current()).toEqual({ number, unreadable: "damaged", isUnknown: false });
  expect(messaging?.number).toBe(number);
  expect(deployment.logged.join("").split("number.unreadable")).toHaveLength(2);
  const page = await administrator.open(texts());
  expect([page.status, page.html.includes(number ?? "none")]).toEqual([503, true]);
  expect(page.html).toContain("purchase in settings, is damaged");
  expect((await generate()).status).not.toBe(200);
  // What the checks have seen is remembered for a minute.
  deployment.clock.forward(61_000);
  const checks = await administrator.open(deployment.url + "/portal/checks");
  expect(checks.html).toContain("purchase in settings, is damaged");
  // A process that starts has read nothing.
  const other = await deployment.beside();
  expect((await fetch(other + "/readyz")).status).toBe(200);

  const damaged = await store.read(container, partition, id);
  await store.replace(container, { ...where, partition, id, body }, damaged?.etag ?? "none");
  await numberPurchases.refresh();
  expect(numberPurchases.current()).toEqual({ number, isUnknown: false });
  expect((await administrator.open(texts())).status).toBe(200);
});

test("a purchase whose row cannot be read waits, and goes on once it can; of another release's row nothing is remembered", async () => {
  const now = () => new Date();
  const open = await shop(UNLIMITED, { microsoft });
  const { store, numberPurchases, done } = await started(now);
  const [container, partition, id] = ["settings", "hospital", "purchase"] as const;
  const put = async (change: (body: Body) => Body) => {
    const { etag, body, ...where } = (await store.read(container, partition, id)) ?? { etag: "", body: {} };
    await store.replace(container, { ...where, partition, id, body: change(body) }, etag);
  };
  await put((body) => ({ ...body, v: 99 }));
  expect(await done(dying(open, Infinity, now))).toMatchObject({
    kind: "not-now",
    reason: "number.unreadable",
  });
  expect(open.purchased()).toEqual([]);
  const [tick] = numberTicks({ numberPurchases } as unknown as Parameters<typeof numberTicks>[0]);
  await tick?.run({ signal: new AbortController().signal });
  await put((body) => ({ ...body, v: 1 }));
  expect(await done(dying(open, Infinity, now))).toEqual({ kind: "done" });
  const [number] = open.purchased();
  expect(numberPurchases.current()).toEqual({ number, isUnknown: false });
  await put((body) => ({ ...body, v: 99 }));
  await numberPurchases.refresh();
  expect(numberPurchases.current()).toEqual({
    ...{ number: undefined, unreadable: "another-release", isUnknown: true },
  });
  await Promise.all([store.close(), open.stop()]);
});

describe("with the end of a purchase", () => {
  const begins = async (value: PortalTexting, wanted?: Verification) => {
    const { parts } = deployment;
    const { textingSettings } = parts;
    const kept = await textingSettings.read(TEXTING_ID);
    await textingSettings.replace({ actor, action: "texting.test" }, TEXTING_ID, kept?.revision ?? 0, value);
    const of = {
      kind: "texting",
      id: TEXTING_ID,
      after: { ...value, ...(wanted && { verification: wanted }) },
    };
    const waits = { value: { of } } as unknown as Setting<Proposal>;
    const proposals = { ...parts.proposals, read: () => Promise.resolve(wanted && waits) };
    const change = await beginsUnverified({ ...parts, proposals })("+18445550111")();
    return typeof change === "object" ? change.entry.changes : change;
  };
  const began = (from?: string) => [
    { member: "verification", ...(from !== undefined && { from }), to: "notStarted" },
    { member: "verifiedNumber", to: "+18445550111" },
  ];

  test.each<readonly [string, PortalTexting, Verification | undefined, unknown]>([
    ["was approved for another number", { verification: "approved" }, undefined, began("approved")],
    ["was rejected for another number", { verification: "rejected" }, undefined, began("rejected")],
    ["holds on a laptop unsaid", { live: true }, undefined, began()],
    ["has not begun", { verification: "notStarted" }, undefined, "not-needed"],
    ["has not begun while other texts wait", { verification: "notStarted" }, "notStarted", "not-needed"],
    [
      "is to be approved by a change that waits",
      { verification: "notStarted" },
      "approved",
      [{ member: "verifiedNumber", to: "+18445550111" }],
    ],
  ])("the carriers' verification begins anew where it %s", async (_where, value, wanted, changes) => {
    expect(await begins(value, wanted)).toEqual(changes);
  });
});

/** Limits so high that a second purchase would not be hidden by the vendor's own limit. */
const UNLIMITED = { limits: { numbers: 100, searchesAWeek: 100 } };
const actor = { kind: "person", objectId: "somebody" } as const;
const nothingBeside = () => () => Promise.resolve("not-needed" as const);
const atOnce = () => Promise.resolve();

/** A process that does the job and is killed once its nth request was answered. */
function dying(on: Shop, nth: number, now: () => Date) {
  const death = new AbortController();
  let sent = 0;
  const die = () => {
    death.abort(new Error("killed"));
    throw new Error("killed");
  };
  const numbers = openNumbers({
    endpoint: on.backChannel,
    credential: on.credential,
    now,
    wait: atOnce,
    policies: [
      {
        position: "perCall",
        policy: {
          name: "death",
          async sendRequest(request, next) {
            sent += 1;
            const answer = await next(request);
            if (sent >= nth) die();
            return answer;
          },
        },
      },
    ],
  });
  return { numbers, signal: death.signal };
}

async function started(now: () => Date) {
  const store = openSqliteStore({ file: ":memory:", now, tell: () => undefined });
  const log = jsonLog(() => undefined, now);
  const numberPurchases = await openNumberPurchases({
    store,
    audit: openAudit({ store, log, now }),
    log,
    now,
    beforeKnown: () => Promise.resolve(),
  });
  const asked = await numberPurchases.ask(actor, undefined);
  const done = (process: ReturnType<typeof dying>) => {
    const job = numberJob(
      { jobs: undefined as never, log, numberPurchases, numbers: process.numbers },
      nothingBeside,
    );
    const of = { purchase: String(asked.run) };
    return job({ id: "number:1", of, due: now(), tries: 1, signal: process.signal });
  };
  return { store, numberPurchases, done };
}

// What a process that dies before its request leaves behind is tried in test/app/adapters/acs/purchase.test.ts.
test(
  "a process that dies after any request, and another one after it: one number, and the portal knows it",
  { timeout: 60_000 },
  async () => {
    const now = () => new Date();
    const deaths = [];
    for (let nth = 1, died = true; died; nth++) {
      const open = await shop(UNLIMITED, { microsoft });
      // The order is accepted long before the number is listed.
      open.faults.set({ operationRequests: 12 });
      const { store, numberPurchases, done } = await started(now);
      const first = dying(open, nth, now);
      await done(first).catch(() => undefined);
      died = first.signal.aborted;
      if (died) deaths.push(nth);
      expect(await done(dying(open, Infinity, now))).toEqual({ kind: "done" });
      expect([nth, open.purchased(), (await numberPurchases.read())?.ended?.how]).toEqual([
        nth,
        [numberPurchases.current().number],
        "had",
      ]);
      await Promise.all([store.close(), open.stop()]);
    }
    expect(deaths.length).toBeGreaterThanOrEqual(8);
  },
);

test.each(PURCHASE_ENDS)(
  "a purchase that ended by %s says what to do, with the button where there is no number",
  (how) => {
    const at = new Date("2026-11-29T12:00:00Z");
    const ended = { how, at };
    const had = how === "had" && { number: "+18445550111" };
    const shown = render(PurchasePart({ purchase: { run: 1, askedAt: at, ended, ...had }, now: at }));
    const words: Readonly<Record<string, string>> = {
      had: "Next: the carriers’ verification",
      limit: "ask for more in a support request",
      billing: "must be a paid one",
      role: "Communication and Email Service Owner",
      "out-of-stock": "try again tomorrow",
      unfinished: "buys nothing twice",
      "given-up": "did not get on for a day",
    };
    expect(shown).toContain(words[how] ?? "Try again");
    expect(shown.includes("Try again</button>")).toBe(how !== "had");
  },
);

test("a number that was held and ran out is followed by another one: one number in the end", async () => {
  const clock = { now: new Date() };
  const now = () => clock.now;
  const open = await shop(UNLIMITED, { clock });
  const { store, numberPurchases, done } = await started(now);
  const steps: string[] = [];
  const note = numberPurchases.note.bind(numberPurchases);
  Object.assign(numberPurchases, {
    note: (run: number, progress: Parameters<typeof note>[1]) => {
      if ("step" in progress) steps.push(progress.step);
      return note(run, progress);
    },
  });
  // The number is reserved, and the process dies while it waits.
  const dead = new AbortController();
  const numbers = openNumbers({
    endpoint: open.backChannel,
    credential: open.credential,
    now,
    wait: () => {
      dead.abort(new Error("killed"));
      return Promise.reject(new Error("killed"));
    },
  });
  await expect(done({ numbers, signal: dead.signal })).rejects.toThrow("killed");
  clock.now = new Date(clock.now.getTime() + 16 * 60_000);
  expect(await done(dying(open, Infinity, now))).toEqual({ kind: "done" });
  expect(steps).toContain("expired");
  expect(open.purchased()).toEqual([numberPurchases.current().number]);
  await store.close();
});

test("a vendor that is busy is no end: the purchase says so and goes on", async () => {
  const now = () => new Date();
  const open = await shop(UNLIMITED, { microsoft });
  const { store, numberPurchases, done } = await started(now);
  open.faults.set({ unavailable: 100 });
  expect(await done(dying(open, Infinity, now))).toMatchObject({ kind: "not-now", reason: "number.busy" });
  expect(await numberPurchases.read()).toMatchObject({ trouble: "busy" });
  open.faults.set({ unavailable: 0, cutsPurchase: true });
  expect(await done(dying(open, Infinity, now))).toEqual({ kind: "done" });
  expect(open.purchased()).toEqual([numberPurchases.current().number]);
  expect(await numberPurchases.read()).not.toHaveProperty("trouble");
  await store.close();
});

test("a number that is given back within the hour of its purchase is replaced after it, and the page says when", async () => {
  const clock = { now: new Date("2026-12-01T12:00:00Z") };
  const now = () => clock.now;
  const open = await shop(UNLIMITED, { clock });
  const { store, numberPurchases, done } = await started(now);
  expect(await done(dying(open, Infinity, now))).toEqual({ kind: "done" });
  const [number = "none"] = open.purchased();
  const { numbers } = dying(open, Infinity, now);
  await numbers.release(number);
  const audit = openAudit({ store, log: jsonLog(() => undefined, now), now });
  clock.now = new Date(clock.now.getTime() + 60_000);
  await changeTogether(audit, [numberPurchases.givingBack(actor, { number, reason: "Released" })]);
  const { run } = await numberPurchases.ask(actor, undefined);
  const log = jsonLog(() => undefined, now);
  const next = numberJob({ jobs: undefined as never, log, numberPurchases, numbers }, nothingBeside);
  const again = () => {
    const of = { purchase: String(run) };
    return next({ id: "number:2", of, due: now(), tries: 1, signal: new AbortController().signal });
  };
  expect(await again()).toMatchObject({ kind: "not-now", reason: "number.unfinished" });
  const shown = render(PurchasePart({ purchase: await numberPurchases.read(), now: now() }));
  expect(shown).toContain("which is at 13:16 (UTC) at the latest");
  expect(shown).not.toContain("Microsoft has accepted the purchase");
  clock.now = new Date("2026-12-01T13:16:00Z");
  expect(await again()).toEqual({ kind: "done" });
  expect(open.purchased()).toEqual([numberPurchases.current().number]);
  await Promise.all([store.close(), open.stop()]);
});
