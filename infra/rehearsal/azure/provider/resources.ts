/** What azure-native and azuread have in common: they send requests to the vendors, and report the answers to the engine. */
import type { Vendors } from "../controlPlane/cloud.ts";
import { holdsUnknown, type Properties } from "../controlPlane/json.ts";
import type { Kind } from "../controlPlane/model.ts";
import { Refusal } from "../controlPlane/refusal.ts";
import type { PackageSchema, ResourceShape } from "../schema/shape.ts";
import { failuresOf } from "./check.ts";
import { differenceOf } from "./diff.ts";
import { limitFailures } from "./limits.ts";
import type { CheckCall, CreateCall, DiffCall, Provider, UpdateCall } from "../../../protocol/provider.ts";

export interface Manners {
  readonly schema: PackageSchema;
  readonly vendors: Vendors;
  /** The program's inputs with what this provider adds. */
  complete(kind: Kind, shape: ResourceShape, call: CheckCall<Properties>): Properties;
  /** A refusal as this provider shows it. */
  words(refusal: Refusal): string;
  configure(variables: Readonly<Record<string, string>>): void;
  invoke(token: string, args: Properties): Properties;
}

export function providerOf(manners: Manners): Provider {
  const { schema, vendors } = manners;
  const { cloud } = vendors;

  function known(token: string): { readonly kind: Kind; readonly shape: ResourceShape } {
    const [kind, shape] = [vendors.kind(token), schema.resources[token]];
    if (kind === undefined || shape === undefined)
      throw new Error(
        `The rehearsal's cloud has no ${token}: add it to a table of infra/rehearsal/azure/resourceTypes.`,
      );
    return { kind, shape };
  }

  async function asked<T>(request: () => T | Promise<T>): Promise<T> {
    try {
      return await request();
    } catch (error) {
      throw error instanceof Refusal ? new Error(manners.words(error), { cause: error }) : error;
    }
  }

  return {
    version: schema.version,
    // No schema is needed: the packages that the program imports describe what the provider offers.
    schema: undefined,
    attached: () => undefined,
    cancel: () => undefined,
    configure: (variables) => manners.configure(variables),
    check: (call: CheckCall<Properties>) => {
      const { kind, shape } = known(call.token);
      const inputs = manners.complete(kind, shape, call);
      return {
        inputs,
        failures: [...failuresOf(inputs, shape.inputs, schema), ...limitFailures(call.token, inputs)],
      };
    },
    diff: (call: DiffCall<Properties>) => differenceOf(known(call.token).kind, call),
    create: async ({ token, inputs, preview }: CreateCall<Properties>) => {
      const { kind } = known(token);
      if (preview) throw previewed();
      if (holdsUnknown(inputs)) throw new Error(`A value of ${token} is still unknown.`);
      const resource = await asked(() => vendors.create(kind, inputs));
      return { id: resource.id, properties: cloud.answer(resource) };
    },
    // An import finds nothing: before a rehearsal, nothing of the program's is there.
    read: () => undefined,
    update: async ({ token, id, news, preview }: UpdateCall<Properties>) => {
      const { kind } = known(token);
      if (preview) throw previewed();
      return cloud.answer(await asked(() => vendors.update(kind, id, news)));
    },
    delete: ({ id }) => asked(() => vendors.delete(id)),
    invoke: (token, args: Properties) => asked(() => manners.invoke(token, args)),
  };
}

/** Only tests ask for previews and refreshes (test/azure/asksMore.ts). */
const previewed = (): Error => new Error("A rehearsal is an update without a preview.");
