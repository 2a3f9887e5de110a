/** The mechanism of faults, with the words of each flow that has some. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { patientFaults } from "../../../app/flows/patient/faults.ts";
import { elsewhere } from "../../../app/web/elsewhere.tsx";
import type { Problem } from "../../../app/web/fault.ts";
import type { FaultWords } from "../../../app/web/faults.ts";
import type { RenderPage } from "../../../app/web/page.tsx";
import { clinicianWords, COMMON, serveFaults, type Faulty } from "../../harness/faulty.ts";

const organization = { name: "Lamna Healthcare", phone: "(202) 555-0100" };
const FLOWS: readonly (readonly [string, (renderPage: RenderPage) => FaultWords<Problem>, string])[] = [
  ["clinicians", (renderPage) => clinicianWords(renderPage) as FaultWords<Problem>, "could not be read"],
  [
    "patients",
    (renderPage) => patientFaults(renderPage, organization) as FaultWords<Problem>,
    "tap the whole link",
  ],
  [
    "whoever is lost",
    (renderPage) => elsewhere(renderPage, organization) as FaultWords<Problem>,
    "could not be read",
  ],
];

describe.each(FLOWS)("in the words for %s", (_who, words, unreadable) => {
  let faulty: Faulty;
  beforeAll(async () => {
    faulty = await serveFaults([...COMMON, { kind: "another-flows" }], words);
  });
  afterAll(() => faulty.stop());

  test.each(COMMON.map(({ kind }) => kind))("%s has a page that is not kept", async (kind) => {
    const answer = await fetch(faulty.url + "/" + kind);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(await answer.text()).toMatch(/<h1>[^<]{8,}<\/h1>/);
    expect(faulty.logged.at(-1)).toContain('"reason":"' + kind + '"');
  });

  test("a bug's page says nothing about it; the log does", async () => {
    const answer = await fetch(faulty.url + "/bug");
    expect(answer.status).toBeGreaterThanOrEqual(500);
    expect(await answer.text()).not.toContain("cannot read");
    expect(faulty.logged.at(-1)).toContain("TypeError: cannot read");
  });

  test("a problem of another flow is a bug", async () => {
    expect((await fetch(faulty.url + "/another-flows")).status).toBeGreaterThanOrEqual(500);
    expect(faulty.logged.at(-1)).toContain('"reason":"unexpected"');
  });

  test("a request that cannot be read is the sender's, not ours, and not quoted in the log", async () => {
    const body = new URLSearchParams({ a: "xxx" });
    const headers = { "content-encoding": "unheard-of" };
    const answer = await fetch(faulty.url + "/form", { method: "POST", body, headers });
    expect(answer.status).toBeLessThan(500);
    expect(await answer.text()).toContain(unreadable);
    expect((await fetch(faulty.url + "/of/%E0%A4%A")).status).toBe(404);
    expect(faulty.logged.join()).not.toMatch(/%E0|xxx/);
  });

  test("a form that is too large is told as that", async () => {
    const body = new URLSearchParams({ a: "x".repeat(99) });
    const answer = await fetch(faulty.url + "/form", { method: "POST", body });
    expect(answer.status).toBe(words === FLOWS[1]?.[1] ? 404 : 413);
    expect(faulty.logged.at(-1)).toContain('"reason":"request-too-large"');
  });

  test("a page stands where nothing else answers", async () => {
    expect((await fetch(faulty.url + "/nowhere")).status).toBe(404);
  });
});
