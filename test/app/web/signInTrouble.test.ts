/** What is read where Microsoft's sign-in did not work: who can do something about it, and what a code is about. */
import { expect, test } from "vitest";
import { failedBy, signInTroubleWords } from "../../../app/web/signInTrouble.ts";

test("each trouble has words of its own, and only one that may pass asks for another try", () => {
  const all = (["unavailable", "registration", "invalid"] as const).map((why) => signInTroubleWords({ why }));
  expect(all.map(({ mayBeTried }) => mayBeTried)).toEqual([true, false, true]);
  for (const member of ["title", "happened", "forIt"] as const)
    expect(new Set(all.map((words) => words[member])).size).toBe(3);
  const [unavailable, registration] = all;
  expect(unavailable?.happened).toContain("Nothing is wrong with your account");
  expect(unavailable?.forIt).not.toContain("registration");
  expect(registration?.happened).toContain("not you");
});

test.each([
  ["AADSTS700016", "no such application"],
  ["AADSTS90002", "compare the client id and the tenant"],
  ["AADSTS50011", "redirect URI is not among"],
  ["AADSTS700213", "federated credential does not fit"],
  ["AADSTS65001", "consent is missing"],
  ["AADSTS50105", "asks for an assignment"],
  ["AADSTS53003", "Conditional Access"],
  ["AADSTS54005", "used before"],
])("of %s it is said that %s", (code, means) => {
  const { forIt } = signInTroubleWords({ why: "registration", code });
  expect(forIt).toContain(` Microsoft answered ${code}: `);
  expect(forIt).toContain(means);
  expect(forIt).toMatch(/[a-z]\.$/);
});

test("a code that is not known is told all the same; without one nothing is", () => {
  expect(signInTroubleWords({ why: "invalid", code: "AADSTS1234567" }).forIt).toMatch(
    / Microsoft answered AADSTS1234567\.$/,
  );
  expect(signInTroubleWords(failedBy("invalid", { code: undefined })).forIt).not.toContain("answered");
  expect(failedBy("invalid", { code: undefined })).toEqual({ why: "invalid" });
  expect(failedBy("registration", { code: "AADSTS65001" })).toEqual({
    why: "registration",
    code: "AADSTS65001",
  });
});
