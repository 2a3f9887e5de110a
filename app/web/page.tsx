import type { ComponentChildren, VNode } from "preact";
import { renderToString } from "preact-render-to-string";
import type { Assets } from "./assets.ts";
import type { Language } from "./language.ts";
import { Mark } from "./mark.tsx";
import { once } from "./once.tsx";

export interface Page {
  readonly language: Language;
  /** Clinicians read a dense page inside PowerChart, patients a calm one on a phone. */
  readonly audience: "clinician" | "patient";
  readonly title: string;
  readonly main: ComponentChildren;
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

/** Kinds of pages, in each language. */
const MOST_HEADS = 200;
const OurMark = once(() => <Mark />);

export function pageRenderer(assets: Assets): RenderPage {
  const heads = new Map<string, () => VNode>();
  const headOf = (page: Page) => {
    const { language, title, organization, scripts, leavesPowerChart } = page;
    const key = JSON.stringify([language, title, organization, scripts, leavesPowerChart]);
    const head = heads.get(key) ?? once(() => <Head page={page} assets={assets} />);
    if (heads.size < MOST_HEADS) heads.set(key, head);
    return head;
  };
  return (page) => "<!doctype html>" + renderToString(<Frame page={page} Head={headOf(page)} />);
}

function Frame({ page, Head }: { page: Page; Head: () => VNode }) {
  const product = PRODUCT[page.language];
  return (
    <html lang={page.language}>
      <Head />
      <body class={page.audience}>
        <a class="skip" href="#main">
          {SKIP[page.language]}
        </a>
        <header class="top">
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
        <main id="main" tabIndex={-1}>
          {page.main}
        </main>
        {page.footer !== undefined && <footer class="bottom">{page.footer}</footer>}
      </body>
    </html>
  );
}

/** The same for every reader of a kind of page: titles are our own words. */
function Head({ page, assets }: { page: Page; assets: Assets }) {
  const product = PRODUCT[page.language];
  return (
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <meta name="robots" content="noindex" />
      {page.leavesPowerChart === true && <meta name="discern" content="APPLINK" />}
      <title>{[page.title, page.organization ?? product].join(" · ")}</title>
      <link rel="icon" type="image/svg+xml" href={assets.url("mark.svg")} />
      <link rel="stylesheet" href={assets.url("connector.css")} />
      {page.scripts?.map((name) => (
        <script key={name} type="module" src={assets.url(name)} />
      ))}
    </head>
  );
}
