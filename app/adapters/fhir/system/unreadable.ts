import type { NotFhir } from "../../../ports/systemEhr.ts";
import { Unreadable } from "../../wire/members.ts";

/** Another record than the one that was asked for is no answer about it. */
export const SOMEBODY_ELSES: NotFhir = {
  kind: "not-fhir",
  reason: "the chart system answered with another record",
};

export function unlessUnreadable<T>(readIt: () => T): T | NotFhir {
  try {
    return readIt();
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return {
      kind: "not-fhir",
      reason: "the chart system answered something that cannot be read; " + error.message,
    };
  }
}
