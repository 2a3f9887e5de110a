/**
 * What every page for patients has in common: the language, the hospital's name, whom to call, and what is shown on
 * paper.
 */
import type { IncomingMessage } from "node:http";
import type { ComponentChildren } from "preact";
import { CallButton, DefinitionList } from "../../web/components.tsx";
import { choiceFormat } from "../../domain/formatters.ts";
import { LANGUAGE_NAME, languageOf, otherLanguage, type Language } from "../../web/language.ts";
import { onceFor } from "../../web/once.tsx";
import type { RenderPage } from "../../web/page.tsx";
import { nameOf, type Contact } from "./link.ts";
import { WORDS } from "./dictionary.ts";

export interface PatientFrame {
  readonly renderPage: RenderPage;
  readonly organization: string;
  readonly language: Language;
  /** Whether the visit is one of a test chart. */
  readonly ofTestChart?: boolean;
}

/** The frame for a request, in its language. */
export function frameFor(
  request: IncomingMessage,
  renderPage: RenderPage,
  organization: { readonly name: string },
): PatientFrame {
  return { renderPage, organization: organization.name, language: languageOf(request) };
}

export function renderPatientPage(
  frame: PatientFrame,
  page: { readonly title: string; readonly scripts?: readonly string[]; readonly main: ComponentChildren },
): string {
  const { language, organization, renderPage, ofTestChart = false } = frame;
  return renderPage({
    ...page,
    language,
    organization,
    ofTestChart,
    audience: "patient",
    aside: <LanguageLink of={otherLanguage(language)} />,
    footer: <Footer of={language} />,
  });
}

const Footer = onceFor((language: Language) => (
  <>
    <p>{WORDS[language].emergency}</p>
    <p class="quiet">{WORDS[language].privacy}</p>
  </>
));

/** The same page in the other language: a query alone keeps the path. */
const LanguageLink = onceFor((to: Language) => (
  <a class="language" href={"?lang=" + to} lang={to} hreflang={to}>
    {LANGUAGE_NAME[to]}
  </a>
));

/** The number to call, one tap away. */
export function CallLink({ contact, language }: { contact: Contact; language: Language }) {
  return <CallButton says={WORDS[language].call(nameOf(contact, language))} phone={contact.phone} />;
}

/** Whom to call, as it is shown on paper. */
export function onPaper(contact: Contact, language: Language): string {
  return [nameOf(contact, language), contact.phone].join(", ");
}

/** The addresses behind the buttons, shown when the page is printed. */
export function OnPaper(props: { link: string; phone: string; language: Language }) {
  const { onPaper } = WORDS[props.language];
  return (
    <div class="on-paper">
      <DefinitionList
        entries={[
          [onPaper.link, props.link],
          [onPaper.phone, props.phone],
        ]}
      />
    </div>
  );
}

/** The names joined by "or", as in "Safari or Chrome", in the given language. */
export function eitherOf(names: readonly string[], language: Language): string {
  return choiceFormat(language).format(names);
}
