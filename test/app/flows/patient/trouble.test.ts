import { afterAll, beforeAll, expect, test } from "vitest";
import { patientFaults } from "../../../../app/flows/patient/faults.ts";
import { COMMON, serveFaults } from "../../../harness/faulty.ts";
import { servePatientPages, type PatientPages } from "../../../harness/patientPages.ts";

let pages: PatientPages;
beforeAll(async () => {
  pages = await servePatientPages({
    visits: { ofLink: () => Promise.reject(new Error("the store does not answer")) },
  });
});
afterAll(() => {
  pages.stop();
});

test.each(["link", "page"] as const)(
  "when the store is down, the %s tells the patient to try again and whom to call",
  async (kind) => {
    const answer = await fetch(pages[kind](), {
      headers: { "accept-language": "es" },
      redirect: "manual",
    });
    expect(answer.status).toBe(503);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    const html = await answer.text();
    expect(html).toContain("No podemos abrir su consulta en este momento");
    expect(html).toContain('href="tel:2025550100"');
    expect(pages.logged.at(-1)).toContain("the store does not answer");
    expect(pages.logged.join()).not.toContain(pages.link().split("/").at(-1));
  },
);

/** What becomes of a request that went wrong before any link was looked at: the status, and the heading. */
const TOLD: Readonly<Record<(typeof COMMON)[number]["kind"], readonly [number, string]>> = {
  "not-found": [404, "We can't find this visit"],
  "not-same-origin": [404, "We can't find this visit"],
  "request-unreadable": [404, "We can't find this visit"],
  "request-too-large": [404, "We can't find this visit"],
  "too-many-requests": [503, "We can't open your visit right now"],
  unexpected: [503, "We can't open your visit right now"],
};

test("whatever went wrong, a patient is told that the link is not whole, or that the trouble is ours", async () => {
  const faulty = await serveFaults(COMMON, (renderPage) =>
    patientFaults(renderPage, { name: "Lamna Healthcare", phone: "(202) 555-0100" }),
  );
  try {
    for (const { kind } of COMMON) {
      const answer = await fetch(faulty.url + "/" + kind);
      const html = await answer.text();
      expect([kind, answer.status, /<h1>([^<]*)<\/h1>/.exec(html)?.[1]]).toEqual([kind, ...TOLD[kind]]);
      expect(html).toContain('href="tel:2025550100"');
    }
  } finally {
    await faulty.stop();
  }
});
