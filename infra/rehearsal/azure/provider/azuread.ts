/** What is peculiar to azuread: what an update keeps, how Graph's refusals are shown, and its functions. */
import type { Vendors } from "../controlPlane/cloud.ts";
import { type Properties, textAt } from "../controlPlane/json.ts";
import type { CloudResource } from "../controlPlane/model.ts";
import { inGraphWords } from "../controlPlane/refusal.ts";
import { PUBLISHED } from "../entra/directory.ts";
import { APPLICATION } from "../entra/applications.ts";
import { SERVICE_PRINCIPAL } from "../entra/principals.ts";
import type { PackageSchema } from "../schema/shape.ts";
import type { Provider } from "../../../protocol/provider.ts";
import { providerOf } from "./resources.ts";

export function azuread(schema: PackageSchema, vendors: Vendors): Provider {
  return providerOf({
    schema,
    vendors,
    words: inGraphWords,
    unknownUntilMade: "required",
    configure: () => undefined,
    complete: (_kind, _shape, call) => call.news,
    stable: (_kind, oldState) => oldState,
    invoke: (token, args) => directoryFunction(token, args, vendors),
  });
}

function directoryFunction(token: string, args: Properties, { cloud }: Vendors): Properties {
  switch (token.split(":").at(-1)) {
    case "getClientConfig":
      return { id: "clientConfig", tenantId: cloud.tenantId, ...cloud.deployer };
    case "getApplicationPublishedAppIds":
      return { id: "appIds", result: PUBLISHED };
    case "getServicePrincipal":
      return answered("service principal", cloud.all(SERVICE_PRINCIPAL));
    case "getApplication":
      return answered("application", cloud.all(APPLICATION));
    default:
      throw new Error(`The rehearsal's directory has no function ${token}.`);
  }

  function answered(what: string, all: readonly CloudResource[]): Properties {
    const [by] = ["clientId", "objectId", "displayName"].filter((name) => textAt(args, name) !== undefined);
    const wanted = textAt(args, by ?? "");
    const found = all.find((one) => by !== undefined && textAt(one.properties, by) === wanted);
    if (found === undefined)
      throw new Error(`No ${what} found matching ${by ?? "nothing"}: ${JSON.stringify(wanted ?? "")}`);
    return { id: found.id, ...cloud.answer(found) };
  }
}
