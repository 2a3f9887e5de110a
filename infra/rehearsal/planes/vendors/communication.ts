/**
 * Each Communication Services resource at its own host name: it has its own inventory, and is open to whoever holds the
 * role.
 */
import type { JWK } from "jose";
import { openCommunication } from "../../../../app/sandbox/communication/start.ts";
import type { CommunicationResource } from "../../../../app/sandbox/communication/start.ts";
import { issuer } from "../../../../app/sandbox/microsoft/entra/tenant.ts";
import { azure } from "../../azure/resourceTypes/require.ts";
import { rolesOn } from "../../azure/resourceTypes/roles.ts";
import { saidAt, textAt, textsAt } from "../../azure/controlPlane/json.ts";
import type { Cloud, CloudResource } from "../../azure/controlPlane/model.ts";
import type { Backend } from "../../front/hosts/front.ts";
import type { Parts } from "../parts.ts";

const OWNER = "Communication and Email Service Owner";

export interface Communication {
  readonly resolve: (host: string) => Backend | undefined;
  /** The stand-in of a resource, by the resource's ARM id. */
  standIn(id: string): Promise<CommunicationResource>;
}

export function communication({ cloud, tenant }: Pick<Parts, "cloud" | "tenant">): Communication {
  const opened = new Map<string, Promise<CommunicationResource>>();

  const open = (id: string) =>
    openCommunication(
      { now: tenant.now },
      {
        entra: {
          issuer: issuer(tenant),
          keys: () => Promise.resolve(tenant.tokens.published() as readonly JWK[]),
        },
        // A getter, so that role assignments count as they are at each request.
        get owners() {
          return ownersOf(cloud(), id);
        },
        get mailSenders() {
          return sendersOf(cloud(), id);
        },
      },
    );

  function standIn(id: string): Promise<CommunicationResource> {
    const found = opened.get(id.toLowerCase()) ?? open(id);
    opened.set(id.toLowerCase(), found);
    return found;
  }

  return {
    resolve: (host) => {
      const service = serviceAt(cloud(), host);
      if (service === undefined) return undefined;
      return (request, response) => {
        standIn(service.id).then(
          ({ app }) => void app(request, response),
          (error: unknown) => response.destroy(error as Error),
        );
      };
    },
    standIn,
  };
}

const serviceAt = (cloud: Cloud, host: string): CloudResource | undefined =>
  cloud
    .all(azure("communication:CommunicationService"))
    .find(({ properties }) => textAt(properties, "hostName")?.toLowerCase() === host);

function ownersOf(cloud: Cloud, id: string): readonly string[] {
  const principals = cloud
    .all(azure("authorization:RoleAssignment"))
    .map(({ properties }) => saidAt(properties, "principalId"));
  return [...new Set(principals)].filter((principal) => rolesOn(cloud, id, principal).includes(OWNER));
}

/** The senders that a resource may use: Azure creates one with each domain, and only those of linked domains may be used. */
export const sendersOf = (cloud: Cloud, id: string): readonly string[] =>
  textsAt(cloud.find(id)?.properties, "linkedDomains").map(
    (domain) => "DoNotReply@" + saidAt(cloud.find(domain)?.properties, "fromSenderDomain"),
  );
