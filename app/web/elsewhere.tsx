/** Words for an address that no flow has: whoever comes there by mistake may be a patient or of the staff. */
import type { Organization } from "../domain/hospital.ts";
import { Card } from "./components.tsx";
import { wordsFor, type CommonProblem, type Words } from "./fault.ts";
import type { FaultWords } from "./faults.ts";
import type { RenderPage } from "./page.tsx";
import { telephone } from "./telephone.ts";

interface Told {
  readonly status: number;
  readonly title: string;
  readonly happened: string;
}

const WORDS: Words<CommonProblem, Told> = {
  "not-found": () => ({
    status: 404,
    title: "This page does not exist",
    happened: "The address may be cut off, or out of date.",
  }),
  "not-same-origin": () => ({
    status: 403,
    title: "This was not sent from our page",
    happened: "Nothing was changed.",
  }),
  "too-many-requests": () => ({
    status: 429,
    title: "Too many tries at once",
    happened: "Wait a minute, then try again.",
  }),
  "request-unreadable": () => ({
    status: 400,
    title: "This request could not be read",
    happened: "What the browser sent was cut off or too large. Nothing was changed.",
  }),
  unexpected: () => ({
    status: 500,
    title: "Something went wrong here",
    happened: "The fault is ours, not yours. It has been logged. Try again in a minute.",
  }),
};

export function elsewhere(renderPage: RenderPage, organization: Organization): FaultWords<CommonProblem> {
  return {
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
      <p>
        <strong>Patients:</strong> go back to your message and tap the whole link, or call {phone}.
      </p>
      <p lang="es">
        <strong>Pacientes:</strong> vuelva a su mensaje y toque el enlace completo, o llame al {phone}.
      </p>
      <p>
        <strong>Staff:</strong> open the visit from the patient’s chart.
      </p>
      <p class="quiet">
        Reference <code>{reference}</code>
      </p>
    </Card>
  );
}
