/** What has to be true of the test stack before its package goes to production. */
import { needsLaunch } from "../../app/domain/canary.ts";
import { drift, type Looking } from "../drift/drift.ts";
import { list } from "../drift/list.ts";
import type { Smoke } from "../smoke/ask.ts";
import { passedBy } from "./production.ts";
import type { Wanted } from "./promote.ts";
import { short } from "./run.ts";

export interface Tested {
  readonly name: string;
  readonly digest: string;
  readonly looking: Looking;
  /** Makes the test stack's connector do a canary visit now. */
  readonly canary: () => Promise<Smoke>;
}

export const checksOf = ({ name, digest, looking, canary }: Tested): Wanted["checks"] => [
  {
    about: `${name} has not drifted`,
    async holds() {
      const found = await drift(looking);
      if (found.differences.length > 0 || found.unknown.length > 0) throw new Error(list(found));
      return "nothing differs";
    },
  },
  {
    about: `${name} makes its canary visit with ${short(digest)}`,
    async holds() {
      const told = await canary();
      if (told.canaries.length === 0)
        throw new Error(
          `${name} has no FHIR connection, so nothing was tried: connect its chart system first.`,
        );
      const words = passedBy(told, digest);
      const untried = told.canaries.filter(
        ({ steps, launchedAt }) => needsLaunch(steps) && launchedAt === undefined,
      );
      if (untried.length > 0)
        throw new Error(
          `Only a person can try the chart of ${untried.map(({ connection }) => connection.name).join(", ")}, and nobody has with this package: open a visit from PowerChart there, then run this again.`,
        );
      return words;
    },
  },
];
