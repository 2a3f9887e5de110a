import type { Request } from "express";
import type { ComponentChildren } from "preact";
import { CallButton } from "../../web/components.tsx";
import { choiceFormat } from "../../domain/formatters.ts";
import { LANGUAGE_NAME, languageOf, otherLanguage, type Language } from "../../web/language.ts";
import type { RenderPage } from "../../web/page.tsx";
import type { Contact } from "./link.ts";
import { WORDS } from "./dictionary.ts";

/** What every page for patients has in common. */
export interface PatientFrame {
  readonly renderPage: RenderPage;
  readonly organization: string;
  readonly language: Language;
}

/** The frame for whoever asks. */
export function frameFor(
  request: Request,
  renderPage: RenderPage,
  organization: { readonly name: string },
): PatientFrame {
  return { renderPage, organization: organization.name, language: languageOf(request) };
}

export function renderPatientPage(
  frame: PatientFrame,
  page: { readonly title: string; readonly scripts?: readonly string[]; readonly main: ComponentChildren },
): string {
  const { language, organization, renderPage } = frame;
  const words = WORDS[language];
  return renderPage({
    ...page,
    language,
    organization,
    audience: "patient",
    aside: <LanguageLink to={otherLanguage(language)} />,
    footer: (
      <>
        <p>{words.emergency}</p>
        <p class="quiet">{words.privacy}</p>
      </>
    ),
  });
}

/** The same page in the other language: a query alone keeps the path. */
function LanguageLink({ to }: { to: Language }) {
  return (
    <a class="language" href={"?lang=" + to} lang={to} hreflang={to}>
      {LANGUAGE_NAME[to]}
    </a>
  );
}

/** The number to call, one tap away. */
export function CallLink({ contact, language }: { contact: Contact; language: Language }) {
  return <CallButton says={WORDS[language].call(contact.name)} phone={contact.phone} />;
}

/** "Safari or Chrome", in the language. */
export function eitherOf(names: readonly string[], language: Language): string {
  return choiceFormat(language).format(names);
}
