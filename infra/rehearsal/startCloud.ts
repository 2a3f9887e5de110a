/**
 * Azure and Entra in memory, as the engine meets them: two providers of the real packages' names, one port each, over one
 * cloud. An engine is attached by `PULUMI_DEBUG_PROVIDERS`.
 */
import { serve } from "../protocol/serve.ts";
import { AZURE_KINDS } from "./azure/kinds.ts";
import { type CloudOptions, openCloud } from "./cloud/cloud.ts";
import type { Cloud } from "./cloud/model.ts";
import { microsoftsOwn } from "./entra/directory.ts";
import { ENTRA_KINDS } from "./entra/kinds.ts";
import { principal, principalIn, type PrincipalType } from "./entra/principals.ts";
import { azuread } from "./provider/azuread.ts";
import { azureNative } from "./provider/azureNative.ts";
import { readSchema } from "./schema/shape.ts";

export interface RunningCloud {
  readonly azureNativePort: number;
  readonly azureadPort: number;
  /** Value of PULUMI_DEBUG_PROVIDERS. */
  readonly debugProviders: string;
  readonly cloud: Cloud;
  stop(): void;
}

export interface StartOptions extends CloudOptions {
  /** Who is in the directory beside Microsoft's own services and the deployer, which is a service principal. */
  readonly principals?: readonly { readonly objectId: string; readonly type: PrincipalType }[];
}

export async function startCloud(options: StartOptions): Promise<RunningCloud> {
  const schemas = { azureNative: readSchema("azure-native"), azuread: readSchema("azuread") };
  const vendors = openCloud(
    options,
    [...AZURE_KINDS, ...ENTRA_KINDS],
    [schemas.azureNative, schemas.azuread],
  );
  for (const service of microsoftsOwn(options.tenantId)) vendors.cloud.put(service);
  for (const one of options.principals ?? []) vendors.cloud.put(principalIn(one.type, one.objectId));
  const { objectId, clientId } = options.deployer;
  if (principal(vendors.cloud, objectId) === undefined)
    vendors.cloud.put(principalIn("ServicePrincipal", objectId, clientId));
  const azure = await serve(azureNative(schemas.azureNative, vendors));
  const directory = await serve(azuread(schemas.azuread, vendors)).catch((error: unknown) => {
    azure.stop();
    throw error;
  });
  return {
    azureNativePort: azure.port,
    azureadPort: directory.port,
    debugProviders: `azure-native:${String(azure.port)},azuread:${String(directory.port)}`,
    cloud: vendors.cloud,
    stop: () => {
      azure.stop();
      directory.stop();
    },
  };
}
