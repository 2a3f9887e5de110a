/**
 * Which integration records of a connection were given to Oracle, as an administrator has marked them, with the values that
 * were given.
 */
import * as z from "zod";
import { settingKind } from "./settingKind.ts";

const givenValue = z
  .object({
    values: z.array(z.object({ record: z.string(), name: z.string(), value: z.string() })),
  })
  .meta({
    description:
      "the values that Oracle was given: of which record, what each is called there, and the value",
  });

export type GivenRecords = z.output<typeof givenValue>;

export const givenRecords = settingKind({
  name: "given-records",
  what: "which integration records Oracle was given",
  value: givenValue,
});
