/**
 * The licenses of what ships, as their authors wrote them: nearly all of them require that they are passed on with the code.
 */
import type { ShippedPackage } from "./shipped.ts";

const RULE = "-".repeat(100);

export function notices(packages: readonly ShippedPackage[]): string {
  return [
    "This software contains the following packages.\n",
    ...packages.map(({ name, version, license, terms }) =>
      [
        RULE,
        name + " " + version + (license === undefined ? "" : " (" + license + ")") + "\n",
        ...terms.map((text) => text.replaceAll("\r\n", "\n").trim() + "\n"),
      ].join("\n"),
    ),
  ].join("\n");
}
