/**
 * The sign-in of a pipeline without a secret: a file with a token of the pipeline's own, and the address at which it is
 * exchanged for one of the directory.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Tenant } from "../../../../app/sandbox/microsoft/entra/tenant.ts";
import type { Cloud } from "../../azure/controlPlane/model.ts";
import { PIPELINE } from "./directory.ts";
import { HOSTS } from "./entra.ts";

const TOKEN_SECONDS = 24 * 3600;

/** The variables that `DefaultAzureCredential` reads for workload identity, as a pipeline with OpenID Connect has them. */
export async function deployerEnvironment(
  tenant: Tenant,
  { tenantId, deployer }: Pick<Cloud, "tenantId" | "deployer">,
  folder: string,
): Promise<Readonly<Record<string, string>>> {
  const { issuer: iss, subject: sub, audience: aud } = PIPELINE;
  const file = join(folder, "pipeline.jwt");
  await writeFile(file, await tenant.tokens.issue({ iss, sub, aud }, TOKEN_SECONDS), { mode: 0o600 });
  return {
    AZURE_TENANT_ID: tenantId,
    AZURE_CLIENT_ID: deployer.clientId,
    AZURE_FEDERATED_TOKEN_FILE: file,
    AZURE_AUTHORITY_HOST: "https://" + HOSTS.authority,
  };
}
