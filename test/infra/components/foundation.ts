/** The components on which the others depend, put together as in the program. */
import type { Adopted } from "../../../infra/components/adoption.ts";
import { Data } from "../../../infra/components/data.ts";
import type { DeploymentContext } from "../../../infra/components/deploymentContext.ts";
import { Identity } from "../../../infra/components/identity.ts";
import { Messaging } from "../../../infra/components/messaging.ts";
import { Network } from "../../../infra/components/network.ts";
import { Registration } from "../../../infra/components/registration.ts";
import { Secrets } from "../../../infra/components/secrets.ts";
import { Storage } from "../../../infra/components/storage.ts";
import { record, type Recorded } from "./recorded.ts";

export function foundation(
  context: DeploymentContext,
  adopted: Adopted = {},
  publicUrl = "https://visits.lamna.example",
) {
  const identity = new Identity("identity", { context });
  const network = new Network("network", { context });
  const secrets = new Secrets("secrets", { context, identity, network, adopted });
  const { encryption } = secrets;
  const storage = new Storage("storage", { context, identity, network, after: secrets.ways });
  const data = new Data("data", { context, identity, network, encryption, after: storage.admits });
  const messaging = new Messaging("messaging", { context, identity, adopted });
  const registration = new Registration("registration", {
    context,
    publicUrl,
    identityPrincipalId: identity.principalId,
  });
  return { identity, network, secrets, data, storage, messaging, registration };
}

/** Everything that the foundation of a stack asks for. */
export const up = recordedOnce((context) => foundation(context));

/** What a part of the program asks for, given a stack; recorded once for each stack. */
export function recordedOnce(build: (context: DeploymentContext) => unknown) {
  const seen = new Map<string, Promise<readonly Recorded[]>>();
  return (stack: unknown): Promise<readonly Recorded[]> => {
    const key = JSON.stringify(stack);
    const known = seen.get(key) ?? record(stack, (context) => void build(context));
    seen.set(key, known);
    return known;
  };
}
