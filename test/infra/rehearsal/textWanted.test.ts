/** What a rehearsal expects to become of the text that a clinician sends, depending on the stack file. */
import { expect, test } from "vitest";
import type { StackSettings } from "../../../infra/stack.ts";
import { textWanted } from "../../../infra/rehearsal/visit/messages.ts";
import { targetsOf } from "../../../infra/rehearsal/visit/targets.ts";
import { lamnaProduction } from "../stacks.ts";
import { stackOf } from "./reportResults.ts";

const [STAFF, PATIENT, NUMBER] = ["+12025550173", "+12025550172", "+18335550100"];
const TEXTING = { ...stackOf(lamnaProduction), staffRecipients: { phones: [STAFF], mails: [] } };

test("a text leaves, or is withheld for what the stack does not have yet: a number, consents, the number's approval", () => {
  const wanted = (more: Partial<StackSettings>, number: string | undefined = NUMBER, to = STAFF) => {
    const stack: StackSettings = { ...TEXTING, ...more };
    const [target] = targetsOf(stack);
    return target && textWanted(stack, target.connection, { to, number });
  };
  const { number: _number, sms: _sms, ...without } = TEXTING;
  expect(wanted({})).toBe("accepted");
  expect(wanted({ number: {} })).toBe("unapproved");
  expect(wanted({ number: { verification: "submitted" } })).toBe("unapproved");
  // A toll-free number reaches nobody outside the United States, Canada and Puerto Rico.
  expect(wanted({ staffRecipients: { phones: ["+4940123456"], mails: [] } }, undefined, "+4940123456")).toBe(
    "abroad",
  );
  // A test chart may hold copies of real patients.
  expect(wanted({}, NUMBER, PATIENT)).toBe("test");
  const connections = TEXTING.connections?.map((one) => ({ ...one, environment: "production" as const }));
  expect(wanted({ connections }, NUMBER, PATIENT)).toBe("accepted");
  const [target] = targetsOf(without);
  const to = STAFF;
  expect(target && textWanted(without, target.connection, { to, number: NUMBER })).toBe("no-consent");
  expect(target && textWanted(without, target.connection, { to, number: undefined })).toBe("no-number");
});
