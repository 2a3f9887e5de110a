import { expect, test } from "vitest";
import { readableTelephone, telephone } from "../../../app/web/telephone.ts";

test.each([
  ["+13125550100", "(312) 555-0100", "tel:+13125550100"],
  ["(202) 555-0143", "(202) 555-0143", "tel:2025550143"],
  ["+442079460123", "+442079460123", "tel:+442079460123"],
  ["+131255501000", "+131255501000", "tel:+131255501000"],
])("%s is read as %s and called as %s", (phone, read, called) => {
  expect([readableTelephone(phone), telephone(phone)]).toEqual([read, called]);
});
