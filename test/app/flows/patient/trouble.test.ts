import { afterAll, beforeAll, expect, test } from "vitest";
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
