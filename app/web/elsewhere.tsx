/**
 * Words for the site's bare address, and for an address that no flow has. Whoever comes there may be a patient, who may read
 * either language, or may be of the staff. Also words for an answer of Microsoft's sign-in that nobody here began, or that
 * began too long ago to know who began it.
 */
import type { Request, RequestHandler } from "express";
import type { Organization } from "../domain/hospital.ts";
import { CallButton, Card } from "./components.tsx";
import { Fault, wordsFor, type CommonProblem, type Words } from "./fault.ts";
import type { FaultWords } from "./faults.ts";
import { languageOf, otherLanguage, type Language } from "./language.ts";
import type { RenderPage } from "./page.tsx";

export type ElsewhereProblem = CommonProblem | { readonly kind: "sign-in-not-begun" };

type InEach<T> = Readonly<Record<Language, T>>;

interface Told {
  readonly status: number;
  readonly title: InEach<string>;
  readonly happened: InEach<string>;
  /** Who may be reading, and so what they can do next. Staff read English. */
  readonly next: "patients-and-staff" | "staff";
}

const WORDS: Words<ElsewhereProblem, Told> = {
  "sign-in-not-begun": () => ({
    status: 400,
    ...forStaff(
      "This sign-in was not begun here",
      "Microsoft sent you here, and nobody here had asked for it, or it is long over. If you have just consented to the connector’s permissions in Entra, the consent is given all the same.",
    ),
  }),
  "not-found": () => ({
    status: 404,
    title: { en: "This page does not exist", es: "Esta página no existe" },
    happened: {
      en: "The address may be cut off, or out of date.",
      es: "Es posible que la dirección esté incompleta o ya no sirva.",
    },
    next: "patients-and-staff",
  }),
  "not-same-origin": () => ({
    status: 403,
    title: { en: "This was not sent from our page", es: "Esto no se envió desde nuestra página" },
    happened: { en: "Nothing was changed.", es: "No se cambió nada." },
    next: "patients-and-staff",
  }),
  "too-many-requests": () => ({
    status: 429,
    title: { en: "Too many tries at once", es: "Demasiados intentos a la vez" },
    happened: { en: "Wait a minute, then try again.", es: "Espere un minuto e intente de nuevo." },
    next: "patients-and-staff",
  }),
  "request-unreadable": () => ({
    status: 400,
    title: { en: "This request could not be read", es: "No pudimos leer lo que envió el navegador" },
    happened: {
      en: "What the browser sent was cut off. Nothing was changed.",
      es: "Llegó incompleto. No se cambió nada.",
    },
    next: "patients-and-staff",
  }),
  "request-too-large": () => ({
    status: 413,
    title: { en: "This was too much at once", es: "Se envió demasiado de una vez" },
    happened: {
      en: "The browser sent more than any page here asks for. Nothing was changed.",
      es: "El navegador envió más de lo que pide cualquier página nuestra. No se cambió nada.",
    },
    next: "patients-and-staff",
  }),
  unexpected: () => ({
    status: 500,
    title: { en: "Something went wrong here", es: "Algo falló aquí" },
    happened: {
      en: "The fault is ours, not yours. It has been logged. Try again in a minute.",
      es: "El problema es nuestro, no suyo, y quedó registrado. Intente de nuevo en un minuto.",
    },
    next: "patients-and-staff",
  }),
};

function forStaff(title: string, happened: string): Pick<Told, "title" | "happened" | "next"> {
  return { title: { en: title, es: title }, happened: { en: happened, es: happened }, next: "staff" };
}

const DOOR = { title: { en: "Video visits", es: "Consultas por video" } } as const;

const PATIENTS: InEach<{ readonly title: string; readonly text: string; call(name: string): string }> = {
  en: {
    title: "Are you a patient?",
    text: "Go back to our message and tap the whole link. If it does not open, please call us.",
    call: (name) => "Call " + name,
  },
  es: {
    title: "¿Es usted paciente?",
    text: "Vuelva a nuestro mensaje y toque el enlace completo. Si no se abre, por favor llámenos.",
    call: (name) => "Llamar a " + name,
  },
};

/** Mounted after all flows, for an answer whose state names none of them. */
export const signInNotBegun: RequestHandler = () => {
  throw new Fault<ElsewhereProblem>({ kind: "sign-in-not-begun" });
};

/**
 * Answers the site's bare address, as people type it, or what is left of a link, with a page in both languages that asks who
 * they are.
 */
export function frontDoor(renderPage: RenderPage, organization: Organization): RequestHandler {
  return (request, response, next) => {
    if (!/^\/*$/.test(request.path) || (request.method !== "GET" && request.method !== "HEAD")) {
      next();
      return;
    }
    response.type("html").send(pageFor(request, renderPage, organization, { ...DOOR }));
  };
}

export function elsewhere(renderPage: RenderPage, organization: Organization): FaultWords<ElsewhereProblem> {
  return {
    flow: "none",
    kinds: new Set(Object.keys(WORDS)),
    tell(problem, { request, reference }) {
      const words = wordsFor(WORDS, problem);
      return {
        status: words.status,
        html: pageFor(request, renderPage, organization, { ...words, reference }),
        json: { kind: problem.kind, title: words.title.en, happened: words.happened.en, reference },
      };
    },
  };
}

interface Shown extends Pick<Told, "title">, Partial<Pick<Told, "happened" | "next">> {
  readonly reference?: string;
}

function pageFor(request: Request, renderPage: RenderPage, organization: Organization, shown: Shown): string {
  const isStaffs = shown.next === "staff";
  const language = isStaffs ? "en" : languageOf(request);
  return renderPage({
    language,
    audience: "patient",
    organization: organization.name,
    title: shown.title[language],
    main: isStaffs ? <StaffsPage shown={shown} /> : <Page {...{ shown, organization, language }} />,
  });
}

function StaffsPage({ shown }: { shown: Shown }) {
  return (
    <Card narrow>
      <h1>{shown.title.en}</h1>
      <p>{shown.happened?.en}</p>
      <p>Close this page, or go back to where you began and sign in again.</p>
      <Reference shown={shown} language="en" />
    </Card>
  );
}

/** The page for patients and staff. The language that the browser prefers comes first. */
function Page(props: { shown: Shown; organization: Organization; language: Language }) {
  const { shown, organization, language } = props;
  return (
    <div class="entrances">
      <h1>{shown.title[language]}</h1>
      {shown.happened !== undefined && <p>{shown.happened[language]}</p>}
      {[language, otherLanguage(language)].map((each) => (
        <section class="card" lang={each} key={each}>
          <h2>{PATIENTS[each].title}</h2>
          <p>{PATIENTS[each].text}</p>
          <CallButton says={PATIENTS[each].call(organization.name)} phone={organization.phone} />
        </section>
      ))}
      <section class="card" lang="en">
        <h2>Staff</h2>
        <p>Open the visit from the patient’s chart.</p>
      </section>
      <Reference shown={shown} language={language} />
    </div>
  );
}

const REFERENCE: InEach<string> = { en: "Reference", es: "Referencia" };

function Reference({ shown, language }: { shown: Shown; language: Language }) {
  if (shown.reference === undefined) return null;
  return (
    <p class="quiet">
      {REFERENCE[language]} <code>{shown.reference}</code>
    </p>
  );
}
