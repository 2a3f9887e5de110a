/**
 * Programs ask for the connector's health, each with a token of the directory; the registration's app roles decide who may.
 */
import { PATHS } from "../../../app/domain/addresses.ts";
import { AadError } from "../../../app/sandbox/microsoft/entra/aadError.ts";
import { apiOf, cliToken, ownToken } from "../../../app/sandbox/microsoft/entra/apiTokens.ts";
import { NOTHING_OFFERED } from "../../../app/sandbox/microsoft/entra/tenant.ts";
import { settingsAt } from "../front/appService/siteView.ts";
import { fetchFrom, type Outside, watchOf } from "./outside.ts";
import { administratorOf } from "./portal.ts";
import { Trouble } from "./steps.ts";

/** @throws Trouble */
export async function programs(outside: Outside): Promise<void> {
  const { step, stack, azure } = outside;
  const { tenant } = azure.entra;
  await step("An administrator asks by the Azure CLI how the connector stands", () => {
    const person = administratorOf(outside);
    return asked(outside, person.displayName, (resource) => cliToken(tenant, person, resource));
  });
  await step("Everybody who deploys may ask, too", async () => {
    for (const deployer of stack.deployers ?? [])
      await asked(outside, deployer.objectId, (resource) => deployersToken(outside, deployer, resource));
  });
}

type Deployer = NonNullable<Outside["stack"]["deployers"]>[number];

/** A token of somebody who deploys, and so holds the role Connector.Operator. */
function deployersToken(outside: Outside, { objectId: oid, kind }: Deployer, resource: string) {
  const { stack, azure } = outside;
  if (kind === "servicePrincipal") return tokenOfItself(outside, oid, resource);
  // The token for a group is that of one of its members.
  const tid = stack.microsoft.tenantId;
  return cliToken(azure.entra.tenant, { oid, tid, kind: "member", roles: [], userName: oid }, resource);
}

/** @throws Trouble when Entra gives none; undefined when the stack names nobody who deploys */
export async function operatorsToken(outside: Outside): Promise<string | undefined> {
  const [deployer] = outside.stack.deployers ?? [];
  return (
    deployer &&
    tokenOr(deployer.objectId, () => deployersToken(outside, deployer, "api://" + clientIdOf(outside)))
  );
}

const clientIdOf = ({ azure, siteHost }: Outside): string =>
  settingsAt(azure.cloud, siteHost)["MICROSOFT_CLIENT_ID"] ?? "";

function tokenOfItself({ azure }: Outside, objectId: string, resource: string): Promise<string> {
  const { tenant } = azure.entra;
  const api = apiOf(tenant, resource);
  if (api === undefined)
    throw new AadError(500011, "invalid_resource", `The resource principal named ${resource} was not found.`);
  const client = {
    ...NOTHING_OFFERED,
    clientId: objectId,
    servicePrincipalId: objectId,
    federatedCredentials: [],
  };
  return ownToken(tenant, client, api, resource);
}

async function asked(
  outside: Outside,
  who: string,
  tokenFor: (resource: string) => Promise<string>,
): Promise<void> {
  const { azure, publicUrl, siteHost, caller } = outside;
  const seen = watchOf(outside);
  const token = await tokenOr(who, () => tokenFor("api://" + clientIdOf(outside)));
  const fetch = await fetchFrom(outside, caller);
  const answer = await fetch(`${publicUrl}${PATHS.portal}/api/standing`, {
    headers: { authorization: "Bearer " + token },
  });
  const text = await answer.text();
  if (answer.status === 200 && text.startsWith('{"environment"')) return;
  throw new Trouble(
    `${who} may not ask how the connector stands: ${String(answer.status)} ${text.slice(0, 400)} ${seen.blame()?.told ?? ""} (roles and claims are made in infra/components/registration.ts and infra/components/application.ts).`,
    { log: azure.appService.log(siteHost), stackKey: "deployers" },
  );
}

async function tokenOr(who: string, token: () => Promise<string>): Promise<string> {
  try {
    return await token();
  } catch (error) {
    if (!(error instanceof AadError)) throw error;
    throw new Trouble(
      `Entra gives ${who} no token for the connector: ${error.message} (its URI, its scope and the Azure CLI's permission are made in infra/components/application.ts).`,
    );
  }
}
