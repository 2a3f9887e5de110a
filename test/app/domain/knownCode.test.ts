import { expect, test } from "vitest";
import { knownCode, OAUTH_ERRORS } from "../../../app/domain/knownCode.ts";

test.each([
  ["invalid_scope", "invalid_scope"],
  ["INVALID_SCOPE", "other"],
  ["Jo Markworthy, born 1950", "other"],
  [{ code: "invalid_scope" }, "other"],
  [undefined, "none"],
  [null, "none"],
  ["", "none"],
])("an error code %j is logged as %s", (code, known) => {
  expect(knownCode(code, OAUTH_ERRORS)).toBe(known);
});
