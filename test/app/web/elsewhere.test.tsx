/** What people read who open the bare address, or one where nothing is. */
import express from "express";
import { describe, expect, test } from "vitest";
import { elsewhere, frontDoor, signInNotBegun, type ElsewhereProblem } from "../../../app/web/elsewhere.tsx";
import { Fault } from "../../../app/web/fault.ts";
import { faultPages } from "../../../app/web/faults.ts";
import type { Page } from "../../../app/web/page.tsx";
import { COMMON, UNTRACED } from "../../harness/faulty.ts";
import { listening } from "../../harness/listening.ts";
import { renderToString } from "preact-render-to-string";
import { jsonLog } from "../../../app/log.ts";

const ORGANIZATION = { name: "Lamna Healthcare", phone: "(202) 555-0100" };
/** The page as text: what the frame was given, and then the content. */
const renderPage = ({ main, ...page }: Page) => JSON.stringify(page) + renderToString(<>{main}</>);
const FRAME = { language: "en", audience: "patient", organization: "Lamna Healthcare" };
const ENTRANCES = {
  en: '<section class="card" lang="en"><h2>Are you a patient?</h2><p>Go back to our message and tap the whole link. If it does not open, please call us.</p><a class="button secondary large call" href="tel:2025550100"><span>Call Lamna Healthcare<span class="phone">(202) 555-0100</span></span></a></section>',
  es: '<section class="card" lang="es"><h2>¿Es usted paciente?</h2><p>Vuelva a nuestro mensaje y toque el enlace completo. Si no se abre, por favor llámenos.</p><a class="button secondary large call" href="tel:2025550100"><span>Llamar a Lamna Healthcare<span class="phone">(202) 555-0100</span></span></a></section>',
  staff:
    '<section class="card" lang="en"><h2>Staff</h2><p>Open the visit from the patient’s chart.</p></section>',
};

async function serving() {
  const logged: string[] = [];
  const app = express();
  app.use(frontDoor(renderPage, ORGANIZATION));
  app.get("/signin", signInNotBegun);
  app.get("/fault/:kind", ({ params: { kind } }) => {
    throw new Fault<ElsewhereProblem>({ kind } as ElsewhereProblem);
  });
  app.use((_request, response) => void response.status(404).send("nothing"));
  const log = jsonLog(
    (line) => void logged.push(line),
    () => new Date(0),
  );
  app.use(faultPages(elsewhere(renderPage, ORGANIZATION), { log, traces: UNTRACED, caller: () => "" }));
  const url = await listening(app);
  const open = (path: string, language = "en", method = "GET", accept = "text/html") =>
    fetch(url + path, { method, headers: { "accept-language": language, accept } });
  return { open, logged };
}

describe("the bare address", () => {
  test.each([
    ["en", "Video visits", ENTRANCES.en + ENTRANCES.es],
    ["es", "Consultas por video", ENTRANCES.es + ENTRANCES.en],
  ] as const)("asks who comes, in both languages, %s first", async (language, title, entrances) => {
    const { open } = await serving();
    const answer = await open("/", language);
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
    expect(await answer.text()).toBe(
      JSON.stringify({ ...FRAME, language, title }) +
        `<div class="entrances"><h1>${title}</h1>${entrances}${ENTRANCES.staff}</div>`,
    );
  });

  test.each([
    ["//", "GET", 200],
    ["/", "HEAD", 200],
    ["/?lang=es", "GET", 200],
    ["/", "POST", 404],
    ["/", "DELETE", 404],
    ["/x", "GET", 404],
    ["/x/", "GET", 404],
    ["//x", "GET", 404],
  ])("is %s by %s: %i", async (path, method, status) => {
    const { open } = await serving();
    expect((await open(path, "en", method)).status).toBe(status);
  });
});

/** Each problem with its status, its titles, and what happened, in either language. */
const TOLD: Readonly<
  Record<Exclude<ElsewhereProblem["kind"], "sign-in-not-begun">, readonly [number, RegExp, RegExp]>
> = {
  "not-found": [404, /does not exist/, /no existe/],
  "not-same-origin": [403, /not sent from our page/, /no se envió desde nuestra página/],
  "too-many-requests": [429, /Too many tries/, /Demasiados intentos/],
  "request-unreadable": [400, /could not be read/, /No pudimos leer/],
  "request-too-large": [413, /too much at once/, /demasiado de una vez/],
  unexpected: [500, /went wrong here/, /Algo falló/],
};

describe("a fault elsewhere is told to patients and staff in either language", () => {
  test.each(COMMON.map(({ kind }) => kind))("%s", async (kind) => {
    const { open, logged } = await serving();
    const [status, ...titles] = TOLD[kind];
    const happened: string[] = [];
    for (const [index, language] of (["en", "es"] as const).entries()) {
      const answer = await open("/fault/" + kind, language);
      expect(answer.status).toBe(status);
      const html = await answer.text();
      const [, title = "", what = ""] =
        /<div class="entrances"><h1>([^<]+)<\/h1><p>([^<]+)<\/p><section/.exec(html) ?? [];
      expect(title).toMatch(titles[index] ?? /^$/);
      expect(what).toMatch(/^\p{Lu}.{10,}\.$/u);
      happened.push(what);
      expect(html).toContain(`"language":"${language}"`);
      expect(html).toContain(`"title":"${title}"`);
      const entrances = language === "en" ? ENTRANCES.en + ENTRANCES.es : ENTRANCES.es + ENTRANCES.en;
      expect(html).toContain(
        entrances +
          ENTRANCES.staff +
          '<p class="quiet">' +
          { en: "Reference", es: "Referencia" }[language] +
          " <code>",
      );
      const reference = /<code>([^<]+)<\/code><\/p><\/div>$/.exec(html)?.[1] ?? "none";
      expect(logged.at(-1)).toContain(
        `"flow":"none","reason":"${kind}","status":${String(status)},"reference":"${reference}"`,
      );
    }
    expect(happened[0]).not.toBe(happened[1]);
    expect(await (await open("/fault/" + kind, "es", "GET", "application/json")).json()).toEqual({
      kind,
      title: expect.stringMatching(titles[0]) as string,
      happened: happened[0],
      reference: expect.stringMatching(/./) as string,
    });
  });
});

test("a sign-in that nobody here began is told to staff alone, in English", async () => {
  const { open, logged } = await serving();
  const answer = await open("/signin", "es");
  expect(answer.status).toBe(400);
  const html = await answer.text();
  expect(html).toMatch(
    /^\{"language":"en","audience":"patient","organization":"Lamna Healthcare","title":"This sign-in was not begun here"\}<div class="card narrow"><h1>This sign-in was not begun here<\/h1><p>Microsoft sent you here, [^<]+\.<\/p><p>Close this page, [^<]+\.<\/p><p class="quiet">Reference <code>[^<]+<\/code><\/p><\/div>$/,
  );
  expect(logged.at(-1)).toContain('"reason":"sign-in-not-begun"');
});
