/** The connections that administrators have made in the portal; those of the stack file are not among them. */
import * as z from "zod";
import { audienceOf, fhirBaseUrl as judged } from "../domain/fhirBaseUrl.ts";
import { connectionSchema, type ConfiguredClient, type ConfiguredConnection } from "../domain/hospital.ts";
import { VAULT_KEYS } from "../domain/vaultKeyNames.ts";
import { settingKind } from "./settingKind.ts";

/**
 * A registration as the portal keeps it: it authenticates with the deployment's own key, or with a secret that is sealed
 * here.
 */
const portalClient = z.object({
  clientId: z.string(),
  authentication: z.discriminatedUnion("method", [
    z.object({ method: z.literal("private_key_jwt") }),
    z.object({ method: z.literal("client_secret_basic"), sealedSecret: z.string() }),
  ]),
});

const { name, fhirBaseUrl, environment } = connectionSchema.shape;

const connectionValue = z
  .object({
    name,
    fhirBaseUrl,
    environment,
    provider: portalClient.exactOptional(),
    system: portalClient.exactOptional(),
    visitTypes: z.array(z.string()),
    /** What is left out means the same as in a stack file that does not say it. */
    writeBack: z
      .object({
        links: z.boolean().exactOptional(),
        status: z
          .object({ arrived: z.boolean(), checkedIn: z.boolean(), fulfilled: z.boolean() })
          .exactOptional(),
      })
      .exactOptional(),
    /** Launches are accepted only while the connection is on. */
    enabled: z.boolean(),
    /** Why a production connection may be on. */
    cleared: z
      .discriminatedUnion("by", [
        z.object({ by: z.literal("visit"), connectionId: z.string(), at: z.iso.datetime() }),
        z.object({ by: z.literal("promotion"), stack: z.string(), record: z.string(), at: z.iso.datetime() }),
        z.object({ by: z.literal("override"), reason: z.string(), at: z.iso.datetime() }),
      ])
      .exactOptional(),
  })
  .meta({
    description:
      "name, FHIR base URL, environment, client ids, sealed secrets, visit types, what is written to the chart, whether it is on, and why it may be",
  });

export type PortalConnection = z.output<typeof connectionValue>;
export type PortalClient = z.output<typeof portalClient>;

export const portalConnections = settingKind({
  name: "connection",
  what: "a connection that was made in the portal",
  value: connectionValue,
  hidden: ["provider.authentication.sealedSecret", "system.authentication.sealedSecret"],
});

/** What a client secret is sealed for: it cannot be opened from another connection's row. */
export const secretContext = (connectionId: string, persona: "provider" | "system") =>
  ["client secret", connectionId, persona].join(" ");

/**
 * The connection as flows know it; undefined while it is off, or where its base URL is invalid by the rules of this release.
 * @param loopback allows plain http and loopback addresses, on a laptop only
 */
export function configuredOf(
  id: string,
  value: PortalConnection,
  loopback: boolean,
): ConfiguredConnection | undefined {
  const verdict = judged(value.fhirBaseUrl, { loopback });
  if (!value.enabled || !verdict.ok) return undefined;
  const { name, environment, visitTypes, writeBack, provider, system } = value;
  return {
    id,
    name,
    environment,
    visitTypes,
    ...(writeBack !== undefined && { writeBack }),
    fhirBaseUrl: verdict.url,
    aud: audienceOf(value.fhirBaseUrl, verdict.url),
    ...(provider && { provider: clientOf(provider, secretContext(id, "provider")) }),
    ...(system && { system: clientOf(system, secretContext(id, "system")) }),
  };
}

function clientOf({ clientId, authentication }: PortalClient, context: string): ConfiguredClient {
  return {
    clientId,
    authentication:
      authentication.method === "private_key_jwt"
        ? { method: "private_key_jwt", key: VAULT_KEYS.portalConnections, algorithm: "RS384" }
        : { method: "client_secret_basic", sealed: authentication.sealedSecret, context },
  };
}
