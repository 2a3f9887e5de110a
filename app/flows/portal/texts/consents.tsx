/** Both consents in the document's wording: who gave them, when and to which wording, and for which connections. */
import { CONSENT_WORDS, CONSENT_WORDS_VERSION, type ConsentName } from "../../../domain/textConsents.ts";
import type { PortalSession } from "../../../records/portalSessions.ts";
import { Button, Card, DefinitionList } from "../../../web/components.tsx";
import { portalPath } from "../addresses.ts";
import { GlobalAdministratorOnly } from "../globalAdministrator.tsx";
import { Status } from "../status.tsx";
import type { TextsShown } from "./asSet.ts";

type Props = TextsShown & { readonly session: PortalSession };

const NAMES = Object.keys(CONSENT_WORDS) as ConsentName[];

export function Consents(props: Props) {
  const { said, setting, connections, stackFile } = props;
  const given = said?.consents ?? setting?.value.consents;
  const texted = connections.filter(({ isTexted }) => isTexted);
  return (
    <Card title="SMS notifications">
      <p>
        <Status tone={texted.length > 0 ? "good" : "calm"}>{texted.length > 0 ? "On" : "Off"}</Status>{" "}
        {texted.length > 0
          ? `Patients of ${texted.map(({ name }) => name).join(", ")} are texted.`
          : "No patient is texted until a Global Administrator has agreed to both consents. Texts are optional."}
      </p>
      {given !== undefined && (
        <DefinitionList
          entries={NAMES.map((name) => [CONSENT_WORDS[name], <Given key={name} {...given[name]} />])}
        />
      )}
      {said !== undefined ? (
        <p>
          Locked: change it in <code>{stackFile}</code>, under <code>sms</code>, and run pulumi up.
        </p>
      ) : (
        <Form {...props} isGiven={given !== undefined} />
      )}
    </Card>
  );
}

function Given(consent: { readonly by: string; readonly at: string; readonly words?: number }) {
  const { by, at, words } = consent;
  return (
    <>
      Agreed to by <code>{by}</code> on {at.slice(0, 10)}
      {words !== undefined && `, wording ${String(words)}`}
      {words !== undefined && words !== CONSENT_WORDS_VERSION && (
        <>
          {" "}
          <Status tone="attention">The wording has changed since</Status>
        </>
      )}
    </>
  );
}

function Form({ session, setting, connections, isGiven }: Props & { readonly isGiven: boolean }) {
  if (!session.rights.includes("decide"))
    return (
      <GlobalAdministratorOnly
        says="Only a Global Administrator agrees to texts, or takes that back."
        session={session}
        page={portalPath("texts")}
      />
    );
  const revision = <input type="hidden" name="revision" value={String(setting?.revision ?? 0)} />;
  return (
    <>
      <form method="post" action={portalPath("agreeToTexts")}>
        {revision}
        <fieldset class="field">
          <legend>Consents</legend>
          <div class="picks">
            {NAMES.map((name) => (
              <label key={name} class="pick">
                <input type="checkbox" name={name} value="yes" /> {CONSENT_WORDS[name]}
              </label>
            ))}
          </div>
        </fieldset>
        <fieldset class="field">
          <legend>FHIR connections whose patients are texted</legend>
          <p class="quiet">
            One number serves them all. A patient who answers STOP gets no more texts from any of them.
          </p>
          <div class="picks">
            {connections.map(({ id, name, isTexted }) => (
              <label key={id} class="pick">
                <input
                  type="checkbox"
                  name={"connection-" + id}
                  value="yes"
                  checked={isTexted || connections.length === 1}
                />{" "}
                {name}
              </label>
            ))}
            {connections.length === 0 && <p>No connection is on yet: add one first.</p>}
          </div>
        </fieldset>
        <p class="actions">
          <Button>{isGiven ? "Agree anew" : "Agree, and turn texts on"}</Button>
        </p>
      </form>
      {isGiven && (
        <form method="post" action={portalPath("withdrawTexts")} class="actions">
          {revision}
          <Button weight="danger">Take the consents back: no more texts</Button>
        </form>
      )}
    </>
  );
}
