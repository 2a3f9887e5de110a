/**
 * For each fact, what was done before its request: a package was uploaded, a message taken, a number searched for, and so
 * on.
 */
import { azure as typed } from "../../infra/rehearsal/azure/resourceTypes/require.ts";
import type { Ask, Before } from "./before.ts";
import { BEFORE_DIRECTORY } from "./directory.ts";

const THEIRS = "0c1f7a52-0000-4000-8000-00000000d001";
const VERSIONED = "?api-version=2025-06-01";

const stored =
  (headers: Readonly<Record<string, string>> = {}): Before =>
  async (ask) => {
    const type = { "x-ms-blob-type": "BlockBlob", ...headers };
    await ask({ method: "PUT", path: "/packages/a.txt", headers: type, body: "Hello World" });
    return undefined;
  };

const send = async (ask: Ask, text: string): Promise<undefined> => {
  const body = `<QueueMessage><MessageText>${text}</MessageText></QueueMessage>`;
  await ask({ method: "POST", path: "/work/messages", body });
  return undefined;
};

const sent =
  (text: string): Before =>
  (ask) =>
    send(ask, text);

const element = (text: string, name: string): string =>
  new RegExp(`<${name}>([^<]*)`, "u").exec(text)?.[1] ?? "";

const taken: Before = async (ask) => {
  await send(ask, "foo");
  const text = await (await ask({ method: "GET", path: "/work/messages" })).text();
  return {
    [THEIRS]: element(text, "MessageId"),
    AAAAAAAAAAAAAAAA: encodeURIComponent(element(text, "PopReceipt")),
  };
};

const KEY = { method: "POST", path: "/keys/signing/create?api-version=7.4" };

const created: Before = async (ask) => {
  const { key } = (await (await ask({ ...KEY, body: { kty: "RSA" } })).json()) as { key: { kid: string } };
  return { "00000000000000000000000000000001": key.kid.split("/").at(-1) ?? "" };
};

const RECORDED_SIGNATURE = "A".repeat(342);

const signed: Before = async (ask, azure) => {
  const stands = await created(ask, azure);
  const version = Object.values(stands ?? {})[0] ?? "";
  const path = `/keys/signing/${version}/sign?api-version=7.4`;
  const body = { alg: "RS256", value: "MzIgYnl0ZSBzaWduYXR1cmUgaW4gYXNjaWkgY2hhcnM" };
  const { value } = (await (await ask({ method: "POST", path, body })).json()) as { value: string };
  return { ...stands, [RECORDED_SIGNATURE]: value };
};

const SEARCH = {
  phoneNumberType: "tollFree",
  assignmentType: "application",
  capabilities: { calling: "none", sms: "inbound+outbound" },
  areaCode: "833",
  quantity: 1,
};

const operation = async (ask: Ask, id: string): Promise<void> => {
  await ask({ method: "GET", path: `/phoneNumbers/operations/${id}${VERSIONED}` });
};

/** @param looks how often the search's status was asked for afterwards */
async function search(ask: Ask, looks: number): Promise<Readonly<Record<string, string>>> {
  const path = `/availablePhoneNumbers/countries/US/:search${VERSIONED}`;
  const id = (await ask({ method: "POST", path, body: SEARCH })).headers.get("search-id") ?? "";
  for (let look = 0; look < looks; look += 1) await operation(ask, "search_" + id);
  return { [THEIRS]: id };
}

const searched =
  (looks: number): Before =>
  (ask) =>
    search(ask, looks);

const LOOKS_UNTIL_DONE = 5;

const purchased =
  (looks: number): Before =>
  async (ask) => {
    const stands = await search(ask, LOOKS_UNTIL_DONE);
    const searchId = stands[THEIRS] ?? "";
    await ask({
      method: "POST",
      path: `/availablePhoneNumbers/:purchase${VERSIONED}`,
      body: { searchId, agreeToNotResell: true },
    });
    for (let look = 0; look < looks; look += 1) await operation(ask, "purchase_" + searchId);
    return stands;
  };

export const HAD: Readonly<Record<string, Before>> = {
  "blob-exists-already": stored(),
  "blob-get": stored(),
  "blob-head": stored(),
  "queue-missing": (_ask, { cloud }) => {
    for (const { id } of cloud.all(typed("storage:Queue"))) cloud.drop(id);
    return Promise.resolve(undefined);
  },
  "queue-get": sent("foo"),
  "queue-peek": sent("Hello World"),
  "queue-update-visibility": taken,
  "vault-key-get": created,
  "vault-key-sign": created,
  "vault-key-verify": signed,
  "vault-without-token": created,
  "numbers-get": purchased(LOOKS_UNTIL_DONE),
  "numbers-release": purchased(LOOKS_UNTIL_DONE),
  "numbers-purchase": searched(LOOKS_UNTIL_DONE),
  "numbers-purchase-without-agreement": searched(LOOKS_UNTIL_DONE),
  "numbers-purchase-running-first": purchased(0),
  "numbers-purchase-not-started-later": purchased(1),
  "numbers-search-not-started": searched(0),
  "numbers-search-succeeded": searched(LOOKS_UNTIL_DONE),
  "numbers-search-result": searched(LOOKS_UNTIL_DONE),
  "sms-accepted": purchased(LOOKS_UNTIL_DONE),
  "sms-number-malformed": purchased(LOOKS_UNTIL_DONE),
  "sms-several-recipients": purchased(LOOKS_UNTIL_DONE),
  ...BEFORE_DIRECTORY,
};
