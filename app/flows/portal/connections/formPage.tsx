/** The form for adding or editing a connection. It keeps what was typed, except for secrets. */
import { VAULT_KEYS } from "../../../domain/vaultKeyNames.ts";
import type { PortalSession } from "../../../records/portalSessions.ts";
import { Button, ButtonLink, Card, Notice } from "../../../web/components.tsx";
import { portalPath } from "../addresses.ts";
import type { PortalPages } from "../pages.tsx";
import { ChangedMeanwhile } from "../changedMeanwhile.tsx";
import { described, Frame, NothingSaved } from "../inputs.tsx";
import { isMerged, WaitingInForm, type InForm } from "../waitingInForm.tsx";
import { Choice, Lines, Text } from "./fields.tsx";
import { FIELDS, type Difference, type Persona, type Typed } from "./form.ts";
import type { ConnectionFaults, Judged } from "./judge.ts";
import { OBSTACLES } from "./obstacles.ts";
import { waitsAt } from "./waitsAt.ts";
import { Written } from "./written.tsx";
import { PostForm } from "../postForm.tsx";

export interface Form {
  readonly typed: Typed;
  /** Absent for a new one. */
  readonly editing?: {
    readonly id: string;
    readonly name: string;
    readonly revision: number;
    /** The values that are kept now. */
    readonly kept: Typed;
    /** The revision of the waiting change that this one replaces. */
    readonly instead: number | undefined;
  };
  readonly judged?: Extract<Judged, { readonly ok: false }>;
  /** What somebody else has changed meanwhile. */
  readonly differences?: readonly Difference[];
  readonly waiting?: InForm | undefined;
}

export function formPage(
  pages: PortalPages,
  session: PortalSession,
  deployment: "local" | "test" | "production",
  form: Form & { readonly on: string },
): string {
  const { typed, editing, judged, differences, on, waiting } = form;
  const faults = judged?.faults ?? {};
  const title = editing === undefined ? "Add a FHIR connection" : "Edit " + editing.name;
  const action =
    editing === undefined ? portalPath("addConnection") : portalPath("editConnection", editing.id) + on;
  const back = editing === undefined ? portalPath("connections") : portalPath("connection", editing.id) + on;
  const main = (
    <>
      <WaitingInForm what="connection" at={waitsAt(editing?.id ?? "")} inForm={waiting} />
      {differences === undefined ? (
        <Trouble faults={faults} judged={judged} />
      ) : (
        <Differences
          differences={differences}
          waitsAt={isMerged(waiting) ? waitsAt(editing?.id ?? "") : undefined}
        />
      )}
      <PostForm action={action} class="fields">
        {editing !== undefined && (
          <>
            <input type="hidden" name="revision" value={String(editing.revision)} />
            {editing.instead !== undefined && (
              <input type="hidden" name="instead" value={String(editing.instead)} />
            )}
            <input type="hidden" name="was" value={JSON.stringify(editing.kept)} />
          </>
        )}
        <Card title="The chart system">
          <Text
            field="fhirBaseUrl"
            {...{ typed, faults }}
            hint={
              editing?.kept.environment === "production"
                ? "Another address turns the connection off until it is allowed again."
                : "FHIR R4, as Oracle or your chart team names it."
            }
          />
          <Text field="name" {...{ typed, faults }} hint="The name that administrators know it by." />
          <Text
            field="id"
            {...{ typed, faults }}
            fixed={editing !== undefined}
            hint={
              editing === undefined
                ? "It becomes part of the redirect URL that Oracle registers. Left empty, it is made from the name."
                : "It is part of the redirect URL that Oracle registered, so it stays."
            }
          />
          <Choice
            field="environment"
            {...{ typed, faults }}
            choices={[
              ["test", "Test"],
              ["production", "Production"],
            ]}
            hint={
              deployment === "test"
                ? "A test deployment takes only test connections."
                : "A production connection stays off until it is allowed to be on."
            }
          />
          <Lines
            field="visitTypes"
            {...{ typed, faults }}
            hint="Appointment types that are video visits, one a line."
          />
        </Card>
        <Client
          persona="provider"
          title="Provider client: clinicians open visits"
          {...{ typed, faults, editing }}
        />
        <Client
          persona="system"
          title="System client: the connector by itself"
          {...{ typed, faults, editing }}
        />
        <Written {...{ typed, faults }} />
        <p class="actions">
          <Button>Done</Button>
          <ButtonLink href={back} weight="secondary">
            Cancel
          </ButtonLink>
        </p>
        <p class="quiet">Done asks the server whether it is a FHIR server with appointments and a sign-in.</p>
      </PostForm>
    </>
  );
  return pages({ session, at: "connections", title, main });
}

function Trouble({ faults, judged }: { faults: ConnectionFaults; judged: Form["judged"] }) {
  if (judged === undefined || (judged.probe === undefined && Object.keys(faults).length === 0)) return null;
  const { probe } = judged;
  if (probe === undefined) return <NothingSaved count={Object.keys(faults).length} />;
  const { title, next } = OBSTACLES[probe.obstacle];
  return (
    <Notice kind="error" title={title}>
      <p>Nothing was saved. What the check found: {probe.reason}.</p>
      <p>{next}</p>
    </Notice>
  );
}

/** `waitsAt`: address of the other one's change, where that waits for a second person. */
function Differences({
  differences,
  waitsAt: at,
}: {
  readonly differences: readonly Difference[];
  readonly waitsAt: string | undefined;
}) {
  return (
    <ChangedMeanwhile
      what="connection"
      title={at === undefined ? undefined : "Another change of this connection waits for a second person"}
      heads={
        at === undefined ? ["When you opened it", "Now", "You typed"] : ["As kept", "That waits", "You typed"]
      }
      rows={differences.map(({ field, was, now, mine = NOT_MINE }) => [FIELDS[field], was, now, mine])}
    >
      Nothing of yours was saved or lost: what you typed is in the form, and what only the other one changed
      is in it, too. Look it over, enter a new client secret again, and choose Done.
      {differences.length === 0 &&
        " None of these fields differs; it was turned on or off, or a secret was replaced."}
      {at !== undefined && (
        <>
          {" "}
          Done puts it in that change’s place. <a href={at}>Look at the change that waits</a>.
        </>
      )}
    </ChangedMeanwhile>
  );
}

const NOT_MINE = "Not changed by you";

function Client(props: {
  readonly persona: Persona;
  readonly title: string;
  readonly typed: Typed;
  readonly faults: ConnectionFaults;
  readonly editing: Form["editing"];
}) {
  const { persona, title, typed, faults, editing } = props;
  const secret = `${persona}Secret` as const;
  const isKept = editing?.kept[`${persona}Method`] === "secret" && editing.kept[`${persona}ClientId`] !== "";
  return (
    <Card title={title}>
      <Text
        field={`${persona}ClientId`}
        {...{ typed, faults }}
        hint="From Oracle’s code console. Leave it empty while the registration is awaited."
      />
      <Choice
        field={`${persona}Method`}
        {...{ typed, faults }}
        choices={[
          ["key", `The deployment’s key ${VAULT_KEYS.portalConnections} (private_key_jwt)`],
          ["secret", "A client secret"],
        ]}
        hint="How the connector proves itself to the authorization server."
      />
      <Frame
        id={secret}
        label="Client secret"
        fault={faults[secret]}
        hint={
          isKept
            ? "One is kept and never shown. Left empty, it stays, as long as the base URL does."
            : "Only where Oracle issued one. It is sealed when it is kept, and never shown again."
        }
      >
        <input
          id={secret}
          name={secret}
          type="password"
          autocomplete="new-password"
          {...described(secret, faults[secret])}
        />
      </Frame>
    </Card>
  );
}
