import { afterAll, expect, test } from "vitest";
import { openNumbers, type PurchaseStep, type WantedNumber } from "../../../../app/adapters/acs/numbers.ts";
import { hospital } from "../../sandbox/microsoft/hospital.ts";
import { sharedTime } from "./sharedTime.ts";
import { shop, type Shop } from "../../sandbox/communication/shop.ts";

const microsoft = await hospital();
afterAll(() => microsoft.stop());

const WANTED: WantedNumber = {
  countryCode: "US",
  phoneNumberType: "tollFree",
  sms: "inbound+outbound",
  calling: "none",
};
/** Limits so high that a second purchase would not be hidden by the vendor's own limit. */
const UNLIMITED = { limits: { numbers: 100, searchesAWeek: 100 } };
const atOnce = () => Promise.resolve();
const now = () => new Date();

type Policies = NonNullable<Parameters<typeof openNumbers>[0]["policies"]>;
type Sending = Policies[number]["policy"]["sendRequest"];
type PipelineResponse = Awaited<ReturnType<Sending>>;
type Kill = "before" | "after";

/** A run that is killed at its nth request, either before the request is sent or after it was answered. */
function mortal({ backChannel, credential }: Shop, nth: number, kill: Kill) {
  const death = new AbortController();
  let sent = 0;
  const die = () => {
    death.abort(new Error("killed"));
    throw new Error("killed");
  };
  const numbers = openNumbers({
    endpoint: backChannel,
    credential,
    now,
    wait: atOnce,
    policies: [
      {
        position: "perCall",
        policy: {
          name: "death",
          sendRequest: async (request, next) => {
            sent += 1;
            if (sent >= nth && kill === "before") die();
            const answer = await next(request);
            if (sent >= nth) die();
            return answer;
          },
        },
      },
    ],
  });
  return { buy: () => numbers.have(WANTED, { signal: death.signal }), died: () => death.signal.aborted };
}

const numbersOf = ({ backChannel, credential }: Shop) =>
  openNumbers({ endpoint: backChannel, credential, now, wait: atOnce });

test("a number is bought when there is none, and adopted ever after", async () => {
  const open = await shop({}, { microsoft });
  const steps: PurchaseStep[] = [];
  const progress = (step: PurchaseStep) => void steps.push(step);
  const bought = await numbersOf(open).have({ ...WANTED, areaCode: "833" }, { progress });
  expect(bought).toMatchObject({ sms: "inbound+outbound", calling: "none", countryCode: "US" });
  expect(bought.phoneNumber).toMatch(/^\+18335550\d{3}$/);
  expect([...new Set(steps)]).toEqual(["looking", "reserved", "buying", "bought"]);
  steps.length = 0;
  expect(await numbersOf(open).have(WANTED, { progress })).toEqual(bought);
  expect([steps, open.purchased()]).toEqual([["adopted"], [bought.phoneNumber]]);
});

test.for<[Kill, number]>([
  ["before", 1],
  ["after", 1],
  ["before", 12],
  ["after", 12],
])(
  "killed %s any request, where an operation takes %i requests, and run again: one number",
  { timeout: 60_000 },
  async ([kill, operationRequests]) => {
    const boundaries = [];
    for (let nth = 1, died = true; died; nth++) {
      const open = await shop(UNLIMITED, { microsoft });
      open.faults.set({ operationRequests });
      const first = mortal(open, nth, kill);
      await first.buy().catch(() => undefined);
      died = first.died();
      const number = await numbersOf(open).have(WANTED);
      expect([nth, open.purchased()]).toEqual([nth, [number.phoneNumber]]);
      if (died) boundaries.push(nth);
      await open.stop();
    }
    expect(boundaries.length).toBeGreaterThanOrEqual(8);
  },
);

test("killed at any request of a change, and run again: the number is as wanted", async () => {
  for (let nth = 1, died = true; died; nth++) {
    const open = await shop(UNLIMITED, { microsoft });
    const { phoneNumber } = await numbersOf(open).have({ ...WANTED, sms: "outbound" });
    const first = mortal(open, nth, nth % 2 === 0 ? "before" : "after");
    await first.buy().catch(() => undefined);
    died = first.died();
    expect(await numbersOf(open).have(WANTED)).toMatchObject({ phoneNumber, sms: "inbound+outbound" });
    expect(open.purchased()).toEqual([phoneNumber]);
    await open.stop();
  }
});

test("a server that is ill does not get a second reservation out of us", async () => {
  const open = await shop(UNLIMITED, { microsoft });
  const waited: number[] = [];
  const wait = (milliseconds: number) => {
    waited.push(milliseconds);
    return Promise.resolve();
  };
  const { backChannel: endpoint, credential } = open;
  const ill = passing("PATCH", () => Promise.reject(new Error("connection reset")));
  const buying = openNumbers({ endpoint, credential, now, wait, policies: ill }).have(WANTED);
  await expect(buying).rejects.toMatchObject({ kind: "busy" });
  expect(waited.length).toBeGreaterThanOrEqual(5);
  expect(open.purchased()).toEqual([]);
});

test("killed again and again, one request further each time, it ends with one number", async () => {
  const open = await shop(UNLIMITED, { microsoft });
  for (let nth = 1, died = true; died; nth++) {
    const run = mortal(open, nth, nth % 2 === 0 ? "before" : "after");
    await run.buy().catch(() => undefined);
    died = run.died();
  }
  expect(open.purchased()).toHaveLength(1);
});

test.for([1, 2, 3, 4])("several runs at once end with one number, and all know it (%i)", async () => {
  const open = await shop(UNLIMITED, { microsoft });
  const { backChannel: endpoint, credential } = open;
  const { run, wait } = sharedTime(3);
  const buying = () => run(() => openNumbers({ endpoint, credential, now, wait }).have(WANTED));
  const had = await Promise.all([buying(), buying(), buying()]);
  expect(open.purchased()).toHaveLength(1);
  expect(new Set(had.map(({ phoneNumber }) => phoneNumber))).toEqual(new Set(open.purchased()));
});

test("a run that writes late, while another has reserved already, makes no second purchase", async () => {
  const open = await shop(UNLIMITED, { microsoft });
  const { backChannel: endpoint, credential } = open;
  const mayWrite = Promise.withResolvers<undefined>();
  const hasWritten = Promise.withResolvers<undefined>();
  const letWrite = async () => {
    mayWrite.resolve(undefined);
    await hasWritten.promise;
  };
  const late = openNumbers({
    endpoint,
    credential,
    now,
    wait: atOnce,
    policies: passing("PATCH", async (send) => {
      await mayWrite.promise;
      const answer = await send();
      hasWritten.resolve(undefined);
      return answer;
    }),
  });
  const early = openNumbers({
    endpoint,
    credential,
    now,
    // A run may write only within ten seconds.
    wait: async (milliseconds) => {
      if (milliseconds > 10_000) await letWrite();
    },
    policies: passing("/:purchase", async (send) => {
      await letWrite();
      return send();
    }),
  });
  const had = await Promise.all([late.have(WANTED), early.have(WANTED)]);
  expect(open.purchased()).toHaveLength(1);
  expect(had.map(({ phoneNumber }) => [phoneNumber])).toEqual([open.purchased(), open.purchased()]);
});

test("a run that finds a number reserved while it was choosing one writes nothing", async () => {
  const open = await shop(UNLIMITED, { microsoft });
  const { backChannel: endpoint, credential } = open;
  const mayChoose = Promise.withResolvers<undefined>();
  let written = 0;
  const time = sharedTime(2);
  const slow = openNumbers({
    endpoint,
    credential,
    now,
    wait: time.wait,
    policies: [
      ...passing("/:browse", async (send) => {
        await mayChoose.promise;
        return send();
      }),
      ...passing(
        "PATCH",
        (send) => {
          written += 1;
          return send();
        },
        "writing",
      ),
    ],
  });
  const wait = (milliseconds: number) => {
    mayChoose.resolve(undefined);
    return time.wait(milliseconds);
  };
  const quick = openNumbers({ endpoint, credential, now, wait });
  await Promise.all([slow, quick].map((numbers) => time.run(() => numbers.have(WANTED))));
  expect([written, open.purchased().length]).toEqual([0, 1]);
});

/** Does something around the requests with a method, or to an address with an ending. */
function passing(
  which: string,
  around: (send: () => Promise<PipelineResponse>) => Promise<PipelineResponse>,
  name = "passing",
) {
  const sendRequest: Sending = (request, next) =>
    request.method === which || new URL(request.url).pathname.endsWith(which)
      ? around(() => next(request))
      : next(request);
  return [{ position: "perCall" as const, policy: { name, sendRequest } }];
}

test("a connection that breaks when the purchase was accepted costs nothing", async () => {
  const open = await shop(UNLIMITED, { microsoft });
  open.faults.set({ cutsPurchase: true });
  const number = await numbersOf(open).have(WANTED);
  expect(open.purchased()).toEqual([number.phoneNumber]);
});

test("an answer of 500 to any request, once, is asked again", async () => {
  for (let failsAt = 1, failed = true; failed; failsAt++) {
    const open = await shop(UNLIMITED, { microsoft });
    open.faults.set({ failsAt });
    await numbersOf(open).have(WANTED);
    failed = open.faults.current().failsAt === undefined;
    expect(open.purchased()).toHaveLength(1);
    await open.stop();
  }
});

test("a busy server is asked again when it says", async () => {
  const open = await shop({}, { microsoft });
  open.faults.set({ throttled: 2, retryAfterSeconds: 7 });
  const waited: number[] = [];
  const wait = (milliseconds: number) => {
    waited.push(milliseconds);
    return Promise.resolve();
  };
  await openNumbers({ endpoint: open.backChannel, credential: open.credential, now, wait }).have(WANTED);
  expect(waited.slice(0, 2)).toEqual([7_000, 7_000]);
});

test("a reservation that ran out is followed by another", async () => {
  const clock = { now: new Date() };
  const open = await shop(UNLIMITED, { clock });
  // The run has reserved a number and is killed while it waits for others.
  const death = new AbortController();
  const { backChannel: endpoint, credential } = open;
  const wait = () => {
    death.abort();
    return Promise.reject(new Error("killed"));
  };
  const killed = openNumbers({ endpoint, credential, now, wait }).have(WANTED, { signal: death.signal });
  await expect(killed).rejects.toThrow();
  clock.now = new Date(clock.now.getTime() + 16 * 60_000);
  const later = () => clock.now;
  const number = await openNumbers({ endpoint, credential, wait: atOnce, now: later }).have(WANTED);
  expect(open.purchased()).toEqual([number.phoneNumber]);
});

test("a number that was released by hand is replaced, not waited for", async () => {
  const clock = { now: new Date() };
  const open = await shop(UNLIMITED, { clock });
  const numbers = openNumbers({
    endpoint: open.backChannel,
    credential: open.credential,
    wait: atOnce,
    now: () => clock.now,
  });
  const { phoneNumber } = await numbers.have(WANTED);
  await numbers.release(phoneNumber);
  await numbers.release(phoneNumber);
  expect([open.purchased(), await numbers.find(phoneNumber)]).toEqual([[], undefined]);
  clock.now = new Date(clock.now.getTime() + 2 * 3_600_000);
  const next = await numbers.have(WANTED);
  expect(open.purchased()).toEqual([next.phoneNumber]);
});

test("a number is gone when neither it nor the list of numbers has it, twice; one answer that has it is enough for no", async () => {
  const open = await shop(UNLIMITED, { microsoft });
  const { backChannel: endpoint, credential } = open;
  const { phoneNumber } = await numbersOf(open).have(WANTED);
  expect(await numbersOf(open).isGone(phoneNumber)).toBe(false);
  // Each answer of Communication Services in turn either has the number or says that it has none.
  const goneBy = async (...has: readonly boolean[]) => {
    const answers = has.values();
    let asked = 0;
    const sendRequest: Sending = async (request, next) => {
      asked += 1;
      if (answers.next().value === true) return next(request);
      const address = new URL(request.url);
      const isList = address.pathname.endsWith("/phoneNumbers");
      if (isList) address.searchParams.set("skip", "100");
      else address.pathname = "/phoneNumbers/+18005550000";
      request.url = address.href;
      return next(request);
    };
    const policies = [{ position: "perCall" as const, policy: { name: "partly", sendRequest } }];
    const numbers = openNumbers({ endpoint, credential, now, wait: atOnce, policies });
    return [await numbers.isGone(phoneNumber), asked];
  };
  expect(await goneBy(true)).toEqual([false, 1]);
  expect(await goneBy(false, true)).toEqual([false, 2]);
  expect(await goneBy(false, false, true)).toEqual([false, 3]);
  expect(await goneBy(false, false, false, true)).toEqual([false, 4]);
  expect(await goneBy(false, false, false, false)).toEqual([true, 4]);
  open.faults.set({ unavailable: 100 });
  await expect(numbersOf(open).isGone(phoneNumber)).rejects.toMatchObject({ kind: "busy" });
});

test("capabilities change in place, when a number is adopted too", async () => {
  const open = await shop({}, { microsoft });
  const numbers = numbersOf(open);
  const { phoneNumber } = await numbers.have({ ...WANTED, sms: "outbound" });
  const adopted = await numbers.have(WANTED);
  expect(adopted).toMatchObject({ phoneNumber, sms: "inbound+outbound" });
  const changed = await numbers.change(phoneNumber, { sms: "none", calling: "none" });
  expect(changed).toMatchObject({ phoneNumber, sms: "none" });
  expect(open.purchased()).toEqual([phoneNumber]);
});

test("an area code without numbers is no reason to do without one", async () => {
  const open = await shop({ stock: ["+18445550100"] }, { microsoft });
  const { phoneNumber } = await numbersOf(open).have({ ...WANTED, areaCode: "833" });
  expect(phoneNumber).toBe("+18445550100");
});

test("agreement not to resell is given", async () => {
  const open = await shop({}, { microsoft });
  open.faults.set({ agreement: "required" });
  await numbersOf(open).have(WANTED);
  expect(open.purchased()).toHaveLength(1);
});

test("what cannot be had says what to do", async () => {
  const refusal = async (
    change: Parameters<typeof shop>[0],
    faults: Parameters<Shop["faults"]["set"]>[0] = {},
  ) => {
    const open = await shop(change, { microsoft });
    open.faults.set(faults);
    const fault = await numbersOf(open)
      .have(WANTED)
      .then(
        () => undefined,
        (error: unknown) => error,
      );
    expect(open.purchased()).toEqual([]);
    return fault;
  };
  expect(await refusal({}, { stock: "none" })).toMatchObject({ kind: "out-of-stock" });
  expect(await refusal({}, { purchase: "NotEnoughCredit" })).toMatchObject({
    kind: "billing",
    message: expect.stringMatching(/paid .*\(NotEnoughCredit\)$/) as string,
  });
  expect(await refusal({}, { purchase: "ProvisioningFailed" })).toMatchObject({ kind: "refused" });
  expect(await refusal({ limits: { numbers: 0, searchesAWeek: 5 } })).toMatchObject({
    kind: "limit",
    message: expect.stringContaining("support request") as string,
  });
  expect(await refusal({ owners: [] })).toMatchObject({
    kind: "role",
    message: expect.stringContaining("Communication and Email Service Owner") as string,
  });
  expect(await refusal({}, { throttled: 100 })).toMatchObject({ kind: "busy" });
});

test("a purchase that failed for billing is tried afresh once that is repaired", async () => {
  const open = await shop({}, { microsoft });
  open.faults.set({ purchase: "NotEnoughCredit" });
  await expect(numbersOf(open).have(WANTED)).rejects.toMatchObject({ kind: "billing" });
  open.faults.clear();
  const { phoneNumber } = await numbersOf(open).have(WANTED);
  expect(open.purchased()).toEqual([phoneNumber]);
});
