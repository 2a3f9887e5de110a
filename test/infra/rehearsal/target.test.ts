import { expect, test } from "vitest";
import { targetOf } from "../../../infra/rehearsal/target.ts";
import { lamnaDepartment, lamnaTest } from "../stacks.ts";
import { stackOf } from "./reportResults.ts";

test("every account that owns a department's meetings is in the directory and under the access policy, once", () => {
  const { organizer, ...department } = lamnaDepartment;
  const [second, third] = ["7d0c5a1e-0000-4000-8000-0000000000b2", "7d0c5a1e-0000-4000-8000-0000000000b3"];
  const { cast, organizers } = targetOf(
    stackOf({
      ...lamnaTest,
      departments: [
        { ...department, organizers: [organizer, second] },
        { ...department, id: "skin", name: "Dermatology", locations: ["2"], organizers: [second, third] },
      ],
    }),
  );
  expect(organizers).toEqual([organizer, second, third]);
  for (const oid of organizers) expect(cast.filter((person) => person.oid === oid)).toHaveLength(1);
  expect(cast.find(({ oid }) => oid === third)?.displayName).toBe("Dermatology");
});
