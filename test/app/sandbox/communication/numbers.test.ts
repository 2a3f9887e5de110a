import {
  PhoneNumbersClient,
  type SearchAvailablePhoneNumbersRequest,
} from "@azure/communication-phone-numbers";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { hospital, identityToken } from "../microsoft/hospital.ts";
import { AUDIENCE, shop, type Shop } from "./shop.ts";

const microsoft = await hospital();
afterAll(() => microsoft.stop());

const TOLL_FREE: SearchAvailablePhoneNumbersRequest = {
  countryCode: "US",
  phoneNumberType: "tollFree",
  assignmentType: "application",
  capabilities: { sms: "inbound+outbound", calling: "none" },
};
const RESERVATION = "65c18c7f-8074-4efb-a572-e0df127a9964";

const client = ({ backChannel, credential }: Shop) =>
  new PhoneNumbersClient(backChannel, credential, { retryOptions: { maxRetries: 0 } });
/** A stand-in whose operations are done at the first poll, so that the SDK does not wait. */
const quick = async (...given: Parameters<typeof shop>) => {
  const [change, options = {}] = given;
  const open = await shop(change, options.clock === undefined ? { microsoft, ...options } : options);
  open.faults.set({ operationRequests: 1 });
  return open;
};
const search = async (open: Shop, change: Partial<SearchAvailablePhoneNumbersRequest> = {}) =>
  (await client(open).beginSearchAvailablePhoneNumbers({ ...TOLL_FREE, ...change })).pollUntilDone();
const purchase = async (open: Shop, searchId: string) =>
  (await client(open).beginPurchasePhoneNumbers(searchId)).pollUntilDone();
const owned = async (open: Shop) => {
  const numbers = [];
  for await (const { phoneNumber } of client(open).listPurchasedPhoneNumbers()) numbers.push(phoneNumber);
  return numbers;
};

test("Microsoft's client searches, buys, changes and releases a number", async () => {
  const open = await quick();
  const found = await search(open, { areaCode: "855" });
  expect(found).toMatchObject({
    error: "NoError",
    cost: { amount: 2 },
    phoneNumbers: [expect.stringMatching(/^\+1855/)],
  });
  const [number = ""] = found.phoneNumbers;
  expect(await owned(open)).toEqual([]);
  await purchase(open, found.searchId);
  expect(await owned(open)).toEqual([number]);
  const begun = await client(open).beginUpdatePhoneNumberCapabilities(number, { sms: "outbound" });
  expect((await begun.pollUntilDone()).capabilities).toEqual({ sms: "outbound", calling: "none" });
  expect(await client(open).getPurchasedPhoneNumber(number)).toMatchObject({ id: number.slice(1) });
  await (await client(open).beginReleasePhoneNumber(number)).pollUntilDone();
  await expect(client(open).getPurchasedPhoneNumber(number)).rejects.toMatchObject({
    statusCode: 404,
    message: expect.stringContaining("cannot be found") as string,
  });
});

test("a search is not started until it is done, and says where its result is", async () => {
  const open = await shop({}, { microsoft });
  const request = async (method: string, where: string, body?: object) =>
    fetch(open.backChannel + where, {
      method,
      headers: {
        authorization: "Bearer " + (await identityToken(microsoft, AUDIENCE)),
        "content-type": "application/json",
      },
      ...(body && { body: JSON.stringify(body) }),
    });
  const { countryCode: _country, ...body } = TOLL_FREE;
  const begun = await request(
    "POST",
    "/availablePhoneNumbers/countries/US/:search?api-version=2025-06-01",
    body,
  );
  expect(begun.status).toBe(202);
  const id = begun.headers.get("search-id") ?? "";
  expect(begun.headers.get("operation-id")).toBe("search_" + id);
  const where = begun.headers.get("operation-location") ?? "";
  expect(where).toBe(`/phoneNumbers/operations/search_${id}?api-version=2025-06-01`);
  const states = [];
  for (const _poll of [1, 2, 3])
    states.push(((await (await request("GET", where)).json()) as { status: string }).status);
  expect(states).toEqual(["notStarted", "notStarted", "succeeded"]);
  expect((await request("GET", "/phoneNumbers")).status).toBe(400);
  expect(
    (await request("POST", "/availablePhoneNumbers/countries/CA/:search?api-version=2025-06-01", body))
      .status,
  ).toBe(400);
});

test("what is out of stock is said inside a search that succeeded", async () => {
  const open = await quick();
  open.faults.set({ stock: "none" });
  expect(await search(open)).toMatchObject({ error: "OutOfStock", phoneNumbers: [] });
});

test("a search is held for fifteen minutes, and bought once", async () => {
  const clock = { now: new Date() };
  const open = await quick({}, { clock });
  const late = await search(open);
  clock.now = new Date(clock.now.getTime() + 15 * 60_000);
  await expect(purchase(open, late.searchId)).rejects.toMatchObject({ statusCode: 400 });
  const { searchId } = await search(open);
  await purchase(open, searchId);
  await expect(purchase(open, searchId)).rejects.toMatchObject({ statusCode: 409 });
});

test("one number a tenant, five searches a week", async () => {
  const clock = { now: new Date() };
  const open = await quick({}, { clock });
  const searches = [];
  for (const _search of [1, 2, 3, 4, 5]) searches.push(await search(open));
  await expect(search(open)).rejects.toMatchObject({ statusCode: 429 });
  await purchase(open, searches[0]?.searchId ?? "");
  await expect(purchase(open, searches[1]?.searchId ?? "")).rejects.toMatchObject({ statusCode: 429 });
  clock.now = new Date(clock.now.getTime() + 8 * 86_400_000);
  expect((await search(open)).phoneNumbers).toHaveLength(1);
});

test("a reservation holds what is put into it, and tells how each number fared", async () => {
  const clock = { now: new Date() };
  const open = await quick({ limits: { numbers: 2, searchesAWeek: 5 } }, { clock });
  const { phoneNumbers } = await client(open).browseAvailablePhoneNumbers(TOLL_FREE, {
    capabilities: TOLL_FREE.capabilities,
    assignmentType: "application",
    phoneNumberPrefixes: ["1844"],
  });
  const [first, second] = phoneNumbers;
  if (first === undefined || second === undefined) throw new Error("nothing to sell");
  const put = (reservationId: string, add: typeof phoneNumbers) =>
    client(open).createOrUpdateReservation({ reservationId }, { add });
  await put(RESERVATION, [first]);
  const both = await put(RESERVATION, [second]);
  expect(Object.keys(both.phoneNumbers ?? {}).sort()).toEqual([first.id, second.id].sort());
  const taken = await put(RESERVATION.replace("65", "66"), [first]);
  expect(Object.values(taken.phoneNumbers ?? {})[0]).toMatchObject({
    status: "error",
    error: { code: "FailedToReserveNumber" },
  });
  open.faults.set({ purchase: "BillingUnavailable" });
  const begun = await client(open).beginReservationPurchase(RESERVATION);
  await begun.pollUntilDone();
  const failed = await client(open).getReservation(RESERVATION);
  expect([failed.status, Object.values(failed.phoneNumbers ?? {})[0]?.error?.code]).toEqual([
    "completed",
    "BillingUnavailable",
  ]);
  await expect(put(RESERVATION, [first])).rejects.toMatchObject({ statusCode: 409 });
});

test("nobody without a good token and the role gets in", async () => {
  const open = await shop({ owners: [] }, { microsoft });
  const asking = (headers: Record<string, string>) =>
    fetch(open.backChannel + "/phoneNumbers?api-version=2025-06-01", { headers });
  const bearer = async (resource: string) => ({
    authorization: "Bearer " + (await identityToken(microsoft, resource)),
  });
  expect((await asking({})).status).toBe(401);
  expect((await asking(await bearer("https://graph.microsoft.com"))).status).toBe(401);
  expect((await asking(await bearer(AUDIENCE))).status).toBe(403);
  expect((await fetch(open.pages + "/phoneNumbers?api-version=2025-06-01")).status).toBe(403);
});

test("numbers outlive a restart", async () => {
  const dataFolder = await mkdtemp(path.join(tmpdir(), "communication-"));
  const open = await quick({}, { dataFolder });
  await purchase(open, (await search(open)).searchId);
  const numbers = open.purchased();
  await open.stop();
  const again = await quick({}, { dataFolder });
  expect([numbers.length, await owned(again)]).toEqual([1, numbers]);
});

test("the list of numbers comes in pages", async () => {
  const open = await quick({ limits: { numbers: 3, searchesAWeek: 5 } });
  await purchase(open, (await search(open, { quantity: 3 })).searchId);
  const first = await fetch(open.backChannel + "/phoneNumbers?api-version=2025-06-01&top=2", {
    headers: { authorization: "Bearer " + (await identityToken(microsoft, AUDIENCE)) },
  });
  expect(await first.json()).toMatchObject({
    nextLink: "/phoneNumbers?skip=2&top=2&api-version=2025-06-01",
    phoneNumbers: [{ countryCode: "US" }, { countryCode: "US" }],
  });
  expect(await owned(open)).toHaveLength(3);
});
