/** The chart system's pages before anybody is signed in, and its page for errors. */
import type { Domain } from "../domain.ts";
import type { FaultName } from "../faults.ts";
import type { AuthorizeRequest, Parameters } from "../smart/authorizeRequest.ts";
import { Document, DomainBadge, FaultBar } from "./frame.tsx";

/**
 * The page on which a clinician opens PowerChart: a choice of domain and person. There are no passwords, because everybody
 * is invented.
 */
export function PowerChartSignIn(props: { domains: readonly Domain[]; faultsOn: readonly FaultName[] }) {
  return (
    <Document title="Sign in – PowerChart">
      <header class="top">
        <p class="product">PowerChart</p>
      </header>
      <FaultBar on={props.faultsOn} />
      <main id="content" class="narrow">
        <h1>Sign in to PowerChart</h1>
        <p>This is a stand-in for Oracle Health. Everybody in it is invented, so there is no password.</p>
        {props.domains.map((domain) => (
          <section key={domain.tenant.id} aria-labelledby={`domain-${domain.tenant.id}`}>
            <h2 id={`domain-${domain.tenant.id}`}>
              <DomainBadge domain={domain} /> Lamna Healthcare
            </h2>
            <form method="post" action="/sign-in">
              <input type="hidden" name="tenant" value={domain.tenant.id} />
              <Clinicians domain={domain} />
            </form>
          </section>
        ))}
      </main>
    </Document>
  );
}

/** The authorization server's own sign-in, for a browser in which nobody is signed in to PowerChart. */
export function SignInPage(props: { domain: Domain; request: AuthorizeRequest; sent: Parameters }) {
  const { domain, request, sent } = props;
  const only = request.launch?.context.practitionerId;
  return (
    <Document title="Sign in – Oracle Health">
      <header class="top">
        <p class="product">
          Oracle Health <DomainBadge domain={domain} />
        </p>
      </header>
      <main id="content" class="narrow">
        <h1>Sign in to continue</h1>
        <p>
          <strong>{request.client.clientId}</strong> asks for access to the chart as:{" "}
          <span class="scopes">{request.scopes.join(", ")}</span>
        </p>
        <form method="post">
          {Object.entries(sent).map(([name, value]) =>
            name === "practitioner" || name === "decision" ? null : (
              <input key={name} type="hidden" name={name} value={value} />
            ),
          )}
          <Clinicians domain={domain} {...(only === undefined ? {} : { only })} />
          <p>
            <button type="submit" name="decision" value="deny" class="quiet">
              Do not allow
            </button>
          </p>
        </form>
      </main>
    </Document>
  );
}

/** The page to which `error_uri` leads. */
export function ErrorPage(props: { urn: string; instance: string }) {
  return (
    <Document title="Access refused – Oracle Health">
      <header class="top">
        <p class="product">Oracle Health</p>
      </header>
      <main id="content" class="narrow">
        <h1>The authorization server refused</h1>
        <p>Give these two lines to your support desk.</p>
        <dl class="facts">
          <dt>Reason</dt>
          <dd class="breaks">{props.urn}</dd>
          <dt>Instance</dt>
          <dd class="breaks">{props.instance}</dd>
        </dl>
      </main>
    </Document>
  );
}

function Clinicians({ domain, only }: { domain: Domain; only?: string }) {
  const shown = domain.clinic.clinicians.filter(({ id }) => only === undefined || id === only);
  return (
    <ul class="picker">
      {shown.map(({ id, display, specialty }) => (
        <li key={id}>
          <button type="submit" name="practitioner" value={id}>
            <span class="name">{display}</span> <span>{specialty}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
