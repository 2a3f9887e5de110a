/** What every status of Microsoft's sign-in means for whoever signs in, whatever body comes with it. */
import { expect, test } from "vitest";
import { StaffSignInFault } from "../../../../app/ports/staffSignIn.ts";
import { byMeaning, PAGE, STATUSES } from "../everyStatus.ts";
import { authority, pending } from "./authority.ts";

/** Statuses of which the request is not repeated after a pause. */
const AT_ONCE = STATUSES.filter((status) => status < 500);
const CALLBACK = new URL("http://10.0.0.7:8080/account/callback?code=c1&state=state-1");
const reasonOf = (asked: Promise<unknown>) =>
  asked.then(
    () => "done",
    (error: unknown) => (error instanceof StaffSignInFault ? error.reason : String(error)),
  );

async function discovered(text: string) {
  return byMeaning(async (status) => {
    const { signIn } = await authority({ discovery: { status, text } });
    return reasonOf(signIn.begin(pending));
  }, AT_ONCE);
}
async function redeemed(text: string) {
  const token = { status: 200, text };
  const { signIn } = await authority({ token });
  return byMeaning((status) => {
    token.status = status;
    return reasonOf(signIn.finish(CALLBACK, pending));
  }, AT_ONCE);
}
async function rolesRead(text: string) {
  const roles = { status: 200, text };
  const { signIn } = await authority({ roles });
  return byMeaning((status) => {
    roles.status = status;
    return reasonOf(signIn.finish(CALLBACK, { ...pending, prompt: "roles" }));
  }, AT_ONCE);
}

const OWN = JSON.stringify({ error: "invalid_client", error_description: "AADSTS7000215: no" });

/** With 200 the answer came, and does not prove who signed in; with another status nobody refuses anything. */
test.each(["", PAGE, "{}", '{"error":{"code":"x"}}'])("words that are not Entra's: %j", async (body) => {
  for (const of of [discovered, redeemed])
    expect(await of(body)).toEqual({ invalid: "200", unavailable: "201-499" });
});

test("Entra's own refusal is of the registration, unless it asks to come back later", async () => {
  expect(await redeemed(OWN)).toEqual({
    invalid: "200",
    unavailable: "201-308 407-408 425 429",
    registration: "400-406 409-424 426-428 431-499",
  });
  expect(await discovered(OWN)).toEqual({
    invalid: "200",
    unavailable: "201-308 407-408 425 429",
    registration: "400-406 409-424 426-428 431-499",
  });
});

test.each(["{}", '{"error":{"code":"x"}}'])("of a person's roles 403 alone is refused: %j", async (body) => {
  expect(await rolesRead(body)).toEqual({
    invalid: "200",
    registration: "403",
    unavailable: "201-402 404-499",
  });
});

test("a web page decides nothing of a person's roles", async () => {
  expect(await rolesRead(PAGE)).toEqual({ unavailable: "200-499" });
});
