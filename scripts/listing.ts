/**
 * `npm run listing`: writes test/infra/production.resources.txt, which lists every resource of the production sample with
 * its dependencies.
 */
import { writeFile } from "node:fs/promises";
import { nothingIsThere, recordAll } from "../test/infra/components/recorded.ts";
import { listingOf } from "../test/infra/listing.ts";
import { clientOf, sampleStack } from "../test/infra/sampleStacks.ts";

const target = new URL("../test/infra/production.resources.txt", import.meta.url);
const stack = await sampleStack("lamna-production");
const resources = await recordAll(
  stack,
  async () => {
    await import("../infra/index.ts");
  },
  {
    call: (token) =>
      token === "azure-native:authorization:getClientConfig" ? clientOf(stack) : nothingIsThere(token),
  },
);
await writeFile(target, listingOf(resources));
process.stdout.write(
  "test/infra/production.resources.txt lists " + String(resources.length) + " resources\n",
);
