/**
 * Azure and Entra in memory for the engine: two providers with the real packages' names, each on its own port, over one
 * cloud. An engine is attached to them by `PULUMI_DEBUG_PROVIDERS`.
 */
import type { Provider } from "../protocol/provider.ts";
import { serve } from "../protocol/serve.ts";
import { AZURE_KINDS } from "./azure/resourceTypes/kinds.ts";
import { type CloudOptions, openCloud, type Vendors } from "./azure/controlPlane/cloud.ts";
import type { Cloud } from "./azure/controlPlane/model.ts";
import { microsoftsOwn } from "./azure/entra/directory.ts";
import { ENTRA_KINDS } from "./azure/entra/kinds.ts";
import { principal, principalIn, type PrincipalType } from "./azure/entra/principals.ts";
import { azuread } from "./azure/provider/azuread.ts";
import { azureNative } from "./azure/provider/azureNative.ts";
import type { Manners } from "./azure/provider/resources.ts";
import type { PackageName, PackageSchema } from "./azure/schema/shape.ts";
import { schemaOf } from "./azure/schema/schemaOf.ts";

export interface RunningProviders {
  /** Value of PULUMI_DEBUG_PROVIDERS. */
  readonly debugProviders: string;
  readonly cloud: Cloud;
  /** The same cloud, with the interface that the providers use. */
  readonly vendors: Vendors;
  stop(): void;
}

type Asked = Pick<Manners, "schema" | "vendors">;

export interface StartOptions extends CloudOptions {
  /** For tests: gives the vendors troubles of their own. Left out: each request is answered at once. */
  readonly troubled?: (vendors: Vendors) => Vendors;
  /** For tests: answers what the engine asks beyond an update without a preview. */
  readonly more?: (provider: Provider, name: PackageName, of: Asked) => Provider;
  /** Principals in the directory besides Microsoft's own services and the deployer, which is a service principal. */
  readonly principals?: readonly { readonly objectId: string; readonly type: PrincipalType }[];
}

export async function startProviders(options: StartOptions): Promise<RunningProviders> {
  const kinds = [...AZURE_KINDS, ...ENTRA_KINDS];
  const schemas = {
    azureNative: await schemaOf("azure-native", kinds),
    azuread: await schemaOf("azuread", kinds),
  };
  const steady = openCloud(options, kinds, [schemas.azureNative, schemas.azuread]);
  const vendors = options.troubled?.(steady) ?? steady;
  for (const service of microsoftsOwn(options.tenantId)) vendors.cloud.put(service);
  for (const one of options.principals ?? []) vendors.cloud.put(principalIn(one.type, one.objectId));
  const { objectId, clientId } = options.deployer;
  if (principal(vendors.cloud, objectId) === undefined)
    vendors.cloud.put(principalIn("ServicePrincipal", objectId, clientId));
  const more = options.more ?? ((provider: Provider) => provider);
  const served = (name: PackageName, schema: PackageSchema, open: typeof azureNative) =>
    serve(more(open(schema, vendors), name, { schema, vendors }));
  using undo = new DisposableStack();
  const azure = undo.adopt(await served("azure-native", schemas.azureNative, azureNative), (one) =>
    one.stop(),
  );
  const directory = undo.adopt(await served("azuread", schemas.azuread, azuread), (one) => one.stop());
  const started = undo.move();
  return {
    debugProviders: `azure-native:${String(azure.port)},azuread:${String(directory.port)}`,
    cloud: vendors.cloud,
    vendors,
    stop: () => started.dispose(),
  };
}
