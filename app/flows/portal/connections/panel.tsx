/** The panel of one connection beside the list: what it is, how it stands, and what can be done. */
import type { SignInEndpoints } from "../../../ports/ehr.ts";
import type { Standing } from "../../../records/standings.ts";
import type { PortalSession } from "../../../records/portalSessions.ts";
import type { ConfiguredClient } from "../../../domain/hospital.ts";
import { VAULT_KEYS } from "../../../domain/vaultKeyNames.ts";
import { Button, ButtonLink, DefinitionList, Notice } from "../../../web/components.tsx";
import { portalPath } from "../addresses.ts";
import type { PortalClient, PortalConnection } from "../../../records/portalConnections.ts";
import { ComparisonTable } from "../comparisonTable.tsx";
import { GlobalAdministratorOnly } from "../globalAdministrator.tsx";
import { Icon } from "../icon.tsx";
import type { Clearing } from "./clearing.ts";
import { ClearingNotice } from "./clearingNotice.tsx";
import { OBSTACLES } from "./obstacles.ts";
import { ConnectionState, ENVIRONMENTS } from "./listPage.tsx";
import type { ConnectionRow } from "./rows.ts";
import { PostForm } from "../postForm.tsx";

export interface Shown {
  readonly row: ConnectionRow;
  /** The query of its address, which says which part of the list is beside it. */
  readonly on: string;
  readonly session: PortalSession;
  readonly stackFile: string;
  /** What is written to the chart, in words. */
  readonly writes: string;
  readonly standing: Standing | undefined;
  /** The sign-in addresses that were found first, and are the accepted ones. */
  readonly pinned: SignInEndpoints | undefined;
  /** What is still needed to turn a production connection on. */
  readonly clearing: Clearing;
  /** Whether the stack file allows a Global Administrator to turn it on without a test visit. */
  readonly isOverrideAllowed: boolean;
  /** The reason that was given for that and not taken; empty where none was. */
  readonly reason: string;
  /** What the portal keeps of a connection that the stack file has taken over. */
  readonly before?: PortalConnection;
  /** The ids of the changes of it that wait for a second person. */
  readonly waiting: readonly string[];
  /** Whether the set-up of the whole hospital is over. */
  readonly isSetUpOver: boolean;
  /** What was not done, and why not. */
  readonly refusal?: { readonly title: string; readonly says: string };
}

export function PanelCommands({ row, on }: Pick<Shown, "row" | "on">) {
  const { owner, id } = row;
  if (owner.kind === "stack") return undefined;
  const { value, revision } = owner.setting;
  const mayBeOn = value.environment === "test" || value.cleared !== undefined;
  return (
    <>
      <ButtonLink href={portalPath("connectionForm", id) + on} weight="quiet">
        <Icon name="edit" /> Edit
      </ButtonLink>
      {(value.enabled || mayBeOn) && (
        <PostForm action={portalPath("switchConnection", id) + on}>
          <input type="hidden" name="revision" value={String(revision)} />
          <Button weight="quiet" name="turn" value={value.enabled ? "off" : "on"}>
            <Icon name="power" /> {value.enabled ? "Turn off" : "Turn on"}
          </Button>
        </PostForm>
      )}
      <ButtonLink href={portalPath("connectionRemoval", id) + on} weight="quiet">
        <Icon name="remove" /> Remove
      </ButtonLink>
    </>
  );
}

export function PanelContent(shown: Shown) {
  const { row, standing, refusal } = shown;
  const { owner } = row;
  const failing = standing === undefined ? undefined : standing.obstacle;
  const isOn = row.status.word !== "Off" && row.status.word !== "Not allowed yet";
  return (
    <>
      {refusal !== undefined && (
        <Notice kind="warning" title={refusal.title}>
          <p>{refusal.says}</p>
        </Notice>
      )}
      {shown.waiting.map((id) => (
        <Notice key={id} kind="info" title="A change waits for a second person">
          <p>
            <a href={portalPath("proposal", id)}>Look at the change that waits</a>. Until it is approved, the
            connection stays as it is here.
          </p>
        </Notice>
      ))}
      {owner.kind === "stack" && (
        <Notice kind="info" title="Locked: the stack file says it">
          <p>
            Change it in <code>{shown.stackFile}</code>, under <code>connections[{owner.index}]</code>, and
            run pulumi up.
          </p>
          {shown.before !== undefined && (
            <>
              <p>
                It was made here before, as {shown.before.name} at {shown.before.fhirBaseUrl}. That is kept
                and not used: it counts again where the stack file leaves the connection out.
              </p>
              <p>
                <a href={portalPath("connectionRemoval", row.id) + shown.on}>Remove what is kept here</a>
              </p>
            </>
          )}
        </Notice>
      )}
      <p>
        <ConnectionState {...row} />
      </p>
      {isOn && failing !== undefined && (
        <Notice kind="error" title={OBSTACLES[failing].title}>
          <p>{OBSTACLES[failing].next}</p>
        </Notice>
      )}
      <ClearingNotice {...shown} />
      <h3>Connection</h3>
      <DefinitionList
        entries={[
          ["Environment", ENVIRONMENTS[row.environment]],
          ["FHIR base URL", row.fhirBaseUrl],
          ["Id", row.id],
          ["Provider client", clientWords(clientsOf(row).provider)],
          ["System client", clientWords(clientsOf(row).system)],
          ["Visit types", visitTypesOf(row).join(", ")],
          ["Written to the chart", shown.writes],
        ]}
      />
      <p class="actions">
        <ButtonLink
          href={portalPath("integrationRecords", row.id)}
          weight={clientsOf(row).provider === undefined ? "primary" : "secondary"}
        >
          Integration records for Oracle
        </ButtonLink>
      </p>
      <SignInAddresses {...shown} />
      {!shown.isSetUpOver && (
        <p class="actions">
          <ButtonLink href={portalPath("setUp")} weight="secondary">
            Go on with the set-up
          </ButtonLink>
        </p>
      )}
    </>
  );
}

function clientsOf({ owner }: ConnectionRow) {
  return owner.kind === "stack" ? owner.connection : owner.setting.value;
}

const visitTypesOf = ({ owner }: ConnectionRow): readonly string[] =>
  owner.kind === "stack" ? owner.connection.visitTypes : owner.setting.value.visitTypes;

function clientWords(client: ConfiguredClient | PortalClient | undefined): string {
  if (client === undefined) return "Awaiting registration";
  const { clientId, authentication } = client;
  if (authentication.method === "client_secret_basic") return clientId + ", by a client secret";
  const key = "key" in authentication ? authentication.key : VAULT_KEYS.portalConnections;
  return clientId + ", by the key " + key;
}

const ENDS = [
  ["issuer", "Issuer"],
  ["authorizationEndpoint", "Clinicians sign in at"],
  ["tokenEndpoint", "Tokens come from"],
  ["jwksUri", "Key set of the server"],
] as const;

function SignInAddresses({ row, on, session, standing, pinned }: Shown) {
  const changed = standing?.ok === false ? standing.changed : undefined;
  return (
    <>
      <h3>Sign-in addresses found</h3>
      {changed !== undefined ? (
        <>
          <p>
            The server names other addresses than it did at first. Nobody signs in until a Global
            Administrator has approved them. Ask Oracle before you do.
          </p>
          <ComparisonTable
            label="Changed sign-in addresses"
            heads={["Address", "Found first", "Named now"]}
            rows={ENDS.map(([end, says]) => {
              const [first, now] = [changed.before[end] ?? "–", changed.now[end] ?? "–"];
              return [says, first, first === now ? now : now + " (changed)"];
            })}
          />
          {session.rights.includes("decide") ? (
            <PostForm action={portalPath("approveSignIn", row.id) + on}>
              <input type="hidden" name="addresses" value={JSON.stringify(changed.now)} />
              <Button weight="danger">Approve the new addresses</Button>
            </PostForm>
          ) : (
            <GlobalAdministratorOnly
              says="Only a Global Administrator can approve them."
              session={session}
              page={portalPath("connection", row.id) + on}
            />
          )}
        </>
      ) : pinned === undefined ? (
        <p class="quiet">None yet: they are kept when the connection is on and its server answers.</p>
      ) : (
        <>
          <DefinitionList entries={ENDS.map(([end, says]) => [says, pinned[end] ?? "Not named"])} />
          <p class="quiet">
            These are in force. Other ones are an alarm until a Global Administrator approves them here.
          </p>
        </>
      )}
    </>
  );
}
