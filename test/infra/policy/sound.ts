/** Two deployments that no rule refuses, as the program itself asks for them. */
import * as pulumi from "@pulumi/pulumi";
import { deployedStack } from "../../../infra/deployedStack.ts";
import { lamnaProduction, lamnaTest } from "../stacks.ts";
import { wholeProgram } from "../wholeProgram.ts";
import { add, edited, type Scene, type Sketch } from "./scene.ts";

async function sceneOf(stack: object): Promise<Scene> {
  const { resources: known } = await wholeProgram(stack);
  const said = deployedStack(new pulumi.Config("teams-ehr-connector"));
  const { resources: firstPreview } = await wholeProgram(stack, { preview: true });
  return { said, known: [...known], firstPreview: [...firstPreview] };
}

export const production = await sceneOf({
  ...lamnaProduction,
  microsoft: { ...lamnaProduction.microsoft, consent: "granted" },
});

/** A test deployment: no edge, no slot, one small instance, stores reached from its own network and listed addresses. */
export const trial = await sceneOf({
  ...lamnaTest,
  release: { site: "7e".repeat(32) },
  network: { mode: "restricted", allow: ["203.0.113.0/24"] },
  number: {},
});

/** Resources that rules are about and that the program does not make. */
const besides: readonly Sketch[] = [
  {
    type: "azure-native:keyvault:Secret",
    name: "secret",
    props: { properties: { contentType: "text/plain", attributes: { expires: 1_830_297_600 } } },
  },
  {
    type: "azure-native:web:WebAppHostNameBinding",
    name: "hostName",
    props: { hostName: "visits.lamna.example", sslState: "SniEnabled", thumbprint: "A1B2C3" },
  },
  {
    type: "azure-native:managedidentity:FederatedIdentityCredential",
    name: "pipeline",
    props: {
      issuer: "https://token.actions.githubusercontent.com",
      subject: "repo:lamna/deployments:environment:production",
      audiences: ["api://AzureADTokenExchange"],
    },
  },
  {
    type: "azure-native:authorization:RoleDefinition",
    name: "messageRole",
    props: {
      permissions: [{ actions: ["Microsoft.Communication/CommunicationServices/Read"], dataActions: [] }],
    },
  },
];

/** The production deployment with one of each of these resources. */
export const withOthers = edited(production, ...besides.map(add));
