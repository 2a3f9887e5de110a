/** The card that says from which number each connection's patients are texted, and what STOP reaches. */
import type { PortalSession } from "../../../records/portalSessions.ts";
import { Button, Card } from "../../../web/components.tsx";
import { portalPath } from "../addresses.ts";
import { GlobalAdministratorOnly } from "../globalAdministrator.tsx";
import type { TextsShown } from "./asSet.ts";
import { LockedBy } from "./consents.tsx";
import { FormShows } from "./formShown.tsx";
import { isChosen, numberField, revisionOf, typedBy } from "./typed.ts";
import { PostForm } from "../postForm.tsx";

export function ConfigurationCard(shown: TextsShown & { readonly session: PortalSession }) {
  const { said, setting, connections, number, session, stackFile } = shown;
  const typed = typedBy(shown, "configuration");
  const isLocked = said !== undefined;
  const isAgreed = isLocked || setting?.value.consents !== undefined;
  const mayChange = !isLocked && isAgreed && session.rights.includes("decide");
  return (
    <Card title="SMS configuration">
      <p>
        For each FHIR connection, the number that its patients are texted from. One number may serve many:
        Azure sells one to a tenant unless it was asked for more.
      </p>
      <p>
        <strong>What STOP reaches:</strong> an opt-out is for the number that texts come from. A patient who
        answers STOP to {number ?? "it"} gets no more texts from any connection that is texted from it, and
        START, answered to the same number, takes it back.
      </p>
      {connections.length === 0 ? (
        <p class="quiet">There is no connection yet: add one first.</p>
      ) : (
        <PostForm action={portalPath("configureTexts")} class="stacked">
          <input type="hidden" name="revision" value={String(revisionOf(shown, "configuration"))} />
          <FormShows connections={connections} />
          {connections.map(({ id, name, isTexted }) => (
            <div key={id} class="field">
              <label for={numberField(id)}>{name}: phone number</label>
              <select id={numberField(id)} name={numberField(id)} disabled={!mayChange}>
                <option value="">None: its patients are not texted</option>
                <option value="texted" selected={isChosen(typed, id, isTexted)}>
                  {number ?? "The number, once there is one"}
                </option>
              </select>
            </div>
          ))}
          {mayChange && (
            <p class="actions">
              <Button weight="secondary">Save the configuration</Button>
            </p>
          )}
        </PostForm>
      )}
      {isLocked ? (
        <LockedBy stackFile={stackFile} by="sms.connections" />
      ) : !isAgreed ? (
        <p class="quiet">Both consents come first: they are for the connections that are ticked there.</p>
      ) : (
        !mayChange && (
          <GlobalAdministratorOnly
            says="Only a Global Administrator says which connections the consents are for."
            session={session}
            page={portalPath("texts")}
          />
        )
      )}
    </Card>
  );
}
