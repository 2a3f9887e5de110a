/** The page of one step of the guided set-up: what it is for, how far it is, and the ways on, back and out. */
import type { PortalSession } from "../../records/portalSessions.ts";
import { Button, ButtonLink, Card } from "../../web/components.tsx";
import { portalPath } from "./addresses.ts";
import type { PortalPages } from "./pages.tsx";
import type { Guide, Step } from "./setUp.ts";
import { Status } from "./status.tsx";
import { PostForm } from "./postForm.tsx";

const STATES = {
  done: ["good", "Done"],
  open: ["attention", "To do"],
} as const;

export function setUpPage(pages: PortalPages, session: PortalSession, guide: Guide): string {
  const { steps, at } = guide;
  const step = steps[at];
  const main = (
    <div class="guide">
      <nav aria-label="Steps of the set-up">
        <ol class="steps">
          {steps.map(({ name, title, state }, index) => (
            <li
              key={name}
              class={index === at ? "here" : undefined}
              aria-current={index === at ? "step" : undefined}
            >
              <strong>{title}</strong>
              <Status tone={STATES[state][0]}>{STATES[state][1]}</Status>
            </li>
          ))}
        </ol>
      </nav>
      {step !== undefined && (
        <Card title={`Step ${String(at + 1)} of ${String(steps.length)}: ${step.title}`}>
          <p>{WHY[step.name]}</p>
          <p>{step.about}</p>
          <Way step={step} />
          <PostForm action={portalPath("moveSetUp")} class="actions">
            <input type="hidden" name="step" value={step.name} />
            <Button name="go" value="on" weight={step.state === "open" ? "secondary" : "primary"}>
              {at === steps.length - 1 ? "Finish" : step.state === "open" ? "Do this later" : "Next step"}
            </Button>
            {at > 0 && (
              <Button name="go" value="back" weight="secondary">
                Step back
              </Button>
            )}
            <Button name="go" value="out" weight="secondary">
              Leave the set-up
            </Button>
          </PostForm>
          <p class="quiet">Leave whenever you like: it goes on here, for every administrator.</p>
        </Card>
      )}
    </div>
  );
  return pages({ session, at: "setUp", title: "Set-up", main });
}

const WHY: Readonly<Record<Step["name"], string>> = {
  connections:
    "A FHIR connection is one chart system of Oracle Health, by its base URL. Clinicians open their visits from it. Begin with a test domain.",
  departments:
    "A department is a set of the chart’s locations, with a Teams account that owns its meetings, a phone number and a time zone that patients see.",
  texts:
    "Patients are texted their link from a number of the hospital’s own, once the carriers have verified it.",
  review:
    "Oracle Health is given the integration records of each connection, for provider and patient launch. The checks say what is not well yet.",
};

/** The links to where the step is done. */
function Way({ step }: { readonly step: Step }) {
  if (step.name === "connections")
    return (
      <p class="actions">
        {step.state === "open" && <ButtonLink href={portalPath("newConnection")}>Add connection</ButtonLink>}
        <ButtonLink href={portalPath("connections")} weight="secondary">
          See connections
        </ButtonLink>
      </p>
    );
  if (step.name === "departments")
    return (
      <p class="actions">
        {step.state === "open" && <ButtonLink href={portalPath("newDepartment")}>Add department</ButtonLink>}
        <ButtonLink href={portalPath("departments")} weight="secondary">
          See departments
        </ButtonLink>
      </p>
    );
  if (step.name === "review")
    return (
      <p class="actions">
        <ButtonLink href={portalPath("integration")} weight={step.state === "open" ? "primary" : "secondary"}>
          See integration records
        </ButtonLink>
        <ButtonLink href={portalPath("checks")} weight="secondary">
          See the checks
        </ButtonLink>
      </p>
    );
  return (
    <p class="actions">
      <ButtonLink href={portalPath("texts")} weight={step.state === "open" ? "primary" : "secondary"}>
        See texts
      </ButtonLink>
    </p>
  );
}
