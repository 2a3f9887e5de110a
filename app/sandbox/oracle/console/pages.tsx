/** The pages of Oracle's code console: the list of applications, the form of a new one, and an application's page. */
import type { ComponentChildren } from "preact";
import { Document, DomainBadge } from "../board/frame.tsx";
import type { Domain } from "../domain.ts";
import type { Application } from "./applications.ts";
import { Choice, Text, Wrong, type Registration } from "./fields.tsx";
import { FIELDS } from "./judge.ts";

function Frame(props: { readonly title: string; readonly children: ComponentChildren }) {
  return (
    <Document title={props.title + " – Code Console"}>
      <header class="top">
        <p class="product">Oracle Health Code Console</p>
        <nav aria-label="Code Console">
          <a href="/console">Applications</a>
          <a href="/">PowerChart</a>
        </nav>
      </header>
      <main id="content" class="narrow">
        <h1>{props.title}</h1>
        {props.children}
      </main>
    </Document>
  );
}

export function ConsolePage(props: {
  readonly domains: readonly Domain[];
  readonly applications: readonly Application[];
}) {
  return (
    <Frame title="Applications">
      <p>
        A stand-in for the console in which Oracle registers applications. Validation, which takes Oracle
        weeks, takes no time here.
      </p>
      {props.applications.length === 0 ? (
        <p>Nothing is registered here yet.</p>
      ) : (
        <table class="dense">
          <caption class="unseen">Applications that were registered here</caption>
          <thead>
            <tr>
              <th scope="col">Application</th>
              <th scope="col">Type</th>
              <th scope="col">Client id</th>
            </tr>
          </thead>
          <tbody>
            {props.applications.map(({ name, client }) => (
              <tr key={client.clientId}>
                <th scope="row" data-label="Application">
                  <a href={"/console/" + client.clientId}>{name}</a>
                </th>
                <td data-label="Type">{client.persona === "provider" ? "Provider" : "System"}</td>
                <td data-label="Client id" class="breaks">
                  {client.clientId}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p>
        <a href="/console/new">Register an application</a>
      </p>
      <h2>Domains of Lamna Healthcare</h2>
      <p>Oracle tells the hospital the FHIR R4 base URL of each domain.</p>
      <dl class="facts">
        {props.domains.map((domain) => (
          <div key={domain.tenant.id}>
            <dt>
              <DomainBadge domain={domain} />
            </dt>
            <dd class="breaks">{domain.at.fhirBase}</dd>
          </div>
        ))}
      </dl>
    </Frame>
  );
}

export function RegistrationPage(form: Registration) {
  const wrong = Object.keys(form.faults).length;
  return (
    <Frame title="Register an application">
      {wrong > 0 && (
        <p role="alert" class="wrong">
          <strong>Nothing was registered.</strong> {wrong === 1 ? "One field needs" : "Some fields need"}{" "}
          another look.
        </p>
      )}
      <form method="post" action="/console/new" class="registration">
        <Text field="name" hint="What PowerChart’s users may read." {...form} />
        <Choice
          field="type"
          choices={{ provider: "Provider", system: "System" }}
          hint="One registration has one type; a second one needs a registration of its own."
          {...form}
        />
        <Choice
          field="access"
          choices={{ online: "Online", offline: "Offline" }}
          hint="Online ends with the user’s session."
          {...form}
        />
        <Choice
          field="privacy"
          choices={{ confidential: "Confidential", public: "Public" }}
          hint="This console registers no public applications."
          {...form}
        />
        <Choice
          field="smart"
          choices={{ v1: "SMART v1", v2: "SMART v2" }}
          hint="An application of SMART v2 is not known at the sign-in of SMART v1."
          {...form}
        />
        <Text field="launchUri" hint="Provider only. Where PowerChart sends the browser." {...form} />
        <Text
          field="redirectUri"
          hint="Provider only. One address, compared to the letter: a slash at the end counts."
          {...form}
        />
        <Choice
          field="proof"
          choices={{ key: "Its published keys (JWKS)", secret: "A client secret" }}
          hint="How the application proves itself at the token endpoint."
          {...form}
        />
        <Text field="jwksUri" hint="Only where it proves itself by its keys." {...form} />
        <Text field="scopes" hint="With blanks between them. Wildcards are not supported." {...form} />
        <fieldset aria-describedby="domains-hint">
          <legend>{FIELDS.domains}</legend>
          <p id="domains-hint">What the hospital’s own administrators decide at Oracle.</p>
          <Wrong {...{ field: "domains", faults: form.faults }} />
          {form.domains.map((domain) => (
            <p key={domain.tenant.id}>
              <label>
                <input
                  type="checkbox"
                  name="domains"
                  value={domain.tenant.id}
                  checked={form.typed.domains.includes(domain.tenant.id)}
                />{" "}
                <DomainBadge domain={domain} /> <span class="breaks">{domain.at.fhirBase}</span>
              </label>
            </p>
          ))}
        </fieldset>
        <p class="actions">
          <button type="submit">Register</button>
        </p>
      </form>
    </Frame>
  );
}

export function ApplicationPage(props: {
  readonly application: Application;
  readonly domains: readonly Domain[];
  readonly secret: string | undefined;
}) {
  const { name, applicationId, client } = props.application;
  const way = client.authentication;
  const facts: readonly (readonly [string, string])[] = [
    ["Client id", client.clientId],
    ["Application id", applicationId],
    [FIELDS.type, client.persona === "provider" ? "Provider" : "System"],
    [FIELDS.smart, "SMART " + client.smart],
    ...(client.launchUrl === undefined ? [] : [[FIELDS.launchUri, client.launchUrl] as const]),
    ...client.redirectUris.map((uri) => [FIELDS.redirectUri, uri] as const),
    "jwksUrl" in way
      ? [FIELDS.jwksUri, way.jwksUrl]
      : ["Client secret", props.secret ?? "Shown once, and not again"],
    [FIELDS.scopes, client.scopes.join(" ")],
    [
      FIELDS.domains,
      props.domains
        .filter(({ tenant }) => client.tenants.includes(tenant.id))
        .map(({ at }) => at.fhirBase)
        .join(" "),
    ],
  ];
  return (
    <Frame title={name}>
      <p>
        Registered. Copy the client id
        {props.secret === undefined ? "" : " and the secret, which is not shown again,"} to where the
        application is set up.
      </p>
      <dl class="facts">
        {facts.map(([term, value]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd class="breaks">{value}</dd>
          </div>
        ))}
      </dl>
      <form method="post" action={`/console/${client.clientId}/remove`}>
        <p>
          <button type="submit" class="quiet">
            Remove this registration
          </button>
        </p>
      </form>
    </Frame>
  );
}
