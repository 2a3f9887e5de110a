/** Stacks that make the program take branches that no sample takes. */
import { lamnaProduction, lamnaTest as withoutRelease } from "./stacks.ts";
import type { NamedStack } from "./programChecks.ts";

const lamnaTest = { ...withoutRelease, release: { site: "7e".repeat(32) } };

export const VARIANTS: readonly NamedStack[] = [
  [
    "a restricted test whose number the portal gets",
    { ...lamnaTest, numbers: "portal", network: { ...lamnaTest.network, mode: "restricted" } },
  ],
  [
    "a European production with its own encryption key",
    {
      ...lamnaProduction,
      geography: "europe",
      // A toll-free number of the US would reach nobody in Europe.
      number: undefined,
      sms: { ...lamnaProduction.sms, live: false },
      encryption: "customerKeys",
      events: { accepted: "Event data of texts may be kept in any Microsoft data center" },
    },
  ],
  [
    "a German private test with its own encryption key",
    {
      ...lamnaTest,
      geography: "europe",
      azure: { ...lamnaTest.azure, location: "germanywestcentral" },
      network: { ...lamnaTest.network, mode: "private" },
      encryption: "customerKeys",
      deployFrom: ["203.0.113.10/32"],
    },
  ],
  [
    "a test with a registration of the hospital's own, and its consent",
    {
      ...lamnaTest,
      microsoft: {
        ...lamnaTest.microsoft,
        registration: {
          clientId: "7d0c5a1e-0000-4000-8000-00000000c0a1",
          objectId: "7d0c5a1e-0000-4000-8000-00000000c0a2",
          servicePrincipalId: "7d0c5a1e-0000-4000-8000-00000000c0a3",
        },
        consent: "granted",
      },
    },
  ],
];
