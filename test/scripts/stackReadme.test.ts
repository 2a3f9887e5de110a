import { expect, test } from "vitest";
import { GENERATED, isCurrent } from "../../scripts/stackReadme.ts";

test.each(Object.keys(GENERATED) as (keyof typeof GENERATED)[])(
  "stacks/%s explains the keys that the schema has (npm run stack-readme writes it)",
  async (name) => {
    expect(await isCurrent(name)).toBe(true);
  },
);
