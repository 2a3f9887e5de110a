/**
 * Writes what administrators have set in the portal as a fragment of a stack file. If it is pasted there, the stack file takes
 * it over.
 */
import type { ConfiguredConnection } from "../../../domain/hospital.ts";
import type { MessageRules } from "../../../domain/messages.ts";
import { VAULT_KEYS } from "../../../domain/vaultKeyNames.ts";
import type { PortalClient, PortalConnection } from "../../../records/portalConnections.ts";
import type { PortalDepartment } from "../../../records/portalDepartments.ts";
import { rulesIn, type PortalMessages } from "../../../records/portalMessages.ts";
import type { Setting } from "../../../records/settings.ts";
import type { Persona } from "./form.ts";
import { besideConnections, text, type SetBeside } from "./fragmentOfTexts.ts";

/** What administrators have set, as far as a stack file can say it. */
export interface SetHere {
  readonly connections: readonly Setting<PortalConnection>[];
  readonly departments: readonly Setting<PortalDepartment>[];
  readonly messages: PortalMessages | undefined;
  readonly beside: SetBeside;
}

/** What the stack file says already. */
export interface SaidThere {
  readonly stackFile: string;
  readonly messages: MessageRules;
  readonly connections: readonly Pick<ConfiguredConnection, "id" | "messages">[];
  readonly isTakenOver: (setting: Setting<PortalConnection>) => boolean;
}

/**
 * The connections of a stack file are always on, so those that are off are left out, as are those that it already has;
 * comments name all that are left out.
 */
export function stackFragment(
  { connections: settings, departments, messages: kept = {}, beside }: SetHere,
  there: SaidThere,
): string {
  const { stackFile, isTakenOver } = there;
  const { messages, said } = leftOf(kept, there);
  const messagesOf = (id: string) => messages.connections?.find(({ connection }) => connection === id);
  const taken = settings.filter(isTakenOver);
  const own = settings.filter((setting) => !taken.includes(setting));
  const on = own.filter(({ value }) => value.enabled);
  const off = own.filter(({ value }) => !value.enabled);
  const isLeftOut = ({ value }: Setting<PortalDepartment>) => off.some(({ id }) => id === value.connection);
  const without = departments.filter(isLeftOut);
  const others = (messages.connections ?? []).filter((one) => !on.some(({ id }) => id === one.connection));
  const exported = departments.filter((one) => !without.includes(one));
  const known = new Set([...there.connections, ...on].map(({ id }) => id));
  const { notes, lines } = besideConnections(beside, known);
  const set = [
    // A stack file's lists have an entry at least.
    ...(on.length === 0 ? [] : ["    connections:"]),
    ...on.flatMap((setting) => [...connection(setting), ...ofConnection(messagesOf(setting.id))]),
    ...(exported.length === 0 ? [] : ["    departments:", ...exported.flatMap(department)]),
    ...ofAll(messages),
    ...lines,
  ];
  return [
    "# What administrators have set in the portal, as a fragment of a stack file.",
    `# Put what stands below into ${stackFile}, each beside what is there, and run pulumi up.`,
    "# From then on the stack file says it, and the portal shows it locked. Launches go on: ids and addresses stay.",
    ...off.map(
      ({ id, value }) => `# Off in the portal, and therefore left out: ${id} (${text(value.name)}).`,
    ),
    ...taken.map(
      ({ id, value }) =>
        `# In the stack file already, and therefore left out: ${id} (${text(value.name)}). Remove it in the portal.`,
    ),
    ...said.map((key) => `# In the stack file already, and therefore left out: messages.${key}.`),
    ...without.map(
      ({ id, value }) =>
        `# Its connection is off, and it is therefore left out: department ${id} (${text(value.name)}).`,
    ),
    ...others.map(
      (one) => `# Put it under the connection ${one.connection}: messages: ${JSON.stringify(rulesOf(one))}.`,
    ),
    ...notes,
    "config:",
    "  teams-ehr-connector:connector:" + (set.length === 0 ? " {}" : ""),
    ...set,
    "",
  ].join("\n");
}

/** What was set of messages, without what the stack file says by now: that is used, and must not be pasted over. */
function leftOf(
  { connections = [], ...ofAll }: PortalMessages,
  { messages: rules, connections: ofStack }: Pick<SaidThere, "connections" | "messages">,
): { readonly messages: PortalMessages; readonly said: readonly string[] } {
  const keyOf = (member: string) => (member === "allHours" ? "hours" : member);
  const isSaid = ([member]: readonly [string, unknown]) => keyOf(member) in rules;
  const set = Object.entries(ofAll);
  const left = connections.flatMap(({ connection, kinds, remindMinutesBefore }) => {
    const said = ofStack.find(({ id }) => id === connection)?.messages ?? {};
    const reminds = said.remindMinutesBefore === undefined && said.kinds?.includes("reminder") !== false;
    const own = {
      connection,
      ...(kinds !== undefined && said.kinds === undefined && { kinds }),
      ...(remindMinutesBefore !== undefined && reminds && { remindMinutesBefore }),
    };
    return Object.keys(own).length > 1 ? [own] : [];
  });
  return {
    messages: { ...Object.fromEntries(set.filter((one) => !isSaid(one))), connections: left },
    said: [...new Set(set.filter(isSaid).map(([member]) => keyOf(member)))],
  };
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
    ...writes(value.writeBack),
  ];
}

function writes({ links, status }: NonNullable<PortalConnection["writeBack"]> = {}): readonly string[] {
  if (links === undefined && status === undefined) return [];
  return [
    "        writeBack:",
    ...(links === undefined ? [] : [`          links: ${String(links)}`]),
    ...(status === undefined ? [] : ["          status:"]),
    ...Object.entries(status ?? {}).map(([name, is]) => `            ${name}: ${String(is)}`),
  ];
}

type OfConnection = NonNullable<PortalMessages["connections"]>[number];

const rulesOf = ({ connection: _, ...rules }: OfConnection) => rules;

function ofConnection(set: OfConnection | undefined): readonly string[] {
  if (set === undefined) return [];
  const { kinds, remindMinutesBefore } = set;
  return [
    "        messages:",
    ...(kinds === undefined ? [] : [`          kinds: [${kinds.join(", ")}]`]),
    ...(remindMinutesBefore === undefined
      ? []
      : [`          remindMinutesBefore: [${remindMinutesBefore.join(", ")}]`]),
  ];
}

function ofAll(set: PortalMessages): readonly string[] {
  const { aheadDays, hours, byMail, words } = rulesIn(set);
  const lines = [
    ...(aheadDays === undefined ? [] : [`      aheadDays: ${String(aheadDays)}`]),
    ...(hours === undefined
      ? []
      : hours === "always"
        ? ["      hours: always"]
        : [`      hours: { from: ${text(hours.from)}, to: ${text(hours.to)} }`]),
    ...(byMail === undefined ? [] : [`      byMail: ${String(byMail)}`]),
    ...(words === undefined ? [] : ["      words:"]),
    ...(words ?? []).flatMap((one) => [
      `        - kind: ${one.kind}`,
      `          language: ${one.language}`,
      `          text: ${text(one.text)}`,
    ]),
  ];
  return lines.length === 0 ? [] : ["    messages:", ...lines];
}

function department({ id, value }: Setting<PortalDepartment>): readonly string[] {
  const { name, nameEs, nameInTexts, phone, timeZone, lobby, locations, organizers } = value;
  return [
    `      - id: ${text(id)}`,
    `        name: ${text(name)}`,
    ...(nameEs === undefined ? [] : [`        nameEs: ${text(nameEs)}`]),
    ...(nameInTexts === undefined ? [] : [`        nameInTexts: ${String(nameInTexts)}`]),
    `        phone: ${text(phone)}`,
    `        timeZone: ${text(timeZone)}`,
    `        connection: ${text(value.connection)}`,
    `        locations: [${locations.map(text).join(", ")}]`,
    `        organizers: [${organizers.map(text).join(", ")}]`,
    `        lobby: ${lobby}`,
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
