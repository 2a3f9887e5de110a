/**
 * Each Communication Services resource at its own host name: it has its own inventory, and is open to whoever holds the
 * role.
 */
import type http from "node:http";
import https from "node:https";
import type { JWK } from "jose";
import { allOver } from "../../../../app/sandbox/allOver.ts";
import { makeCertificates } from "../../../../app/sandbox/certificate.ts";
import {
  startCommunication,
  type CommunicationStandIn,
} from "../../../../app/sandbox/communication/start.ts";
import { issuer, type Tenant } from "../../../../app/sandbox/microsoft/entra/tenant.ts";
import { azure } from "../../azure/resourceTypes/require.ts";
import { rolesOn } from "../../azure/resourceTypes/roles.ts";
import { textAt, textsAt } from "../../azure/controlPlane/json.ts";
import type { Cloud, CloudResource } from "../../azure/controlPlane/model.ts";
import type { Backend } from "../../front/hosts/front.ts";

const OWNER = "Communication and Email Service Owner";

export interface Communication {
  readonly resolve: (host: string) => Backend | undefined;
  /** The stand-in of a resource, by the resource's ARM id. */
  standIn(id: string): Promise<CommunicationStandIn>;
  stop(): Promise<void>;
}

export interface CommunicationOptions {
  readonly cloud: () => Cloud;
  readonly tenant: Tenant;
}

interface Running {
  readonly standIn: CommunicationStandIn;
  readonly authority: string;
}

export function communication({ cloud, tenant }: CommunicationOptions): Communication {
  const started = new Map<string, Promise<Running>>();

  async function start(id: string): Promise<Running> {
    const { localhost, authority } = await makeCertificates(tenant.now());
    const hosting = { ports: { pages: 0, backChannel: 0 }, tls: localhost, now: tenant.now };
    const standIn = await startCommunication(hosting, {
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
    });
    return { standIn, authority };
  }

  function running(id: string): Promise<Running> {
    const found = started.get(id.toLowerCase()) ?? start(id);
    started.set(id.toLowerCase(), found);
    return found;
  }

  return {
    resolve: (host) => {
      const service = serviceAt(cloud(), host);
      if (service === undefined) return undefined;
      return (request, response) => {
        running(service.id).then(
          ({ standIn, authority }) => hand(request, response, standIn, authority),
          (error: unknown) => response.destroy(error as Error),
        );
      };
    },
    standIn: async (id) => (await running(id)).standIn,
    stop: async () => {
      // A stand-in that could not start has nothing to stop.
      const running = (await Promise.allSettled(started.values())).flatMap((one) =>
        one.status === "fulfilled" ? one.value.standIn : [],
      );
      await allOver(running.map((standIn) => standIn.stop()));
    },
  };
}

const serviceAt = (cloud: Cloud, host: string): CloudResource | undefined =>
  cloud
    .all(azure("communication:CommunicationService"))
    .find(({ properties }) => textAt(properties, "hostName")?.toLowerCase() === host);

function ownersOf(cloud: Cloud, id: string): readonly string[] {
  const principals = cloud
    .all(azure("authorization:RoleAssignment"))
    .map(({ properties }) => textAt(properties, "principalId") ?? "");
  return [...new Set(principals)].filter((principal) => rolesOn(cloud, id, principal).includes(OWNER));
}

/** The senders that a resource may use: Azure creates one with each domain, and only those of linked domains may be used. */
const sendersOf = (cloud: Cloud, id: string): readonly string[] =>
  textsAt(cloud.find(id)?.properties, "linkedDomains").map(
    (domain) => "DoNotReply@" + (textAt(cloud.find(domain)?.properties, "fromSenderDomain") ?? ""),
  );

/** Passes a request on with the stand-in's own host name, because the stand-in answers to no other. */
function hand(
  request: http.IncomingMessage,
  response: http.ServerResponse,
  standIn: CommunicationStandIn,
  authority: string,
): void {
  const { host } = new URL(standIn.backChannel);
  const onward = https.request(new URL(request.url ?? "/", standIn.backChannel), {
    method: request.method,
    headers: { ...request.headers, host, connection: "close" },
    ca: authority,
    agent: false,
  });
  onward.on("response", (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
    answer.pipe(response);
  });
  onward.on("error", (error) => response.destroy(error));
  request.pipe(onward);
}
