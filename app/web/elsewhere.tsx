/**
 * Words for an address that no flow has: whoever comes there by mistake may be a patient or of the staff. And for a
 * sign-in at Microsoft that returns and that nobody here began, or too long ago to know who.
 */
import type { RequestHandler } from "express";
import type { Organization } from "../domain/hospital.ts";
import { Card } from "./components.tsx";
import { Fault, wordsFor, type CommonProblem, type Words } from "./fault.ts";
import type { FaultWords } from "./faults.ts";
import type { RenderPage } from "./page.tsx";
import { telephone } from "./telephone.ts";

export type ElsewhereProblem = CommonProblem | { readonly kind: "sign-in-not-begun" };

interface Told {
  readonly status: number;
  readonly title: string;
  readonly happened: string;
  /** Who may be reading, and what they do next. */
  readonly next: "patients-and-staff" | "staff";
}

const WORDS: Words<ElsewhereProblem, Told> = {
  "sign-in-not-begun": () => ({
    status: 400,
    title: "This sign-in was not begun here",
    happened:
      "Microsoft sent you here, and nobody here had asked for it, or it is long over. If you have just consented to the connector’s permissions in Entra, the consent is given all the same.",
    next: "staff",
  }),
  "not-found": () => ({
    status: 404,
    title: "This page does not exist",
    happened: "The address may be cut off, or out of date.",
    next: "patients-and-staff",
  }),
  "not-same-origin": () => ({
    status: 403,
    title: "This was not sent from our page",
    happened: "Nothing was changed.",
    next: "patients-and-staff",
  }),
  "too-many-requests": () => ({
    status: 429,
    title: "Too many tries at once",
    happened: "Wait a minute, then try again.",
    next: "patients-and-staff",
  }),
  "request-unreadable": () => ({
    status: 400,
    title: "This request could not be read",
    happened: "What the browser sent was cut off or too large. Nothing was changed.",
    next: "patients-and-staff",
  }),
  unexpected: () => ({
    status: 500,
    title: "Something went wrong here",
    happened: "The fault is ours, not yours. It has been logged. Try again in a minute.",
    next: "patients-and-staff",
  }),
};

/** After all flows: an answer whose state names none of them. */
export const signInNotBegun: RequestHandler = () => {
  throw new Fault<ElsewhereProblem>({ kind: "sign-in-not-begun" });
};

export function elsewhere(renderPage: RenderPage, organization: Organization): FaultWords<ElsewhereProblem> {
  return {
    flow: "none",
    kinds: new Set(Object.keys(WORDS)),
    tell(problem, { reference }) {
      const words = wordsFor(WORDS, problem);
      const { status, title, happened } = words;
      const main = <Page words={words} organization={organization} reference={reference} />;
      return {
        status,
        html: renderPage({
          language: "en",
          audience: "patient",
          organization: organization.name,
          title,
          main,
        }),
        json: { kind: problem.kind, title, happened, reference },
      };
    },
  };
}

function Page(props: { words: Told; organization: Organization; reference: string }) {
  const { words, organization, reference } = props;
  const phone = <a href={telephone(organization.phone)}>{organization.phone}</a>;
  return (
    <Card narrow>
      <h1>{words.title}</h1>
      <p>{words.happened}</p>
      {words.next === "staff" ? (
        <p>Close this page, or go back to where you began and sign in again.</p>
      ) : (
        <>
          <p>
            <strong>Patients:</strong> go back to your message and tap the whole link, or call {phone}.
          </p>
          <p lang="es">
            <strong>Pacientes:</strong> vuelva a su mensaje y toque el enlace completo, o llame al {phone}.
          </p>
          <p>
            <strong>Staff:</strong> open the visit from the patient’s chart.
          </p>
        </>
      )}
      <p class="quiet">
        Reference <code>{reference}</code>
      </p>
    </Card>
  );
}
