import { afterAll, beforeAll, expect, test } from "vitest";
import { staffFaults } from "../../../../app/flows/staff/faults.tsx";
import { WORDS } from "../../../../app/flows/staff/faultWords.ts";
import { staffPages } from "../../../../app/flows/staff/pages.ts";
import type { StaffProblem } from "../../../../app/flows/staff/problems.ts";
import type { CommonProblem } from "../../../../app/web/fault.ts";
import { COMMON, serveFaults, type Faulty } from "../../../harness/faulty.ts";
import { textsOf } from "../../../harness/html.ts";

const back = "/s/" + "A".repeat(38);
/** A problem of each kind. The compiler refuses this table if one is missing. */
const EACH: { readonly [K in StaffProblem["kind"]]: Extract<StaffProblem, { kind: K }> } = {
  "account-other-tenant": { kind: "account-other-tenant", back },
  "account-organizer": { kind: "account-organizer", back },
  "account-guest": { kind: "account-guest", back },
  "sign-in-cancelled": { kind: "sign-in-cancelled", back },
  "sign-in-failed": { kind: "sign-in-failed", back, why: "invalid" },
  "sign-in-late": { kind: "sign-in-late" },
  "sign-in-used": { kind: "sign-in-used" },
  "sign-in-other-browser": { kind: "sign-in-other-browser" },
  "store-failing": { kind: "store-failing" },
};
const PROBLEMS = [...Object.values(EACH), ...COMMON];

let faulty: Faulty;
beforeAll(async () => {
  faulty = await serveFaults(PROBLEMS, (renderPage) =>
    staffFaults(staffPages(renderPage, "Lamna Healthcare"), () => Promise.resolve(false)),
  );
});
afterAll(() => faulty.stop());

test.each(PROBLEMS)(
  "$kind has a page: what happened, what to do, a way back where there is one",
  async (problem) => {
    const answer = await fetch(faulty.url + "/" + problem.kind);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    const html = await answer.text();
    expect(html).toMatch(/<h1>[^<]{8,}<\/h1><p>[^<]{20,}<\/p>/);
    expect(html).toMatch(/What to do<\/p><p>[^<]{20,}<\/p>/);
    expect(html).toContain("Lamna Healthcare");
    // Whoever reads it has no chart and no patient in front of them.
    expect(html).not.toMatch(/chart|patient's/i);
    expect(html.includes(`href="${back}"`)).toBe("back" in problem);
    expect(faulty.logged.at(-1)).toContain(`"flow":"staff","reason":"${problem.kind}"`);
    expect(faulty.logged.at(-1)).not.toContain(back);
    expect(JSON.stringify(await faulty.json("/" + problem.kind))).not.toContain(back);
  },
);

/** For each kind, the status, what to do, and the words of the way back; or `IT` if only IT can help. */
const TOLD: Readonly<
  Record<(StaffProblem | CommonProblem)["kind"], readonly [number, RegExp, (string | undefined)?, "IT"?]>
> = {
  "account-other-tenant": [403, /^Choose the account .*\. If you have none, ask/, "Use another account"],
  "account-organizer": [403, /^Choose the account that the hospital gave you\.$/, "Use another account"],
  "account-guest": [403, /^Choose the account .*\. If you have none, ask/, "Use another account", "IT"],
  "sign-in-cancelled": [403, /^The link is still good\. Sign in/, "Sign in to join"],
  "sign-in-failed": [502, /^Try again in a minute\. If it happens again, tell your IT/, "Try again", "IT"],
  "sign-in-late": [401, /^Open the link from your message again\.$/],
  "sign-in-used": [409, /^Open the link from your message again\. You are signed in already/],
  "sign-in-other-browser": [403, /^Open the link .* again\. Use the same browser/, undefined, "IT"],
  "store-failing": [
    503,
    /^Try again in a minute\. Your link stays valid\. If it .* reference\.$/,
    undefined,
    "IT",
  ],
  "not-found": [404, /^Open the whole link from your message\. .*ask whoever invited you/],
  "not-same-origin": [403, /^Open the link from your message again\.$/],
  "too-many-requests": [429, /^Wait a minute, then open the link again\.$/, undefined, "IT"],
  "request-unreadable": [400, /^Open the link from your message again\.$/],
  "request-too-large": [413, /^Open the link from your message again\.$/],
  unexpected: [500, /^Try again in a minute\. If it happens again, tell your IT help desk/, undefined, "IT"],
};

test.each(PROBLEMS)("$kind says whose move it is", async ({ kind }) => {
  const [status, next, says, it] = TOLD[kind];
  expect((await fetch(faulty.url + "/" + kind)).status).toBe(status);
  const html = await faulty.text("/" + kind, { headers: { accept: "text/html" } });
  const told = await faulty.json("/" + kind);
  expect(told["next"]).toMatch(next);
  expect(told["kind"]).toBe(kind);
  expect(textsOf(html, "a.button.primary[href]")[0]).toBe(says);
  expect(/<strong>For IT:<\/strong> ([A-Z].{20,}\.)<\/p>/.exec(html)?.[1]).toBe(told["forIt"]);
  expect(told["forIt"] !== undefined).toBe(it !== undefined);
});

test.each([
  ["unavailable", "Microsoft cannot be asked just now", /^Try again in a minute\./],
  [
    "registration",
    "Microsoft does not accept the connector",
    /^Tell your IT help desk.* does not help before/,
  ],
  ["invalid", "The Microsoft sign-in did not work", /^Try again in a minute\./],
] as const)("a sign-in that failed (%s) says who can do something about it", (why, title, next) => {
  const words = WORDS["sign-in-failed"]({ kind: "sign-in-failed", back, why, code: "AADSTS700016" });
  expect(words.title).toBe(title);
  // A button invites to a try that cannot go well.
  expect(words.back).toEqual(why === "registration" ? undefined : { address: back, says: "Try again" });
  expect(words.next).toMatch(next);
  expect(words.forIt).toContain("Microsoft answered AADSTS700016: the directory has no such application");
});

test("every kind has a title of its own", async () => {
  const titles = await Promise.all(
    PROBLEMS.map(async ({ kind }) => (await faulty.json("/" + kind))["title"]),
  );
  expect(new Set(titles).size).toBe(PROBLEMS.length);
});
