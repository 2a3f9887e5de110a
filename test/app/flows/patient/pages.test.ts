import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { guestLinks, launchEarly, launchScenario, patientLink } from "../../../harness/clinician.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { Person, type Page } from "../../../harness/person.ts";
import { ORACLE_TENANT } from "../../../harness/stack.ts";
import { attributesOf, textsOf } from "../../../harness/html.ts";

const HOSTILE = 'Family <script>alert(1)</script> & "Friends"';
const LANGUAGES = ["en", "es"] as const;

let deployment: Deployment;
beforeAll(async () => {
  deployment = await startDeployment({
    stack: (stack) => {
      const [cardiology, ...others] = stack.departments ?? [];
      if (cardiology === undefined) throw new Error("the usual stack has departments");
      const renamed = others.map((department) =>
        department.id === "family-medicine" ? { ...department, name: HOSTILE } : department,
      );
      return { ...stack, departments: [cardiology, ...renamed] };
    },
  });
});
afterAll(() => deployment.stop());

/** Headers that depend on the length of the answer, on the moment, and on how its connection goes on. */
const OF_THE_WIRE = ["content-length", "date", "connection", "keep-alive"];
const visitPage = (link: string) => link.replace("/j/", "/v/");
const read = async (address: string) => (await fetch(address)).text();
const guestLink = (page: Page) => guestLinks(page).get(1) ?? "";

describe("the visit page", () => {
  let clinician: Person;
  let visit: Page;
  let link: string;
  beforeAll(async () => {
    clinician = new Person();
    visit = await launchScenario(deployment, clinician, "startsSoon");
    link = patientLink(visit);
  });

  test("shows what a hospital wrote as text, never as markup", async () => {
    const html = await read(visitPage(link));
    expect(html).toContain("Family &lt;script&gt;alert(1)&lt;/script&gt; &amp; ");
    expect(html).not.toContain("<script>alert");
  });

  test("carries the headers that every answer carries, and nothing more, wherever it was made", async () => {
    const told = async (address: string, method = "GET") => {
      const { headers } = await fetch(address, { method });
      return new Map([...headers].filter(([name]) => !OF_THE_WIRE.includes(name)));
    };
    // A page of which the connector can say nothing comes by another way.
    const others = await told(visitPage(link).slice(0, -20));
    expect([...others.keys()]).toContain("content-security-policy");
    for (const method of ["GET", "HEAD"]) expect(await told(visitPage(link), method)).toEqual(others);
  });

  test("links nowhere but to this site and to the telephone", async () => {
    const html = await read(visitPage(link));
    const targets = ["href", "src", "action"].flatMap((name) => attributesOf(html, `[${name}]`, name));
    expect(targets.length).toBeGreaterThan(5);
    expect(targets.filter((target) => !/^(\/(?!\/)|\?|#|tel:\+?\d+$)/.test(target))).toEqual([]);
  });

  test("keeps the language that was picked, whatever the browser prefers", async () => {
    const html = await read(visitPage(link) + "?lang=es");
    expect(html).toContain('<html lang="es">');
    expect(html).toContain(new URL(link).pathname + "?lang=es");
    expect(html).toContain('<a class="language" href="?lang=en" lang="en" hreflang="en">English</a>');
  });

  test("speaks to an interpreter as to an interpreter", async () => {
    await clinician.send(visit.url.href + "/invitations", { role: "interpreter" });
    const guest = visitPage(guestLink(await clinician.open(visit.url)));
    expect(await read(guest)).toContain("as the interpreter");
    expect(await read(guest + "?lang=es")).toContain("como intérprete");
    expect(await read(visitPage(link))).not.toContain("interpreter");
  });

  test("shows times in the department's zone, with its name", async () => {
    expect(await read(visitPage(link))).toMatch(/\d (AM|PM) Central \(C[SD]T\)/);
    expect(await read(visitPage(link) + "?lang=es")).toMatch(/hora del Centro \(C[SD]T\)/);
  });
});

test("before the time, the page says from when on it works and holds Join back", async () => {
  const link = patientLink(await launchEarly(deployment, new Person()));
  const html = await read(link);
  expect(html).toMatch(/You can join (today|tomorrow, \w+,) from \d/);
  expect(textsOf(html, "[data-opened][hidden]")).toHaveLength(1);
  expect(Number(attributesOf(html, "[data-opens-in]", "data-opens-in")[0])).toBeGreaterThan(0);
  expect(await read(link + "?lang=es")).toContain("a partir de la");
});

test("a visit that moved says so, and its cancellation, too, in both languages", async () => {
  const clinic = deployment.sandbox.oracle.clinic(ORACLE_TENANT);
  const { id } = await clinic.visit("withoutMobile");
  const person = new Person();
  const page = await launchScenario(deployment, person, "withoutMobile");
  const link = patientLink(page);
  await clinic.move(id, -15);
  await person.open(page.url);
  expect(await read(visitPage(link))).toContain("The time has changed");
  expect(await read(visitPage(link) + "?lang=es")).toContain("La hora cambió");

  await clinic.cancel(id);
  await person.open(page.url);
  for (const [language, title] of [
    ["en", "This visit was canceled"],
    ["es", "Esta consulta se canceló"],
  ] as const) {
    for (const address of [link, visitPage(link), visitPage(link) + "/visit.ics"]) {
      const answer = await fetch(address, { headers: { "accept-language": language } });
      expect(answer.status).toBe(410);
      const html = await answer.text();
      expect(html).toContain(title);
      expect(html).toContain('href="tel:2025550142"');
    }
  }
});

test.each(LANGUAGES)(
  "no page for patients in %s has a word left from the other language",
  async (language) => {
    const link = patientLink(await launchScenario(deployment, new Person(), "startsSoon"));
    const shown = await read(visitPage(link) + "?lang=" + language);
    const other = language === "en" ? /consulta|cámara|Cuándo/ : /Your video|camera and|When<|Need help/;
    expect(shown).not.toMatch(other);
  },
);

describe("assets", () => {
  test("are cached for good under the address that pages give, and checked otherwise", async () => {
    const html = await read(deployment.url + "/j/cut-off");
    const [path = ""] = attributesOf(html, '[href^="/assets/connector.css?v="]', "href");
    const hashed = await fetch(deployment.url + path);
    expect([hashed.status, hashed.headers.get("cache-control")]).toEqual([
      200,
      "public, max-age=31536000, immutable",
    ]);
    const plain = await fetch(deployment.url + "/assets/connector.css");
    expect(plain.headers.get("cache-control")).toBe("no-cache");
  });

  test.each([
    "/assets/../package.json",
    "/assets/..%2f..%2fpackage.json",
    "/assets/",
    "/assets/%2e%2e/config.ts",
  ])("%s leads nowhere", async (path) => {
    expect(await statusOfRawPath(path)).toBe(404);
  });
});

/** The status of an answer. Unlike fetch, it sends the path exactly as given. */
function statusOfRawPath(path: string): Promise<number | undefined> {
  const { hostname, port } = new URL(deployment.url);
  return new Promise((resolve, reject) => {
    request({ hostname, port, path }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on("error", reject)
      .end();
  });
}
