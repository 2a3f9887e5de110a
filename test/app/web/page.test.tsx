/** The frame of every page: what is marked as a test, what is loaded, and what each reader is shown around the content. */
import { expect, test } from "vitest";
import type { Environment } from "../../../app/domain/environment.ts";
import type { Assets } from "../../../app/web/assets.ts";
import { pageRenderer, type Page } from "../../../app/web/page.tsx";
import { textsOf } from "../../harness/html.ts";

const assets: Assets = { url: (name) => "/assets/" + name + "?v=1", serve: () => undefined };
const SMALL: Page = { language: "en", audience: "patient", title: "Your visit", main: <h1>Your visit</h1> };
const rendered = (page: Partial<Page> = {}, deployment: Environment = "production") =>
  pageRenderer(assets, deployment)({ ...SMALL, ...page });
const titleOf = (html: string) => textsOf(html, "title")[0];

test("a page without anything more is its frame in its language, and nobody finds it by a search", () => {
  const html = rendered();
  expect(html).toMatch(/^<!doctype html><html lang="en"><head><meta charset="utf-8"/);
  expect(html).toContain('<meta name="viewport" content="width=device-width, initial-scale=1"/>');
  expect(html).toContain('<meta name="robots" content="noindex"/>');
  expect(html).toContain(
    '<title>Your visit · Video visits</title><link rel="icon" type="image/svg+xml" href="/assets/mark.svg?v=1"/><link rel="stylesheet" href="/assets/connector.css?v=1"/></head>',
  );
  expect(html).toContain(
    '<body class="patient"><a class="skip" href="#main">Skip to main content</a><header class="top"><div class="top-inner">',
  );
  expect(html).toMatch(
    /<p class="brand"><svg class="mark".*<\/svg><span><span class="product">Video visits<\/span><\/span><\/p><\/div><\/header>/,
  );
  expect(html).toMatch(/<main id="main" tabindex="-1"><h1>Your visit<\/h1><\/main><\/body><\/html>$/);
  expect(html).not.toContain("APPLINK");
});

test("a page with everything has each part where it belongs", () => {
  const html = rendered({
    language: "es",
    audience: "administrator",
    organization: "Lamna",
    aside: <a href="?lang=en">English</a>,
    nav: <nav>Menu</nav>,
    footer: <p>Bye</p>,
    scripts: ["one.js", "two.js"],
    styles: ["portal.css"],
    leavesPowerChart: true,
  });
  expect(html).toContain('<html lang="es">');
  expect(html).toContain('<meta name="discern" content="APPLINK"/><title>Your visit · Lamna</title>');
  expect(html).toContain(
    '<link rel="stylesheet" href="/assets/connector.css?v=1"/><link rel="stylesheet" href="/assets/portal.css?v=1"/><script type="module" src="/assets/one.js?v=1"></script><script type="module" src="/assets/two.js?v=1"></script></head>',
  );
  expect(html).toContain(
    '<body class="administrator"><a class="skip" href="#main">Ir al contenido principal</a>',
  );
  expect(html).toContain(
    '<span><strong>Lamna</strong><span class="product">Consultas por video</span></span></p>',
  );
  expect(html).toContain('<a href="?lang=en">English</a></div></header><nav>Menu</nav><main');
  expect(html).toContain('</main><footer class="bottom"><p>Bye</p></footer></body>');
});

test("in Spanish the product's name stands where no hospital's does", () => {
  expect(titleOf(rendered({ language: "es" }))).toBe("Your visit · Consultas por video");
});

test.each<[what: string, deployment: Environment, ofTestChart: boolean | undefined, marked: boolean]>([
  ["a test deployment's page", "test", undefined, true],
  ["a test deployment's page about a real chart", "test", false, true],
  ["a page about a test chart", "production", true, true],
  ["a page about a test chart on a laptop", "local", true, true],
  ["a page about a real chart", "production", false, false],
  ["a laptop's page", "local", undefined, false],
])("%s is marked as a test's: %s, %s: %s", (_what, deployment, ofTestChart, marked) => {
  const about = ofTestChart === undefined ? {} : { ofTestChart };
  const [english, spanish] = [
    rendered(about, deployment),
    rendered({ ...about, language: "es" }, deployment),
  ];
  expect(english.includes('<header class="top"><p class="test-bar">TEST – not for patient care</p>')).toBe(
    marked,
  );
  expect(spanish.includes('<p class="test-bar">PRUEBA – no es para la atención de pacientes</p>')).toBe(
    marked,
  );
  expect(titleOf(english)?.startsWith("TEST · Your visit")).toBe(marked);
  expect(titleOf(spanish)?.startsWith("PRUEBA · Your visit")).toBe(marked);
  expect(english.includes("test-bar")).toBe(marked);
});

test("a head that is kept for one page is given to no other one", () => {
  const render = pageRenderer(assets, "production");
  const pages: Partial<Page>[] = [
    {},
    { title: "Another" },
    { organization: "Lamna" },
    { scripts: ["one.js"] },
    { styles: ["portal.css"] },
    { leavesPowerChart: true },
    { ofTestChart: true },
    { language: "es" },
  ];
  const headOf = (html: string) => html.slice(html.indexOf("<head>"), html.indexOf("</head>"));
  const heads = pages.map((page) => headOf(render({ ...SMALL, ...page })));
  expect(new Set(heads).size).toBe(pages.length);
  expect(pages.map((page) => headOf(render({ ...SMALL, ...page })))).toEqual(heads);
});

test("heads are made once for a kind of page, and no more are kept than there are kinds", () => {
  const asked: string[] = [];
  const counting: Assets = {
    ...assets,
    url(name) {
      asked.push(name);
      return assets.url(name);
    },
  };
  const render = pageRenderer(counting, "production");
  for (let times = 0; times < 3; times++) render(SMALL);
  expect(asked).toEqual(["mark.svg", "connector.css"]);
  for (let kinds = 1; kinds < 200; kinds++) render({ ...SMALL, title: String(kinds) });
  asked.length = 0;
  render({ ...SMALL, title: "199" });
  expect(asked).toEqual([]);
  for (let times = 0; times < 2; times++) render({ ...SMALL, title: "one kind more" });
  expect(asked).toHaveLength(4);
});
