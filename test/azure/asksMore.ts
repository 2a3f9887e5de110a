/**
 * What the engine asks of a provider and no rehearsal does, since each of those is one `pulumi up --skip-preview`: what a preview
 * shows, and what a refresh and an import read. It is put around a provider of the in-memory Azure by the option `more` of
 * `startProviders`.
 */
import type { Vendors } from "../../infra/rehearsal/azure/controlPlane/cloud.ts";
import { idInputs } from "../../infra/rehearsal/azure/controlPlane/ids.ts";
import {
  at,
  isGroup,
  isList,
  isSame,
  isUnknown,
  type Json,
  type Properties,
  UNKNOWN,
  without,
} from "../../infra/rehearsal/azure/controlPlane/json.ts";
import type { Kind } from "../../infra/rehearsal/azure/controlPlane/model.ts";
import { fits } from "../../infra/rehearsal/azure/provider/check.ts";
import {
  type ObjectShape,
  type PackageName,
  type PackageSchema,
  propertiesOf,
  propertyOf,
  type ResourceShape,
  type Shape,
} from "../../infra/rehearsal/azure/schema/shape.ts";
import { inputsOf } from "./readIds.ts";
import type { CreateCall, Provider, ReadCall, UpdateCall } from "../../infra/protocol/provider.ts";

interface Manners {
  /**
   * Which outputs a preview of a new resource shows as not known: all that the program does not set, or those that the type
   * always has.
   */
  readonly unknownUntilMade: "everything" | "required";
  /** Outputs that an update is known not to change, so that a preview can show them. */
  readonly stable: (oldState: Properties) => Properties;
}

const MANNERS: Readonly<Record<PackageName, Manners>> = {
  "azure-native": {
    unknownUntilMade: "everything",
    // azure-native promises only that an update does not change name and location.
    stable: (oldState) =>
      Object.fromEntries(Object.entries(oldState).filter(([name]) => name === "name" || name === "location")),
  },
  azuread: { unknownUntilMade: "required", stable: (oldState) => oldState },
};

export function asksMore(
  provider: Provider,
  name: PackageName,
  { schema, vendors }: { readonly schema: PackageSchema; readonly vendors: Vendors },
): Provider {
  const { cloud } = vendors;
  const { unknownUntilMade, stable } = MANNERS[name];
  const known = (token: string) => {
    const [kind, shape] = [vendors.kind(token), schema.resources[token]];
    if (kind === undefined || shape === undefined) throw new Error(`The rehearsal's cloud has no ${token}.`);
    return { kind, shape };
  };
  return {
    ...provider,
    create: (call: CreateCall<Properties>) =>
      call.preview
        ? Promise.resolve({
            id: "",
            properties: previewOf(call.inputs, known(call.token).shape.outputs, schema, unknownUntilMade),
          })
        : provider.create(call),
    read: ({ token, id, state, inputs }: ReadCall<Properties>) => {
      const { kind, shape } = known(token);
      const resource = cloud.find(id);
      if (resource?.token !== token) return undefined;
      const properties = cloud.answer(resource);
      return {
        id: resource.id,
        properties,
        inputs:
          inputs === undefined || Object.keys(inputs).length === 0
            ? imported(kind, shape, schema, resource.id, properties)
            : refreshed(kind, shape, schema, { inputs, state }, properties),
      };
    },
    update: (call: UpdateCall<Properties>) => {
      if (!call.preview) return provider.update(call);
      const seen = previewOf(call.news, known(call.token).shape.outputs, schema, unknownUntilMade);
      const kept = Object.entries(stable(call.oldState)).filter(([output]) => isUnknown(seen[output]));
      return Promise.resolve({ ...seen, ...Object.fromEntries(kept) });
    },
  };
}

function previewOf(
  inputs: Properties,
  outputs: ObjectShape,
  schema: PackageSchema,
  unknown: "everything" | "required",
): Properties {
  const said = Object.entries(inputs).flatMap(([name, value]) => {
    const property = propertyOf(outputs, name);
    return property === undefined ? [] : [[name, filled(value, property.shape, schema, unknown)] as const];
  });
  const rest = propertiesOf(outputs)
    .filter(({ name, optional }) => inputs[name] === undefined && (unknown === "everything" || !optional))
    .map(({ name, shape }) => [name, literalOf(shape) ?? UNKNOWN] as const);
  return Object.fromEntries([...said, ...rest]);
}

const literalOf = (shape: Shape): string | undefined =>
  typeof shape === "string" && shape.startsWith("=") ? shape.slice(1) : undefined;

/** A value of the program, completed with what its type will add. */
function filled(value: Json, shape: Shape, schema: PackageSchema, unknown: "everything" | "required"): Json {
  if (typeof shape !== "string") {
    if ("list" in shape && isList(value))
      return value.map((item) => filled(item, shape.list, schema, unknown));
    if ("map" in shape && isGroup(value))
      return Object.fromEntries(
        Object.entries(value).map(([name, item]) => [name, filled(item, shape.map, schema, unknown)]),
      );
    return value;
  }
  const type = shape.startsWith("@") ? schema.types[shape.slice(1)] : undefined;
  return type !== undefined && isGroup(value) ? previewOf(value, type, schema, unknown) : value;
}

/**
 * The recorded inputs, with only those properties replaced that Azure answers differently from last time. Azure's defaults
 * are not added, and drift is reported.
 */
function refreshed(
  kind: Kind,
  shape: ResourceShape,
  schema: PackageSchema,
  old: { readonly inputs: Properties; readonly state: Properties },
  answer: Properties,
): Properties {
  const ids = new Set(idInputs(kind));
  const unsaid = (kind.shared ?? []).filter((path) => at(old.inputs, path) === undefined);
  const seen = (properties: Properties) =>
    Object.fromEntries(
      Object.entries(unsaid.reduce(without, projected(properties, shape.inputs, schema))).filter(
        ([name]) => !ids.has(name),
      ),
    );
  return applied(old.inputs, seen(old.state), seen(answer));
}

function imported(
  kind: Kind,
  shape: ResourceShape,
  schema: PackageSchema,
  id: string,
  answer: Properties,
): Properties {
  const { azureApiVersion: _version, ...seen } = projected(answer, shape.inputs, schema);
  return { ...seen, ...unfolded(shape, schema, answer), ...inputsOf(kind, id) };
}

/** A vault's key is requested under `properties` and answered without that level, so it is put back for the comparison. */
function unfolded(shape: ResourceShape, schema: PackageSchema, answer: Properties): Properties {
  const asked = shape.inputs["properties"];
  return asked === undefined || answer["properties"] !== undefined
    ? {}
    : { properties: valueOf(answer, asked, schema) };
}

/** The properties of an answer that a request can also have. */
function projected(properties: Properties, shape: ObjectShape, schema: PackageSchema): Properties {
  return Object.fromEntries(
    Object.entries(properties).flatMap(([name, value]) => {
      const property = propertyOf(shape, name);
      return property === undefined ? [] : [[name, valueOf(value, property.shape, schema)] as const];
    }),
  );
}

function valueOf(value: Json, shape: Shape, schema: PackageSchema): Json {
  if (typeof shape !== "string") {
    if ("either" in shape) {
      const fitting = shape.either.find((one) => fits(value, one, schema));
      return fitting === undefined ? value : valueOf(value, fitting, schema);
    }
    if ("list" in shape && isList(value)) return value.map((item) => valueOf(item, shape.list, schema));
    // Identities are requested as a list and answered as a map.
    if ("list" in shape && isGroup(value)) return Object.keys(value);
    return value;
  }
  const type = shape.startsWith("@") ? schema.types[shape.slice(1)] : undefined;
  return type !== undefined && isGroup(value) ? projected(value, type, schema) : value;
}

function applied(inputs: Properties, before: Properties, after: Properties): Properties {
  const result: Record<string, Json> = { ...inputs };
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [was, is, said] = [before[name], after[name], inputs[name]];
    if (isSame(was, is)) continue;
    if (is === undefined) Reflect.deleteProperty(result, name);
    else result[name] = said === undefined || was === undefined ? is : replaced(said, was, is);
  }
  return result;
}

function replaced(said: Json, was: Json, is: Json): Json {
  if (isGroup(said) && isGroup(was) && isGroup(is)) return applied(said, was, is);
  if (isList(said) && isList(was) && isList(is))
    return is.map((item, index) => {
      const [own, earlier] = [said[index], was[index]];
      return own === undefined || earlier === undefined || isSame(earlier, item)
        ? (own ?? item)
        : replaced(own, earlier, item);
    });
  return is;
}
