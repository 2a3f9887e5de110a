import { expect, test } from "vitest";
import { languageFor } from "../../../app/domain/language.ts";

test.each([
  ["es", "es"],
  ["ES-mx", "es"],
  ["en", "en"],
  ["est", "en"],
  ["pt-br", "en"],
  [undefined, "en"],
])("whoever the chart says prefers %s is written to in %s", (code, language) => {
  expect(languageFor(code)).toBe(language);
});
