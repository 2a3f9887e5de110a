/** What every status of Graph means for a meeting, a subscription and an account, whatever body comes with it. */
import { expect, test } from "vitest";
import { graphDirectory } from "../../../../app/adapters/graph/directory.ts";
import { graphMeetings } from "../../../../app/adapters/graph/meetings.ts";
import { graphCallEvents } from "../../../../app/adapters/graph/callEvents.ts";
import { CallEventsFault } from "../../../../app/ports/callEvents.ts";
import { MeetingsFault } from "../../../../app/ports/meetings.ts";
import { byMeaning, PAGE } from "../everyStatus.ts";
import type { NotificationKey } from "../../../../app/ports/notificationKey.ts";

const OWN = JSON.stringify({ error: { code: "Request_ResourceNotFound", message: "" } });
const MEETING = JSON.stringify({ id: "m", joinWebUrl: "https://teams.example/m" });
const ACCESS = {
  graph: "https://graph.example",
  token: () => Promise.resolve("token-1"),
  now: () => new Date("2027-01-12T14:30:00Z"),
  wait: () => Promise.resolve(),
};
const NO_BODY = new Set([204, 205, 304]);
const answering = (status: number, body: string) => ({
  ...ACCESS,
  // A redirection is refused by `fetch` as Graph is called.
  fetch: () =>
    status >= 300 && status < 400
      ? Promise.reject(new TypeError("fetch failed"))
      : Promise.resolve(new Response(NO_BODY.has(status) ? null : body, { status })),
});

const reasonOf = (asked: Promise<string>) =>
  asked.catch((error: unknown) =>
    error instanceof MeetingsFault || error instanceof CallEventsFault ? error.reason : String(error),
  );
const TIMES = { start: new Date("2027-01-12T15:00:00Z"), end: new Date("2027-01-12T15:30:00Z") };
const ORGANIZER = { organizer: "o", lobby: "staff" } as const;
const meetings = (status: number, body: string) => graphMeetings(answering(status, body));
const key = {
  certificate: () => Promise.resolve({ version: "1", der: Buffer.from("der") }),
} as unknown as NotificationKey;
const events = (status: number, body: string) =>
  graphCallEvents({ ...answering(status, body), key, webhook: "https://w.example", tenantId: "t" });

const open = (status: number, body: string) =>
  reasonOf(
    meetings(status, body)
      .open({ visitId: "v", ...ORGANIZER, ...TIMES })
      .then(() => "opened"),
  );
const look = (status: number, body: string) =>
  reasonOf(meetings(status, body).look({ id: "m", ...ORGANIZER, ...TIMES }));
const close = (status: number, body: string) =>
  reasonOf(
    meetings(status, body)
      .close({ id: "m", organizer: "o" })
      .then(() => "closed"),
  );
const renew = (status: number, body: string) =>
  reasonOf(
    events(status, body)
      .renew("s", TIMES.end)
      .then((made) => (made === undefined ? "none" : "renewed")),
  );
const account = (status: number, body: string) =>
  graphDirectory(answering(status, body))
    .account("amy@lamna.example")
    .then((found) => (typeof found === "string" ? found : "known"));
const knows = (status: number, body: string) =>
  graphDirectory(answering(status, body)).knows("7d0c5a1e-0000-4000-8000-00000000a001").then(String);

test.each(["", "{}", "[]", '{"error":"Blocked"}'])(
  "nothing is refused where Graph does not say so in its own form, but by 401, which may be of a token: %j",
  async (body) => {
    for (const call of [open, look, close, renew])
      expect(await byMeaning((status) => call(status, body))).toEqual({
        unavailable: "200-400 402-511",
        refused: "401",
      });
    expect(await byMeaning((status) => account(status, body))).toEqual({ "not-told": "200-511" });
    expect(await byMeaning((status) => knows(status, body))).toEqual({ "not-told": "200-511" });
  },
);

test("a web page decides nothing", async () => {
  for (const call of [open, look, close, renew])
    expect(await byMeaning((status) => call(status, PAGE))).toEqual({ unavailable: "200-511" });
  for (const call of [account, knows])
    expect(await byMeaning((status) => call(status, PAGE))).toEqual({ "not-told": "200-511" });
});

const REFUSED = "400-403 405-407 409-424 426-428 431-499";
const UNAVAILABLE = "200-308 408 425 429 500-511";
test.each([
  [
    "a meeting's creation",
    open,
    { refused: "400-407 410-422 424 426-428 431-499", unavailable: "200-308 408-409 423 425 429 500-511" },
  ],
  ["a look at a meeting", look, { gone: "404", refused: REFUSED, unavailable: UNAVAILABLE }],
  ["a meeting's closing", close, { refused: "400-407 409-424 426-428 431-499", unavailable: UNAVAILABLE }],
  ["a renewal", renew, { none: "404", refused: REFUSED, unavailable: UNAVAILABLE }],
  ["an account", account, { unknown: "404", "not-told": "200-403 405-511" }],
  ["whether an account is known", knows, { false: "404", "not-told": "200-403 405-511" }],
])("what Graph refuses in its own form: %s", async (_what, call, meant) => {
  expect(await byMeaning((status) => call(status, OWN))).toEqual(meant);
});

test("a meeting is opened by a success that shows it, and by no other answer", async () => {
  expect(await byMeaning((status) => open(status, MEETING))).toEqual({
    opened: "200-203 206",
    refused: "401",
    unavailable: "204-205 300-400 402-511",
  });
});
