import { expect, test } from "vitest";
import { GENERATED, isCurrent } from "../../scripts/stackReadme.ts";

test.each(Object.keys(GENERATED) as (keyof typeof GENERATED)[])(
  "%s says what the schema and the texts say (npm run stack-readme writes it)",
  async (name) => {
    expect(await isCurrent(name)).toBe(true);
  },
);
