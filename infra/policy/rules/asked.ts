/** Rules that a deployment is what its stack file asks for: each value of each resource, and the resources as a whole. */
import { access } from "../asked/access.ts";
import { alerts } from "../asked/alerts.ts";
import { asked, GROUP, here, storageKey, type Asked } from "../asked/asked.ts";
import { edge } from "../asked/edge.ts";
import { addressAt, ANYTHING, Claim, violationsOf, from, like, sources } from "../asked/expected.ts";
import { namesIn, others } from "../asked/hosts.ts";
import { messaging } from "../asked/messaging.ts";
import { network } from "../asked/network.ts";
import { registration } from "../asked/registration.ts";
import { settings } from "../asked/settings.ts";
import { release, site } from "../asked/site.ts";
import { stores } from "../asked/stores.ts";
import { watching } from "../asked/watching.ts";
import { named } from "../../../app/domain/resourceNames.ts";
import type { DeployedStack } from "../../deployedStack.ts";
import { locationOf } from "../../location.ts";
import { CONTROLS } from "../controls.ts";
import { at } from "../reading.ts";
import { rule, stackRule, type Finding, type Judged, type Stack } from "../rule.ts";
import { KNOWN_TYPES } from "../types.ts";

const PACKAGE = "ehr:index:Package";
const REFERENCE = "pulumi:pulumi:StackReference";

/** Everything that a stack file asks for, by key; computed once for each stack. */
const worked = new WeakMap<DeployedStack, ReadonlyMap<string, Asked>>();
function everything(said: DeployedStack): ReadonlyMap<string, Asked> {
  const known = worked.get(said);
  if (known !== undefined) return known;
  const parts = [
    group,
    ...[access, network, stores, messaging, site, release, settings, registration, edge, alerts, watching],
  ];
  const made = new Map(parts.flatMap((part) => part(said)).map((one) => [one.key, one]));
  worked.set(said, made);
  return made;
}

const group = (said: DeployedStack): readonly Asked[] => [
  asked(GROUP, { ...here(said), resourceGroupName: named("rg", said) }),
];

export const askedRules = [
  rule(
    "EHR-GEN-09",
    {
      says: "Every value of every resource is what the stack file asks for, and nothing else is said",
      severity: "critical",
      control: CONTROLS.riskManagement,
      remedy:
        "Change the stack file, if it is what should be otherwise. Where the program is to make something else, decide what, and say it in infra/policy/asked/, too.",
    },
    "every type",
    (resource) => {
      if (!isMade(resource)) return [];
      const wanted = wantedFor(resource);
      if (wanted === undefined) return ["the stack file asks for no such resource"];
      return [
        ...violationsOf(
          { ...providersOwn(resource), ...resource.ignoreChanges.reduce(leftAlone, wanted.inputs) },
          resource.props,
          "",
        ),
        ...(wanted.protect && !resource.protect ? ["the resource option protect is not true"] : []),
      ];
    },
  ),
  stackRule(
    "EHR-GEN-10",
    {
      says: "Everything that the stack file asks for is made, of the deployment's own parts",
      severity: "critical",
      control: CONTROLS.riskManagement,
      remedy:
        "Make what is missing, and take each id, name and address from the resource that it belongs to instead of writing it down.",
    },
    (stack) => [...missing(stack), ...strangers(stack), ...elsewhere(stack)],
  ),
];

/**
 * Whether a resource is one that is compared. Components create nothing themselves, the engine's own resources are not part
 * of a deployment, and EHR-GEN-06 refuses all other types.
 */
const isMade = ({ type }: Judged): boolean => KNOWN_TYPES.has(type) || type === REFERENCE;

const keyOf = ({ type, name }: Judged): string => type.replace(/^azure-native:/, "") + " " + name;

function wantedFor(resource: Judged): Asked | undefined {
  if (resource.type === PACKAGE) return packageOf(resource);
  if (resource.type === REFERENCE) return tested(resource);
  return everything(resource.said).get(keyOf(resource));
}

/** The one other stack that production reads: its test stack. */
const tested = (resource: Judged): Asked | undefined =>
  resource.said.testStack &&
  asked(keyOf(resource), { name: like(new RegExp("^[^/]+/[^/]+/" + resource.said.testStack.stack + "$")) });

/** Inputs that Azure's provider adds: the API version, which EHR-GEN-04 judges, and the resource group's location. */
const providersOwn = ({ said }: Judged): Asked["inputs"] => ({
  azureApiVersion: ANYTHING,
  location: new Claim(locationOf(said), [GROUP], true),
});

/**
 * What is asked for a package. Its name is its digest; its bytes come from this machine, or from the test deployment that
 * ran it.
 */
function packageOf(resource: Judged): Asked | undefined {
  const { said, props } = resource;
  const { site: main, staging = main } = said.release;
  const digest = at(props, "digest");
  if (main !== undefined && digest !== main && digest !== staging) return undefined;
  const blobs = /^https:\/\/[a-z0-9]+\.blob\.core\.windows\.net$/;
  return asked(keyOf(resource), {
    digest: like(/^[0-9a-f]{64}$/),
    blobEndpoint: addressAt(storageKey(said), blobs),
    container: "packages",
    file: at(props, "file") === undefined ? undefined : like(/[0-9a-f]{64}\.zip$/),
    from:
      said.testStack === undefined || at(props, "from") === undefined
        ? undefined
        : { blobEndpoint: from([], blobs), container: from([], "packages") },
  });
}

/**
 * Properties in `ignoreChanges` keep their earlier values, so any value is accepted; EHR-GEN-07 says which properties may be
 * listed there.
 */
function leftAlone(inputs: Asked["inputs"], path: string): Asked["inputs"] {
  const [first = "", ...rest] = path.split(".");
  const inside = inputs[first];
  if (rest.length === 0) return { ...inputs, [first]: ANYTHING };
  return isGroup(inside) ? { ...inputs, [first]: leftAlone(inside, rest.join(".")) } : inputs;
}

const isGroup = (value: unknown): value is Asked["inputs"] =>
  typeof value === "object" && !Array.isArray(value) && !(value instanceof Claim);

function missing({ said, resources }: Stack): readonly Finding[] {
  const made = new Set(resources.filter(isMade).map(keyOf));
  return [...everything(said).keys()]
    .filter((key) => !made.has(key))
    .map((key) => ({ says: "there is no " + key + ", which the stack file asks for" }));
}

/** Values that come from other resources than they should, or are written down instead. */
const strangers = ({ resources }: Stack): readonly Finding[] =>
  resources.filter(isMade).flatMap((about) =>
    Object.entries(wantedFor(about)?.inputs ?? {}).flatMap(([property, expected]) => {
      if (about.ignoreChanges.includes(property)) return [];
      const fed = new Set(about.fedBy(property).map(keyOf));
      return [...new Set(sources(expected))]
        .filter((key) => !fed.has(key))
        .map((key) => ({ about, says: property + " does not come from " + key }));
    }),
  );

/** Ids, outputs and addresses of others than the deployment's own resources. */
function elsewhere({ resources }: Stack): readonly Finding[] {
  const byKey = new Map(resources.map((one) => [keyOf(one), one]));
  const owner = (key: string) => byKey.get(key);
  const owners = { owner, namesOf: (key: string) => namesIn(owner(key), resources) };
  return resources.filter(isMade).flatMap((about) =>
    Object.entries(wantedFor(about)?.inputs ?? {})
      .filter(([property]) => !about.ignoreChanges.includes(property))
      .flatMap(([property, expected]) =>
        others(expected, at(about.props, property), owners).map((says) => ({
          about,
          says: property + " is another's: " + says,
        })),
      ),
  );
}
