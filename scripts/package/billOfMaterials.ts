/**
 * What ships, as a CycloneDX 1.6 bill of materials. The same packages give the same bill, because it depends on no clock,
 * random number or locale.
 */
import { createHash } from "node:crypto";
import { Contrib, Enums, Models, Serialize, Spec } from "@cyclonedx/cyclonedx-library";
import { PackageURL } from "packageurl-js";
import parseExpression from "spdx-expression-parse";
import { uuidOf } from "../../app/domain/uuid.ts";
import type { Shipped, ShippedPackage } from "./shipped.ts";

export interface Product {
  readonly name: string;
  readonly version: string;
  readonly license: string;
}

const licenses = new Contrib.License.Factories.LicenseFactory(parseExpression);

/**
 * The bill as JSON. Lists are in the order of {@link Shipped}; the library's own sorting would depend on the machine's
 * language.
 */
export function billOfMaterials(product: Product, { packages, ours }: Shipped): string {
  const components = new Map(packages.map((one) => [one.id, component(one)]));
  const refs = (ids: readonly string[]) =>
    new Models.BomRefRepository(ids.flatMap((id) => components.get(id)?.bomRef ?? []));
  for (const { id, uses } of packages)
    for (const ref of refs(uses)) components.get(id)?.dependencies.add(ref);
  const bom = new Models.Bom({
    metadata: new Models.Metadata({
      lifecycles: new Models.LifecycleRepository([Enums.LifecyclePhase.Build]),
      component: new Models.Component(Enums.ComponentType.Application, product.name, {
        bomRef: product.name + "@" + product.version,
        version: product.version,
        licenses: new Models.LicenseRepository([licenses.makeFromString(product.license)]),
        dependencies: refs(ours),
      }),
    }),
    components: new Models.ComponentRepository(components.values()),
  });
  bom.serialNumber = serialNumber(serialized(bom));
  return serialized(bom);
}

function component({ id, name, version, license, integrity }: ShippedPackage): Models.Component {
  const [last = name, group] = name.split("/").reverse();
  return new Models.Component(Enums.ComponentType.Library, last, {
    bomRef: id,
    ...(group === undefined ? {} : { group }),
    version,
    purl: new PackageURL("npm", group, last, version).toString(),
    licenses: new Models.LicenseRepository(license === undefined ? [] : [licenses.makeFromString(license)]),
    hashes: new Models.HashDictionary(
      integrity === undefined ? [] : [Contrib.FromNodePackageJson.Utils.parsePackageIntegrity(integrity)],
    ),
  });
}

function serialized(bom: Models.Bom): string {
  const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6));
  return serializer.serialize(bom, { sortLists: false, space: 2 }) + "\n";
}

/** A UUID of version 8 (RFC 9562, section 5.8) made of the bits of the bill's SHA-256. */
function serialNumber(content: string): string {
  const hash = createHash("sha256").update(content).digest("hex");
  return "urn:uuid:" + uuidOf(hash, 8);
}
