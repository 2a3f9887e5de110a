/**
 * Puts the in-memory Entra and Graph into the state in which each recording found the real ones: the connector's registration,
 * its credential, and the organizer's meetings.
 */
import { TELEHEALTH_CARDIOLOGY } from "../../app/sandbox/microsoft/people.ts";
import type { Cloud } from "../../infra/rehearsal/azure/controlPlane/model.ts";
import { lastSegment } from "../../infra/rehearsal/azure/controlPlane/ids.ts";
import { listAt, textAt } from "../../infra/rehearsal/azure/controlPlane/json.ts";
import { APPLICATION, serviceOf } from "../../infra/rehearsal/azure/entra/applications.ts";
import { PUBLISHED } from "../../infra/rehearsal/azure/entra/directory.ts";
import { principalIn } from "../../infra/rehearsal/azure/entra/principals.ts";
import type { Azure } from "../../infra/rehearsal/startInMemoryAzure.ts";
import { PIPELINE } from "../../infra/rehearsal/planes/vendors/directory.ts";
import type { Ask, Before } from "./before.ts";

/** The client id of the registration with whose tokens Graph is asked. */
export const CONNECTOR = "0c1f7a52-0000-4000-8000-00000000d00d";
const SERVICE = "0c1f7a52-0000-4000-8000-00000000d00e";
export const MEETINGS_ROLE = "OnlineMeetings.ReadWrite.All";

/** Makes the registration, with an administrator's consent to the role for meetings. */
export function putRegistration(cloud: Cloud): void {
  const put = (id: string, token: string, properties: Readonly<Record<string, string>>) => {
    cloud.put({ id, token, name: lastSegment(id), properties });
  };
  const graph = serviceOf(PUBLISHED.MicrosoftGraph, cloud);
  const role = listAt(graph?.properties, "appRoles").find((one) => textAt(one, "value") === MEETINGS_ROLE);
  put("/applications/" + CONNECTOR, APPLICATION, { clientId: CONNECTOR });
  cloud.put(principalIn("ServicePrincipal", SERVICE, CONNECTOR));
  put("/appRoleAssignments/meetings", "azuread:index/appRoleAssignment:AppRoleAssignment", {
    principalObjectId: SERVICE,
    resourceObjectId: graph?.name ?? "",
    appRoleId: textAt(role, "id") ?? "",
  });
}

/** Ids in the recordings. Each {@link Before} says what stands for them here. */
const THEIRS = "0c1f7a52-0000-4000-8000-00000000d001";
const THEIR_CLIENT = "0c1f7a52-0000-4000-8000-00000000d002";
const THEIR_MEETING = "MSoxKjAqMTk6bWVldGluZ19pbnZlbnRlZEB0aHJlYWQudjI=";

const inTenant: Before = (_ask, { cloud }) => Promise.resolve({ [THEIRS]: cloud.tenantId });

/** A token of the deployer's pipeline, or of another subject of the same issuer. */
const shown = ({ entra }: Azure, subject: string): Promise<string> => {
  const { issuer: iss, audience: aud } = PIPELINE;
  return entra.tokens.issue({ iss, sub: subject, aud }, 600);
};

/** The recorded client had a secret. The stand-in has none, so the pipeline's token proves the client instead. */
const proved: Before = async (_ask, azure) => ({
  [THEIRS]: azure.cloud.tenantId,
  [THEIR_CLIENT]: azure.cloud.deployer.clientId,
  "client_secret=an-invented-secret": new URLSearchParams({
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    client_assertion: await shown(azure, PIPELINE.subject),
  }).toString(),
  "https%3A%2F%2Fsanitized%2F": encodeURIComponent("https://vault.azure.net/.default"),
});

const ofAnother: Before = async (_ask, azure) => ({
  [THEIRS]: azure.cloud.tenantId,
  [THEIR_CLIENT]: azure.cloud.deployer.clientId,
  INVENTED: await shown(azure, "somebody-else"),
});

const organized = async (ask: Ask): Promise<Readonly<Record<string, string>>> => {
  const path = `/v1.0/users/${TELEHEALTH_CARDIOLOGY}/onlineMeetings`;
  const made = await ask({ method: "POST", path, body: { subject: "Visit" } });
  const { id } = (await made.json()) as { readonly id: string };
  return { [THEIRS]: TELEHEALTH_CARDIOLOGY, [THEIR_MEETING]: id };
};

const withoutPolicy: Before = async (ask, { entra }) => {
  const stands = await organized(ask);
  entra.tenant.faults.set({ accessPolicy: "missing-forbidden" });
  return stands;
};

export const BEFORE_DIRECTORY: Readonly<Record<string, Before>> = {
  "entra-openid-configuration": inTenant,
  "entra-token": proved,
  "entra-federated-subject-mismatch": ofAnother,
  "graph-meeting-bad-request": organized,
  "graph-meeting-no-access-policy": withoutPolicy,
  "graph-meeting-patch-not-updatable": organized,
};
