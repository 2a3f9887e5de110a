import type { ComponentChildren } from "preact";
import { renderToString } from "preact-render-to-string";
import type { Environment } from "../domain/environment.ts";
import type { Assets } from "./assets.ts";
import type { Language } from "./language.ts";
import { Mark } from "./mark.tsx";

export interface Page {
  readonly language: Language;
  /** Clinicians read a dense page inside PowerChart, patients a calm one on a phone. */
  readonly audience: "clinician" | "patient";
  readonly title: string;
  readonly main: ComponentChildren;
  /** It is about a test chart, or somebody in one. What a test deployment serves is marked anyway. */
  readonly ofTestChart?: boolean;
  /** The hospital's name, shown beside the product's. */
  readonly organization?: string;
  /** At the header's end, such as a link to the other language. */
  readonly aside?: ComponentChildren;
  readonly footer?: ComponentChildren;
  /** Files of app/public. */
  readonly scripts?: readonly string[];
  /** Has PowerChart give the page APPLINK, which opens an address in the person's own browser, under Citrix, too. */
  readonly leavesPowerChart?: boolean;
}

export type RenderPage = (page: Page) => string;

const SKIP: Record<Language, string> = { en: "Skip to main content", es: "Ir al contenido principal" };
const PRODUCT: Record<Language, string> = { en: "Video visits", es: "Consultas por video" };

/** No page of a test may be taken for a real one. */
const TEST: Record<Language, { readonly bar: string; readonly title: string }> = {
  en: { bar: "TEST – not for patient care", title: "TEST" },
  es: { bar: "PRUEBA – no es para la atención de pacientes", title: "PRUEBA" },
};

export function pageRenderer(assets: Assets, deployment: Environment): RenderPage {
  return (page) => {
    const isTest = deployment === "test" || page.ofTestChart === true;
    return "<!doctype html>" + renderToString(<Frame {...{ page, assets, isTest }} />);
  };
}

function Frame({ page, assets, isTest }: { page: Page; assets: Assets; isTest: boolean }) {
  const product = PRODUCT[page.language];
  const test = isTest ? TEST[page.language] : undefined;
  return (
    <html lang={page.language}>
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
        <link rel="stylesheet" href={assets.url("connector.css")} />
        {page.scripts?.map((name) => (
          <script key={name} type="module" src={assets.url(name)} />
        ))}
      </head>
      <body class={page.audience}>
        <a class="skip" href="#main">
          {SKIP[page.language]}
        </a>
        <header class="top">
          {test !== undefined && <p class="test-bar">{test.bar}</p>}
          <div class="top-inner">
            <p class="brand">
              <Mark />
              <span>
                {page.organization !== undefined && <strong>{page.organization}</strong>}
                <span class="product">{product}</span>
              </span>
            </p>
            {page.aside}
          </div>
        </header>
        <main id="main" tabIndex={-1}>
          {page.main}
        </main>
        {page.footer !== undefined && <footer class="bottom">{page.footer}</footer>}
      </body>
    </html>
  );
}
