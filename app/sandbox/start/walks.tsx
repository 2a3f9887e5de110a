/** The walks that can be tried, in an order in which they work. */
import type { ComponentChildren } from "preact";
import type { Sandbox } from "../sandbox.ts";

export interface WalkOptions {
  readonly sandbox: Sandbox;
  /** The beginning of every patient's link. */
  readonly patientLinks: string;
  /** The address of the administrators' pages. */
  readonly portal: string;
  /** Whether the stack file names no connection, so that an administrator has to begin. */
  readonly isEmpty: boolean;
}

export function Walks(options: WalkOptions) {
  const { sandbox, portal, isEmpty } = options;
  const { oracle, microsoft } = sandbox;
  const clinician = (
    <Walk title="Be the clinician" to={oracle.pages + "/"} says="Open PowerChart">
      Open PowerChart, choose who you are, open a patient with a video visit and click the{" "}
      <b>Microsoft Teams</b> tile. The first time, the connector asks for your Microsoft account.
    </Walk>
  );
  const visit = [
    clinician,
    <Patient patientLinks={options.patientLinks} sandbox={sandbox} />,
    <Walk title="Meet in Teams" to={oracle.pages + "/schedule"} says="Back to PowerChart">
      Back as the clinician, choose <b>Join in Teams</b>. You see who waits, and admit them. Interpreters and
      relatives come by links of their own, which the visit’s page makes.
    </Walk>,
  ];
  const setUp = [
    <Walk title="Be the administrator" to={portal} says="Open the portal">
      Sign in as <b>Sam Brenner</b>, the Global Administrator. Nothing is set up: add a FHIR connection to a
      test domain, whose base URL Oracle’s Code Console names. Leave its client id empty for now.
    </Walk>,
    <Walk title="Register at Oracle" to={oracle.pages + "/console"} says="Open the Code Console">
      The connection’s page in the portal says what to enter here, value by value. Take the client id that you
      get back to the portal, and edit the connection.
    </Walk>,
  ];
  const administrator = (
    <Walk title="Be the administrator" to={portal} says="Open the portal">
      Sign in to the portal as <b>Sam Brenner</b>, the Global Administrator, or as somebody with less. See
      what works and whose move it is, add a FHIR connection, read the audit trail.
    </Walk>
  );
  return (
    <ol class="walks">
      {isEmpty ? setUp : []}
      {visit}
      {isEmpty ? null : administrator}
      <li>
        <h2>Break things</h2>
        <p>Every vendor has bad days. Switch them on, open a visit, and see what people are told.</p>
        <p class="links">
          <a href={oracle.pages + "/faults"} target="_blank" rel="noopener">
            Oracle Health’s faults
          </a>
          <a href={microsoft.pages + "/faults"} target="_blank" rel="noopener">
            Microsoft’s faults
          </a>
        </p>
      </li>
    </ol>
  );
}

function Walk(props: {
  readonly title: string;
  readonly to: string;
  readonly says: string;
  readonly children: ComponentChildren;
}) {
  return (
    <li>
      <h2>{props.title}</h2>
      <p>{props.children}</p>
      <a class="go" href={props.to} target="_blank" rel="noopener">
        {props.says}
      </a>
    </li>
  );
}

function Patient({ patientLinks, sandbox }: Pick<WalkOptions, "patientLinks" | "sandbox">) {
  return (
    <li>
      <h2>Be the patient</h2>
      <p>
        On the visit’s page, copy the patient’s link. Open it in a private window, as if on the patient’s
        phone: one tap, a name, and you wait in the lobby.
      </p>
      <form method="get" action="/patient" target="_blank" class="go-with">
        <label>
          The patient’s link
          <input name="link" type="url" required autocomplete="off" placeholder={patientLinks + "…"} />
        </label>
        <button type="submit">Open it</button>
      </form>
      <p class="links">
        <a href={sandbox.communication.pages + "/phones"} target="_blank" rel="noopener">
          Patients’ phones
        </a>
      </p>
    </li>
  );
}
