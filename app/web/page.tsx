/** The frame of every page of the connector: head, header, navigation, and the marks of a test page. */
import type { ComponentChildren, VNode } from "preact";
import { renderToString } from "preact-render-to-string";
import type { Environment } from "../domain/environment.ts";
import type { Assets } from "./assets.ts";
import type { Language } from "./language.ts";
import { Mark } from "./mark.tsx";
import { once } from "./once.tsx";

export interface Page {
  readonly language: Language;
  /**
   * Clinicians read a dense page inside PowerChart, patients a calm one on a phone, administrators one with a navigation.
   */
  readonly audience: "clinician" | "patient" | "administrator";
  readonly title: string;
  readonly main: ComponentChildren;
  /** Present where the page is about a test chart, or somebody in one. Pages of a test deployment are marked anyway. */
  readonly ofTestChart?: boolean;
  /** The hospital's name, shown beside the product's. */
  readonly organization?: string;
  /** The navigation beside the content, on every page of an audience that has one. */
  readonly nav?: ComponentChildren;
  /** What stands at the header's end, such as a link to the other language. */
  readonly aside?: ComponentChildren;
  readonly footer?: ComponentChildren;
  /** Names of files in app/public. */
  readonly scripts?: readonly string[];
  /** Further stylesheets in app/public, besides the one that every page has. */
  readonly styles?: readonly string[];
  /** Makes PowerChart give the page APPLINK, which opens an address in the person's own browser, under Citrix, too. */
  readonly leavesPowerChart?: boolean;
}

export type RenderPage = (page: Page) => string;

const SKIP: Record<Language, string> = { en: "Skip to main content", es: "Ir al contenido principal" };
const PRODUCT: Record<Language, string> = { en: "Video visits", es: "Consultas por video" };

/** Marks that keep a test page from being taken for a real one. */
interface TestWords {
  readonly bar: string;
  readonly title: string;
}

const TEST: Record<Language, TestWords> = {
  en: { bar: "TEST – not for patient care", title: "TEST" },
  es: { bar: "PRUEBA – no es para la atención de pacientes", title: "PRUEBA" },
};

/** The most heads that are kept: one for each kind of page and language. */
const MOST_HEADS = 200;
const OurMark = once(() => <Mark />);

export function pageRenderer(assets: Assets, deployment: Environment): RenderPage {
  const heads = new Map<string, () => VNode>();
  const headOf = (page: Page, test: TestWords | undefined) => {
    const { language, title, organization, scripts, styles, leavesPowerChart } = page;
    const key = JSON.stringify([
      language,
      title,
      organization,
      scripts,
      styles,
      leavesPowerChart,
      test?.title,
    ]);
    const head = heads.get(key) ?? once(() => <Head {...{ page, assets, test }} />);
    if (heads.size < MOST_HEADS) heads.set(key, head);
    return head;
  };
  return (page) => {
    const isTest = deployment === "test" || page.ofTestChart === true;
    const test = isTest ? TEST[page.language] : undefined;
    return "<!doctype html>" + renderToString(<Frame {...{ page, test, Head: headOf(page, test) }} />);
  };
}

function Frame(props: { page: Page; test: TestWords | undefined; Head: () => VNode }) {
  const { page, test, Head } = props;
  const product = PRODUCT[page.language];
  return (
    <html lang={page.language}>
      <Head />
      <body class={page.audience}>
        <a class="skip" href="#main">
          {SKIP[page.language]}
        </a>
        <header class="top">
          {test !== undefined && <p class="test-bar">{test.bar}</p>}
          <div class="top-inner">
            <p class="brand">
              <OurMark />
              <span>
                {page.organization !== undefined && <strong>{page.organization}</strong>}
                <span class="product">{product}</span>
              </span>
            </p>
            {page.aside}
          </div>
        </header>
        {page.nav}
        <main id="main" tabIndex={-1}>
          {page.main}
        </main>
        {page.footer !== undefined && <footer class="bottom">{page.footer}</footer>}
      </body>
    </html>
  );
}

/** The head is the same for every reader of a kind of page, because titles are our own words. */
function Head(props: { page: Page; assets: Assets; test: TestWords | undefined }) {
  const { page, assets, test } = props;
  const product = PRODUCT[page.language];
  return (
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <meta name="robots" content="noindex" />
      {page.leavesPowerChart === true && <meta name="discern" content="APPLINK" />}
      <title>
        {[test?.title, page.title, page.organization ?? product]
          .filter((part) => part !== undefined)
          .join(" · ")}
      </title>
      <link rel="icon" type="image/svg+xml" href={assets.url("mark.svg")} />
      {["connector.css", ...(page.styles ?? [])].map((name) => (
        <link key={name} rel="stylesheet" href={assets.url(name)} />
      ))}
      {page.scripts?.map((name) => (
        <script key={name} type="module" src={assets.url(name)} />
      ))}
    </head>
  );
}
