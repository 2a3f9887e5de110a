import { expect, test } from "vitest";
import { actionWords, memberWords, valueWords } from "../../../../app/flows/portal/auditWords.ts";

test.each(["constructor", "__proto__", "toString"])("a name that is %s is shown as it is", (text) => {
  expect([actionWords(text), memberWords(text), valueWords(text)]).toEqual([text, text, text]);
});
