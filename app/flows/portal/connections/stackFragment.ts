/** The portal's connections as a fragment of a stack file: pasted there, the stack file takes them over. */
import { VAULT_KEYS } from "../../../domain/vaultKeyNames.ts";
import type { PortalClient, PortalConnection } from "../../../records/portalConnections.ts";
import type { Setting } from "../../../records/settings.ts";
import type { Persona } from "./form.ts";

/** A stack file's connections are on, so those that are off are left out, as are those that it has; all are named. */
export function stackFragment(
  settings: readonly Setting<PortalConnection>[],
  stackFile: string,
  isTakenOver: (setting: Setting<PortalConnection>) => boolean,
): string {
  const taken = settings.filter(isTakenOver);
  const own = settings.filter((setting) => !taken.includes(setting));
  const on = own.filter(({ value }) => value.enabled);
  const off = own.filter(({ value }) => !value.enabled);
  return [
    "# What administrators have set in the portal, as a fragment of a stack file.",
    `# Put the list below into ${stackFile}, under connections, beside those that are there, and run pulumi up.`,
    "# From then on the stack file says it, and the portal shows it locked. Launches go on: ids and addresses stay.",
    ...off.map(
      ({ id, value }) => `# Off in the portal, and therefore left out: ${id} (${text(value.name)}).`,
    ),
    ...taken.map(
      ({ id, value }) =>
        `# In the stack file already, and therefore left out: ${id} (${text(value.name)}). Remove it in the portal.`,
    ),
    "config:",
    "  teams-ehr-connector:connector:",
    on.length === 0 ? "    connections: []" : "    connections:",
    ...on.flatMap(connection),
    "",
  ].join("\n");
}

function connection({ id, value }: Setting<PortalConnection>): readonly string[] {
  const { name, fhirBaseUrl, environment, visitTypes } = value;
  return [
    `      - id: ${text(id)}`,
    `        name: ${text(name)}`,
    `        fhirBaseUrl: ${text(fhirBaseUrl)}`,
    `        environment: ${environment}`,
    ...client(id, "provider", value.provider),
    ...client(id, "system", value.system),
    `        visitTypes: [${visitTypes.map(text).join(", ")}]`,
  ];
}

function client(id: string, persona: Persona, said: PortalClient | undefined): readonly string[] {
  if (said === undefined) return [`        # ${persona}: awaits its registration at Oracle.`];
  const { clientId, authentication } = said;
  const start = [
    `        ${persona}:`,
    `          clientId: ${text(clientId)}`,
    "          authentication:",
    `            method: ${authentication.method}`,
  ];
  if (authentication.method === "private_key_jwt")
    return [
      ...start,
      "            # The portal's own key, which Oracle knows already: keep it.",
      `            key: ${VAULT_KEYS.portalConnections}`,
      "            algorithm: RS384",
    ];
  const secret = `${id}-${persona}`;
  return [
    ...start,
    "            # The portal cannot show the secret that it keeps. Before pulumi up, put the one that Oracle issued into",
    `            # the vault by this name: az keyvault secret set --vault-name <vault> --name ${secret} --file <file>`,
    `            secret: ${secret}`,
  ];
}

/** A string of JSON is one of YAML, too, and stays on its line in a comment, where YAML knows two more ends of a line. */
const text = (value: string): string =>
  JSON.stringify(value).replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");
