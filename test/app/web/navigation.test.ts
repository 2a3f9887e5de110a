/** Who opens an address: a person with a browser, or a program that looks at it. */
import type { IncomingHttpHeaders } from "node:http";
import { expect, test } from "vitest";
import { isNavigation, isPersons } from "../../../app/web/navigation.ts";

const PHONE =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1";
const HEADERS = { "sec-fetch-mode": "navigate", "sec-fetch-dest": "document", "user-agent": PHONE };
const judged = (headers: IncomingHttpHeaders, method = "GET") => [
  isNavigation({ method, headers }),
  isPersons({ method, headers }),
];

test("a browser that opens the address as a page is a person's", () => {
  expect(judged(HEADERS)).toEqual([true, true]);
});

test.each<[what: string, headers: IncomingHttpHeaders, method?: string]>([
  ["a look at the headers", {}, "HEAD"],
  ["a form", {}, "POST"],
  ["a script", { "sec-fetch-mode": "cors" }],
  ["a frame", { "sec-fetch-dest": "iframe" }],
  ["a browser that says nothing", { "sec-fetch-mode": undefined, "sec-fetch-dest": undefined }],
  ["a page ahead", { "sec-purpose": "prefetch" }],
  ["a page ahead, as it used to be said", { purpose: "prefetch" }],
  ["a page ahead in Safari", { "x-purpose": "preview" }],
  ["a page ahead in an old Firefox", { "x-moz": "prefetch" }],
])("%s is no navigation, and nobody's", (_what, headers, method) => {
  expect(judged({ ...HEADERS, ...headers }, method)).toEqual([false, false]);
});

test.each([
  "Slackbot",
  "Twitterbot/1.0",
  "bingbot; x",
  "crawler",
  "Baiduspider",
  "SkypeUriPreview",
  "facebookexternalhit/1.1",
  "Facebot",
  "WhatsApp/2.23",
  "HeadlessChrome/140",
  "Yahoo! Slurp",
  "MailScanner",
  "SafeLinks",
  "Mimecast",
  "Proofpoint",
  "Barracuda",
  "Lighthouse",
])("%s opens pages as a person does, and is none", (program) => {
  expect(judged({ ...HEADERS, "user-agent": PHONE + " " + program })).toEqual([true, false]);
});

test("whoever does not say what they are is counted as nobody, and a word that only ends like a program's is no program", () => {
  expect(judged({ ...HEADERS, "user-agent": undefined })).toEqual([true, false]);
  expect(judged({ ...HEADERS, "user-agent": PHONE + " Botanica" })).toEqual([true, true]);
});
