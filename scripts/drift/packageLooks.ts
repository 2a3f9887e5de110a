/** Finds packages whose stored bytes are not those that their names say. A refresh only sees whether there is a blob. */
import * as z from "zod";
import { putBack } from "../storedPackages.ts";
import { shown, type Difference, type Kept } from "./difference.ts";
import type { Look } from "./look.ts";
import { listedSettings, SETTINGS } from "./siteLooks.ts";

const PACKAGE = "ehr:index:Package";
const at = z.object({ blobEndpoint: z.string(), container: z.string(), digest: z.string() });
const running = z.object({ PACKAGE_DIGEST: z.string().regex(/^[0-9a-f]{64}$/) });

export const PACKAGE_LOOKS: readonly Look[] = [
  {
    about: "bytes of the packages that the site and its slot run",
    async differences(state, { listing, stored }) {
      const settings = state.filter(({ type }) => SETTINGS.includes(type));
      const run = await Promise.all(settings.map((kept) => listedSettings(kept, listing)));
      const found = await Promise.all(
        [...new Set(run.flatMap(digestIn))].map(async (digest): Promise<readonly Difference[]> => {
          // They are asked for only where the state says that packages are, and at no address of the settings.
          const kept = packageIn(state, digest);
          if (kept === undefined) return [];
          const is = await stored(kept.at, digest);
          if (is === digest) return [];
          return [
            {
              resource: shown(kept.urn, PACKAGE),
              what: is === undefined ? "gone" : "changed",
              names: [`the stored bytes of ${digest}.zip`],
              next: putBack(kept.at, digest),
            },
          ];
        }),
      );
      return found.flat();
    },
  },
];

const digestIn = (settings: Readonly<Record<string, string>>): readonly string[] => {
  const read = running.safeParse(settings);
  return read.success ? [read.data.PACKAGE_DIGEST] : [];
};

/** The package of that digest; where the state has none, another one, since all are in the same container. */
function packageIn(state: readonly Kept[], digest: string) {
  const packages = state.flatMap(({ type, urn, inputs }) => {
    const read = at.safeParse(inputs);
    return type === PACKAGE && read.success ? [{ urn, at: read.data }] : [];
  });
  return packages.find((one) => one.at.digest === digest) ?? packages[0];
}
