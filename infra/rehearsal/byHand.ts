/** What only a person can do beside `pulumi up`, with the text to paste; what a rehearsal cannot know is left to be filled in. */
import { z } from "zod";
import type { IntegrationRecord } from "../integration.ts";
import type { StackSettings } from "../stack.ts";
import { vaultNames } from "../stack.ts";
import { hasEdge } from "../stack/choices.ts";
import { graphPermissions } from "../components/permissions.ts";
import type { RehearsalResult } from "./report/result.ts";

type Task = RehearsalResult["byHand"][number];

const known = z.looseObject({
  integrationRecords: z.array(z.custom<IntegrationRecord>((value) => typeof value === "object")).catch([]),
  dns: z.array(z.looseObject({ name: z.string(), type: z.string(), value: z.string() })).catch([]),
});

const CLIENT_ID = "<client id>";

export function byHand(stack: StackSettings, outputs: unknown): RehearsalResult["byHand"] {
  const { integrationRecords, dns } = known.catch({ integrationRecords: [], dns: [] }).parse(outputs);
  return [
    ...consent(stack),
    ...accessPolicy(stack),
    ...integrationRecords.map(codeConsole),
    ...keyReaders(stack),
    ...secrets(stack),
    ...names(dns),
    ...tollFree(stack),
  ];
}

function consent(stack: StackSettings): readonly Task[] {
  if (stack.microsoft.consent === "granted") return [];
  const permissions = graphPermissions(stack).map(
    ({ value, kind }) => `${value} (${kind === "Role" ? "application" : "delegated"})`,
  );
  return [
    {
      title: "Consent in Entra",
      why: "Without it Graph refuses to open meetings. It needs an administrator of the directory, once after the first pulumi up.",
      text: [
        `https://login.microsoftonline.com/${stack.microsoft.tenantId}/adminconsent?client_id=${CLIENT_ID}`,
        `The client id stands in Entra under App registrations, ${displayNameOf(stack)}.`,
        "Permissions: " + permissions.join(", "),
      ].join("\n"),
    },
  ];
}

const displayNameOf = ({ tenant, environment }: StackSettings) =>
  ["Teams EHR connector", tenant, environment].join(" ");

function accessPolicy(stack: StackSettings): readonly Task[] {
  const organizers = [...new Set((stack.departments ?? []).map(({ organizer }) => organizer))];
  const policy = ["teams-ehr", stack.tenant, stack.environment].join("-");
  return [
    {
      title: "Application access policy in Teams",
      why: "Microsoft lets an application open meetings only for the accounts that such a policy names. It takes up to 30 minutes to work.",
      text: [
        "Connect-MicrosoftTeams",
        `New-CsApplicationAccessPolicy -Identity ${policy} -AppIds "${CLIENT_ID}" -Description "Opens the meetings of departments"`,
        ...(organizers.length > 0 ? organizers : ["<object id of a department's account>"]).map(
          (organizer) => `Grant-CsApplicationAccessPolicy -PolicyName ${policy} -Identity "${organizer}"`,
        ),
      ].join("\n"),
    },
  ];
}

function codeConsole(record: IntegrationRecord): Task {
  return {
    title: `Oracle's code console: ${record.name}`,
    why:
      record.clientId === null
        ? `The connection ${record.connection} waits for its registration; afterwards put the client id under connections[].provider.`
        : `The registration of ${record.connection} must say exactly these addresses.`,
    text: [
      "Persona: provider; SMART version: v1; FHIR version: R4",
      "SMART launch URL: " + record.launchUrl,
      "Redirect URL: " + record.redirectUrl,
      "JWKS URL: " + record.jwksUrl,
      "FHIR base URL: " + record.fhirBaseUrl,
      "Client id: " + (record.clientId ?? "<from the console>"),
    ].join("\n"),
  };
}

/** Behind an edge everybody reaches the published keys. */
function keyReaders(stack: StackSettings): readonly Task[] {
  const signs = vaultNames(stack).keys.length > 0;
  if (hasEdge(stack) || !signs) return [];
  return [
    {
      title: "Oracle's way to the connector's keys",
      why: "Oracle reads the published keys to check the connector's signature, and this site answers only the addresses under network.allow.",
      text: "Ask Oracle from which addresses its authorization server reads a client's JWKS URL, and add them under network.allow.",
    },
  ];
}

function secrets(stack: StackSettings): readonly Task[] {
  const { secrets: secretNames } = vaultNames(stack);
  if (secretNames.length === 0) return [];
  return [
    {
      title: "Client secrets into the vault",
      why: "Oracle issues them to a person; no stack file and no state holds them.",
      text: secretNames
        .map(
          (name) =>
            `az keyvault secret set --vault-name <vault> --name ${name} --file <file with the secret>`,
        )
        .join("\n"),
    },
  ];
}

function names(
  dns: readonly { readonly name: string; readonly type: string; readonly value: string }[],
): readonly Task[] {
  if (dns.length === 0) return [];
  return [
    {
      title: "The hospital's DNS",
      why: "Front Door answers as the public host once the name leads there and is proved. In a rehearsal the values are invented; pulumi stack output dns has the real ones.",
      text: dns.map(({ name, type, value }) => [name, type, value].join("  ")).join("\n"),
    },
  ];
}

function tollFree({ number, numbers, organization }: StackSettings): readonly Task[] {
  if (number === undefined || numbers !== "stack" || number.verification === "approved") return [];
  return [
    {
      title: "Toll-free verification",
      why: "Carriers block texts of a toll-free number until its use is verified, which takes weeks.",
      text: [
        "Azure portal: the Communication Services resource, Regulatory documents, Toll-free verification",
        "Use case: appointment reminders to patients of " + organization.name,
        "Opt-in: at registration; opt-out by STOP, help by HELP",
      ].join("\n"),
    },
  ];
}
