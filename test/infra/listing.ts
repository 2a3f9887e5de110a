/** Lists every resource of a program with what it depends on, as a text that people can read and compare. */
import type { Recorded } from "./components/recorded.ts";

/** A paragraph for each resource: its parents, name and type; below, whose outputs it uses and what else it waits for. */
export function listingOf(resources: readonly Recorded[]): string {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  return resources
    .map((resource) => paragraph(resource, byUrn))
    .sort((one, other) => (one < other ? -1 : 1))
    .map((lines) => lines + "\n")
    .join("\n");
}

type ByUrn = ReadonlyMap<string, Recorded>;

function paragraph(resource: Recorded, byUrn: ByUrn): string {
  const fed = Object.entries(resource.propertyDependencies)
    .filter(([, urns]) => urns.length > 0)
    .map(([property, urns]) => property + " is made of " + names(urns, byUrn))
    .sort();
  const { protect, retainOnDelete, ignoreChanges } = resource.options;
  return [
    whereabouts(resource, byUrn),
    ...fed,
    ...(resource.dependencies.length > 0 ? ["waits for " + names(resource.dependencies, byUrn)] : []),
    ...(protect ? ["is protected"] : []),
    ...(retainOnDelete ? ["outlives a destroy"] : []),
    ...ignoreChanges.map((path) => "leaves changes of " + path + " alone"),
  ].join("\n    ");
}

/** The heading of a resource, such as `data / cosmos-lamna-production (azure-native:cosmosdb:DatabaseAccount)`. */
function whereabouts(resource: Recorded, byUrn: ByUrn): string {
  const holders: string[] = [];
  for (let holder = parentOf(resource, byUrn); holder; holder = parentOf(holder, byUrn))
    holders.unshift(holder.name);
  return [...holders, resource.name].join(" / ") + " (" + resource.type + ")";
}

const parentOf = ({ parent }: Recorded, byUrn: ByUrn): Recorded | undefined =>
  parent === undefined ? undefined : byUrn.get(parent);

const names = (urns: readonly string[], byUrn: ByUrn): string =>
  [...new Set(urns)]
    .map((urn) => {
      const { name, type } = found(urn, byUrn);
      return name + " (" + (type.split(":").at(-1) ?? type) + ")";
    })
    .sort()
    .join(", ");

function found(urn: string, byUrn: ByUrn): Recorded {
  const resource = byUrn.get(urn);
  if (resource === undefined) throw new Error("nothing was recorded as " + urn);
  return resource;
}
