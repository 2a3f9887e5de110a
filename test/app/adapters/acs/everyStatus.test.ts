/** What every status means for a text, a mail, a mail that is asked for, and a number, whatever body comes with it. */
import { expect, test } from "vitest";
import { commonOutcome, type WireAnswer } from "../../../../app/adapters/acs/exchange.ts";
import { fateIn, outcomeOf as mailOutcomeOf } from "../../../../app/adapters/acs/mail.ts";
import { openNumbers } from "../../../../app/adapters/acs/numbers.ts";
import { outcomeOf } from "../../../../app/adapters/acs/texts.ts";
import type { Fate } from "../../../../app/ports/mail.ts";
import { NumberFault } from "../../../../app/ports/numbers.ts";
import { byMeaning, PAGE } from "../everyStatus.ts";
import { serveTls, type Answer } from "../server.ts";

const OF_AZURE = JSON.stringify({ error: { code: "BadRequest", message: "Request body validation error." } });
const BY_MEMBER = JSON.stringify({ Message: ["The field Message is too long."] });
const BELOW_ERRORS = JSON.stringify({
  title: "Errors",
  status: 400,
  errors: { Message: ["It is too long."] },
});

const shown = (outcome: Fate) =>
  [outcome.kind, "reason" in outcome ? outcome.reason : "", "answered" in outcome ? outcome.answered : ""]
    .filter((word) => word !== "")
    .join(" ");
const table = (own: (answer: WireAnswer) => Fate, body: string) =>
  byMeaning((status) => {
    const answer = { status, body, retryAfter: null };
    return shown(commonOutcome({ answer, left: true }, new Date(0)) ?? own(answer));
  });
const text = (body: string) => table(outcomeOf, body);
const mail = (body: string) => table((answer) => mailOutcomeOf(answer, "id"), body);
const fate = (body: string) => table((answer) => fateIn(answer, "id"), body);

const BETWEEN = {
  "not-now unreachable": "300-308 407",
  "unknown in-between": "200-206 400-406 408-511",
};

/** Of the vendor, whatever it says besides. */
const ALWAYS = { "not-now unreachable": "300-308 407", "not-now busy": "425 429" };

test.each([
  ["a text", text],
  ["a mail", mail],
  ["the fate of a mail", fate],
])("a web page decides nothing about %s", async (_what, of) => {
  expect(await of(PAGE)).toEqual(BETWEEN);
});

test.each(["", "{}", '{"message":"Blocked"}', "[]", '{"error":{}}'])(
  "a text is refused for good by nobody who gives no error of the vendor's: %j",
  async (body) => {
    expect(await text(body)).toEqual({
      ...ALWAYS,
      "not-now sender": "401 404",
      "not-now role": "403",
      forgotten: "412",
      unknown: "200-206 400 402 405-406 408-411 413-424 426-428 431-511",
    });
  },
);

test.each([OF_AZURE, BY_MEMBER, BELOW_ERRORS])(
  "a text is refused for good where the vendor says that it is at fault itself: %j",
  async (body) => {
    expect(await text(body)).toEqual({
      ...ALWAYS,
      "refused content": "400 413 422",
      "not-now sender": "401 404",
      "not-now role": "403",
      "not-now other": "402 405-406 410-411 414-421 423-424 426-428 431-499",
      forgotten: "412",
      unknown: "200-206 408-409 500-511",
    });
  },
);

test("a text that is answered with a success of any number is what stands inside", () => {
  const of = (status: number) =>
    outcomeOf({
      status,
      body: JSON.stringify({ value: [{ httpStatusCode: 202, successful: true, messageId: "m" }] }),
      retryAfter: null,
    });
  for (const status of [200, 201, 202, 204])
    expect(of(status)).toEqual({ kind: "accepted", providerId: "m" });
});

test("of a text's recipient 400 alone is a refusal; every other status means what it means of the whole", async () => {
  const inside = (successful: boolean) =>
    byMeaning((httpStatusCode) => {
      const body = JSON.stringify({ value: [{ httpStatusCode, successful }] });
      return shown(outcomeOf({ status: 202, body, retryAfter: null }));
    });
  expect(await inside(false)).toEqual({
    unknown: "200-308 408-409 500-511",
    "refused recipient": "400",
    "not-now sender": "401 404",
    "not-now role": "403",
    "not-now busy": "425 429",
    "not-now other": "402 405-407 410-411 413-424 426-428 431-499",
    forgotten: "412",
  });
  expect(await inside(true)).toEqual({ unknown: "200-511" });
});

test.each(["", "{}", '{"message":"Blocked"}', "[]", '{"error":{}}'])(
  "a mail is refused for good by nobody who gives no error of the vendor's, and asked for: %j",
  async (body) => {
    const unknown = "200-206 400 402 404-406 408-424 426-428 431-511";
    expect(await mail(body)).toEqual({ ...ALWAYS, "not-now role": "401 403", unknown });
    expect(await fate(body)).toEqual({ ...ALWAYS, "not-now role": "401 403", unknown });
  },
);

test("a mail is refused for good where the vendor says that it is at fault itself", async () => {
  expect(await mail(OF_AZURE)).toEqual({
    ...ALWAYS,
    "refused content": "400 413 422",
    "not-now role": "401 403",
    "not-now sender": "404",
    "not-now other": "402 405-406 410-412 414-421 423-424 426-428 431-499",
    unknown: "200-206 408-409 500-511",
  });
});

test("a mail that is asked for is absent where the vendor says so", async () => {
  expect(await fate(OF_AZURE)).toEqual({
    ...ALWAYS,
    absent: "404",
    "not-now role": "401 403",
    unknown: "200-206 400 402 405-406 408-424 426-428 431-511",
  });
});

test("a mail is accepted where its operation says so, and by no other success", async () => {
  const running = JSON.stringify({ id: "id", status: "Running", error: null });
  for (const own of [mail, fate]) expect(await own(running)).toMatchObject({ accepted: "200-206" });
});

/** The vendor's numbers, of which it is asked for one, and for all where that one is missing. */
async function numbersAnswering(answer: (path: string) => Answer) {
  const served = await serveTls(({ url }) => answer(url.pathname));
  return openNumbers({
    endpoint: served.origin,
    credential: { getToken: () => Promise.resolve({ token: "t", expiresOnTimestamp: 4e12 }) },
    now: () => new Date("2027-01-12T15:00:00Z"),
    wait: () => Promise.resolve(),
  });
}
const unlessFault = (asked: Promise<string>) =>
  asked.catch((error: unknown) => (error instanceof NumberFault ? error.kind : String(error)));
const NUMBER = "+18335550100";
const LIST = "/phoneNumbers";

test.each([
  ["", { busy: "200-400 402 404-511", role: "401 403" }],
  [PAGE, { busy: "200-511" }],
  ["{}", { busy: "200-400 402 404-511", role: "401 403" }],
  [
    OF_AZURE,
    {
      busy: "200-308 408 425 429 500-511",
      none: "404",
      role: "401 403",
      refused: "400 402 405-407 409-424 426-428 431-499",
    },
  ],
])("a number is there, or is not, where the vendor says so: %j", async (text, meant) => {
  const answer = { status: 200, text };
  const numbers = await numbersAnswering(() => answer);
  const found = (status: number) => {
    answer.status = status;
    return unlessFault(numbers.find(NUMBER).then((number) => (number === undefined ? "none" : "there")));
  };
  expect(await byMeaning(found)).toEqual(meant);
});

test.each(["", "{}", "[]", '{"phoneNumbers":[{}]}', '{"error":{"code":"x","message":"y"}}'])(
  "a number is not gone because a list is answered with a success that is none: %j",
  async (text) => {
    const numbers = await numbersAnswering((path) =>
      path === LIST ? { text } : { status: 404, text: OF_AZURE },
    );
    expect(await unlessFault(numbers.isGone(NUMBER).then(String))).toBe("busy");
  },
);

test.each<[what: string, of: (path: string) => boolean]>([
  ["the reservation", (path) => path.includes("/reservations/")],
  ["what is offered", (path) => path.endsWith(":browse")],
])("no number is bought where %s is answered with a success that is none", async (_what, isOf) => {
  const numbers = await numbersAnswering((path) => {
    if (isOf(path)) return { text: "{}" };
    return path === LIST ? { text: '{"phoneNumbers":[]}' } : { status: 404, text: OF_AZURE };
  });
  const wanted = {
    countryCode: "US",
    phoneNumberType: "tollFree",
    sms: "outbound",
    calling: "none",
  } as const;
  expect(await unlessFault(numbers.have(wanted).then(() => "bought"))).toBe("busy");
});
