/** Shows both consents in the document's wording: who gave them, when, to which wording, and for which connections. */
import type { ComponentChildren } from "preact";
import { isForStaffAlone } from "../../../domain/defaults.ts";
import type { Environment } from "../../../domain/environment.ts";
import { CONSENT_WORDS, CONSENT_WORDS_VERSION, type ConsentName } from "../../../domain/textConsents.ts";
import type { PortalSession } from "../../../records/portalSessions.ts";
import { Button, Card, DefinitionList } from "../../../web/components.tsx";
import { portalPath } from "../addresses.ts";
import { FormShows } from "./formShown.tsx";
import { GlobalAdministratorOnly } from "../globalAdministrator.tsx";
import type { Names } from "../people.tsx";
import { Status } from "../status.tsx";
import type { TextsShown } from "./asSet.ts";
import { connectionField, isChosen, revisionOf, typedBy } from "./typed.ts";
import { PostForm } from "../postForm.tsx";

type Props = TextsShown & { readonly session: PortalSession };

const NAMES = Object.keys(CONSENT_WORDS) as ConsentName[];

export function Consents(props: Props) {
  const { said, setting, connections, environment } = props;
  const given = said?.consents ?? setting?.value.consents;
  const withNumber = connections.filter(({ isTexted }) => isTexted);
  const texted = withNumber.filter(({ isOn }) => isOn);
  return (
    <Card title="SMS notifications">
      <p>
        <Status tone={texted.length > 0 ? "good" : "calm"}>{texted.length > 0 ? "On" : "Off"}</Status>{" "}
        {withNumber.length > 0
          ? textedWords(withNumber, environment)
          : given === undefined
            ? "No patient is texted until a Global Administrator has agreed to both consents. Texts are optional."
            : "Both consents are given. No patient is texted, because no connection is linked to the number."}
      </p>
      {texted.length > 0 && <NotYet {...props} />}
      {texted.length > 0 && given === undefined && environment === "local" && (
        <p class="quiet">
          This is a laptop, whose patients are invented, so nobody needed to agree. A deployment needs both
          consents.
        </p>
      )}
      {given !== undefined && (
        <DefinitionList
          entries={NAMES.map((name) => [
            CONSENT_WORDS[name],
            <Given key={name} {...given[name]} names={props.names} />,
          ])}
        />
      )}
      {said === undefined ? <Form {...props} isGiven={given !== undefined} /> : <Locked {...props} />}
    </Card>
  );
}

/** What stands between those who are texted and the texts that are agreed to. A test deployment never goes live. */
function NotYet({
  number,
  verification,
  isLive,
  environment,
}: Pick<Props, "number" | "verification" | "isLive" | "environment">) {
  const missing = [
    number === undefined
      ? "there is a number"
      : verification !== "approved" && "the carriers have approved the number",
    !isLive && environment !== "test" && "texts are live",
  ].filter((one) => one !== false);
  if (missing.length === 0) return null;
  return <p>None is sent to them until {missing.join(" and ")}: see below.</p>;
}

/** Whose patients are texted now, where listed staff alone are, and whose once their connection is on. */
export function textedWords(withNumber: TextsShown["connections"], environment: Environment): string {
  const on = withNumber.filter(({ isOn }) => isOn);
  const staffs = on.filter((one) => isForStaffAlone(environment, one));
  const patients = on.filter((one) => !staffs.includes(one));
  const off = withNumber.filter(({ isOn }) => !isOn);
  const why = environment === "test" ? "it is a test deployment" : hasTestChart(staffs.length);
  return [
    patients.length > 0 && `Patients of ${namesIn(patients)} are texted.`,
    staffs.length > 0 && `Of ${namesIn(staffs)} listed staff alone are texted, always: ${why}.`,
    off.length > 0 &&
      `Patients of ${namesIn(off)} are texted once ${off.length === 1 ? "it is" : "they are"} on.`,
  ]
    .filter(Boolean)
    .join(" ");
}

const hasTestChart = (count: number) => (count === 1 ? "it has a test chart" : "they have test charts");
const namesIn = (connections: TextsShown["connections"]) => connections.map(({ name }) => name).join(", ");

/** The consents as the stack file has them, with the key that sets them. */
function Locked({ connections, stackFile }: Props) {
  return (
    <>
      <Ticks
        legend="Consents"
        says={<LockedBy stackFile={stackFile} by="sms.consents" />}
        of={NAMES.map((name) => ({ name, label: CONSENT_WORDS[name], isTicked: true }))}
        isLocked
      />
      <Ticks
        legend={TEXTED}
        says={<LockedBy stackFile={stackFile} by="sms.connections" />}
        of={connections.map(({ id, name, isTexted }) => ({
          name: connectionField(id),
          label: name,
          isTicked: isTexted,
        }))}
        isLocked
      />
    </>
  );
}

export const LockedBy = ({ stackFile, by }: { readonly stackFile: string; readonly by: string }) => (
  <p class="quiet">
    Locked: change it in <code>{stackFile}</code>, under <code>{by}</code>, and run pulumi up.
  </p>
);

const TEXTED = "FHIR connections whose patients are texted";

interface Tick {
  readonly name: string;
  readonly label: string;
  readonly isTicked: boolean;
}

function Ticks(props: {
  readonly legend: string;
  readonly says?: ComponentChildren;
  readonly of: readonly Tick[];
  readonly isLocked?: boolean;
}) {
  const { legend, says, of, isLocked = false } = props;
  return (
    <fieldset class="field" disabled={isLocked}>
      <legend>{legend}</legend>
      {says}
      <div class="picks">
        {of.map(({ name, label, isTicked }) => (
          <label key={name} class="pick">
            <input type="checkbox" name={name} value="yes" checked={isTicked} /> {label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** The object ids of those who gave the consents that count. */
export const givenBy = ({ said, setting }: Pick<TextsShown, "said" | "setting">): readonly string[] =>
  Object.values(said?.consents ?? setting?.value.consents ?? {}).map(({ by }) => by);

function Given(consent: {
  readonly by: string;
  readonly at: string;
  readonly words?: number;
  readonly names: Names;
}) {
  const { by, at, words, names } = consent;
  return (
    <>
      Agreed to by {names.get(by) ?? "somebody whose name is not known"} (<code>{by}</code>) on{" "}
      {at.slice(0, 10)}
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

function Form({ isGiven, ...shown }: Props & { readonly isGiven: boolean }) {
  const { session, setting, connections } = shown;
  const typed = typedBy(shown, "consents");
  if (!session.rights.includes("decide"))
    return (
      <GlobalAdministratorOnly
        says="Only a Global Administrator agrees to texts, or takes that back."
        session={session}
        page={portalPath("texts")}
      />
    );
  return (
    <>
      <PostForm action={portalPath("agreeToTexts")} class="stacked">
        <input type="hidden" name="revision" value={String(revisionOf(shown, "consents"))} />
        <FormShows connections={connections} />
        <Ticks
          legend="Consents"
          of={NAMES.map((name) => ({
            name,
            label: CONSENT_WORDS[name],
            isTicked: typed?.field(name) === "yes",
          }))}
        />
        <Ticks
          legend={TEXTED}
          says={
            <p class="quiet">
              {connections.length === 0
                ? "There is no connection yet: add one first."
                : "Those that the consents are for. Which number they are texted from is below, under SMS configuration."}
            </p>
          }
          of={connections.map(({ id, name, isTexted }) => ({
            name: connectionField(id),
            label: name,
            isTicked: isChosen(typed, id, isTexted || connections.length === 1),
          }))}
        />
        <p class="actions">
          <Button>{isGiven ? "Agree anew" : "Agree, and turn texts on"}</Button>
        </p>
      </PostForm>
      {isGiven && (
        <PostForm action={portalPath("withdrawTexts")} class="actions">
          <input type="hidden" name="revision" value={String(setting?.revision ?? 0)} />
          <Button weight="danger">Take the consents back: no more texts</Button>
        </PostForm>
      )}
    </>
  );
}
