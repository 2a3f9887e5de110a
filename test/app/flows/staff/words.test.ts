import { afterAll, beforeAll, expect, test } from "vitest";
import { staffFaults } from "../../../../app/flows/staff/faults.tsx";
import { staffPages } from "../../../../app/flows/staff/pages.ts";
import type { StaffProblem } from "../../../../app/flows/staff/problems.ts";
import { COMMON, serveFaults, type Faulty } from "../../../harness/faulty.ts";

const back = "/s/" + "A".repeat(38);
/** One of each: a kind that is missing here does not compile. */
const EACH: { readonly [K in StaffProblem["kind"]]: Extract<StaffProblem, { kind: K }> } = {
  "account-other-tenant": { kind: "account-other-tenant", back },
  "account-organizer": { kind: "account-organizer", back },
  "account-guest": { kind: "account-guest", back },
  "sign-in-cancelled": { kind: "sign-in-cancelled", back },
  "sign-in-failed": { kind: "sign-in-failed", back },
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

test("every kind has a title of its own", async () => {
  const titles = await Promise.all(
    PROBLEMS.map(async ({ kind }) => (await faulty.json("/" + kind))["title"]),
  );
  expect(new Set(titles).size).toBe(PROBLEMS.length);
});
