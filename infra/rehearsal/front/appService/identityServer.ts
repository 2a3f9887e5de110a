/** The managed-identity endpoint beside every site: plain http on loopback, with a secret header for each site. */
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import type { RequestHandler } from "express";
import http from "node:http";
import type { AddressInfo } from "node:net";
import type { Tenant } from "../../../../app/sandbox/microsoft/entra/tenant.ts";
import { identityEndpoint } from "../../../../app/sandbox/microsoft/identity.ts";
import { application } from "../../planes/vendors/entra.ts";
import { closed } from "../hosts/front.ts";
import type { ManagedIdentity } from "../../../../app/sandbox/microsoft/options.ts";

export interface IdentityServer {
  /** Host and port, such as `127.0.0.1:port`. */
  readonly address: string;
  readonly endpoint: string;
  /**
   * Issues a header value for a process. `identity` is called at each request and says which identities the header gives
   * access to.
   */
  admit(identity: (clientId: string) => ManagedIdentity | undefined): string;
  dismiss(header: string): void;
  stop(): Promise<void>;
}

export async function startIdentityServer(tenant: Tenant): Promise<IdentityServer> {
  const admitted = new Map<string, (clientId: string) => ManagedIdentity | undefined>();
  const asked: RequestHandler = (request, response, next) => {
    const header = request.get("x-identity-header") ?? "";
    const identity = admitted.get(header);
    const known = identity === undefined ? randomBytes(32).toString("hex") : header;
    const view: Tenant = {
      ...tenant,
      tokens: { ...tenant.tokens, identityHeader: known },
      identity: (clientId) => identity?.(clientId),
    };
    identityEndpoint(view)(request, response, next);
  };
  const server = http.createServer(application(asked));
  await once(server.listen({ port: 0, host: "127.0.0.1" }), "listening");
  const address = "127.0.0.1:" + String((server.address() as AddressInfo).port);
  return {
    address,
    endpoint: `http://${address}/msi/token`,
    admit: (identity) => {
      const header = randomBytes(32).toString("hex").toUpperCase();
      admitted.set(header, identity);
      return header;
    },
    dismiss: (header) => void admitted.delete(header),
    stop: () => closed(server),
  };
}
