/** Ids: which text is one, and what is read out of one. */
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { isFhirId } from "../../../app/domain/fhirId.ts";
import { objectId } from "../../../app/domain/guid.ts";
import type { VisitId } from "../../../app/domain/linkToken.ts";
import { meetingKey } from "../../../app/domain/meetingKey.ts";
import { messageIdOf, visitOfMessage } from "../../../app/domain/messageId.ts";
import { stackNameIn } from "../../../app/domain/promotion.ts";
import { uuidOf } from "../../../app/domain/uuid.ts";

test.each<[text: string, isId: boolean]>([
  ["41000001", true],
  ["a_~.-Z9", true],
  ["a".repeat(128), true],
  ["a".repeat(129), false],
  ["", false],
  [".", false],
  ["..", false],
  ["..a", true],
  ["a/b", false],
  ["a b", false],
  ["a\n", false],
  ["ñ", false],
])("'%s' is an id of a resource: %s", (text, isId) => {
  expect(isFhirId(text)).toBe(isId);
});

test("an object id is compared in lower case, and what is none is told how one looks", () => {
  expect(objectId.parse("7D0C5A1E-0000-4000-8000-00000000A001")).toBe("7d0c5a1e-0000-4000-8000-00000000a001");
  expect(objectId.safeParse("ana").error?.issues[0]?.message).toBe(
    "must be an object id of the hospital's directory, a GUID such as 7d0c5a1e-0000-4000-8000-00000000a001",
  );
});

test.each<[input: unknown, hint: string]>([
  ["{7d0c5a1e-0000-4000-8000-00000000a001}", "; leave its braces out"],
  [{ "7d0c5a1e-0000-4000-8000-00000000a001": null }, "; leave its braces out"],
  [["7d0c5a1e-0000-4000-8000-00000000a001"], "; one id belongs here, and no list"],
])("an object id written as %j is told as that", (input, hint) => {
  expect(objectId.safeParse(input).error?.issues[0]?.message).toMatch(new RegExp("a001" + hint + "$"));
});

test.each([
  ["0".repeat(32), 4, "00000000-0000-4000-8000-000000000000"],
  ["f".repeat(40), 5, "ffffffff-ffff-5fff-bfff-ffffffffffff"],
  ["0123456789abcdef0123456789abcdef", 8, "01234567-89ab-8def-8123-456789abcdef"],
] as const)("%s as a UUID of version %i", (hex, version, uuid) => {
  expect(uuidOf(hex, version)).toBe(uuid);
});

const visit = "AAECAwQFBgcICQoL" as VisitId;
const hash = createHash("sha256").update("reminder").digest("base64url");

test("a message's id is a GUID, the same for the same message, and its visit is read out of it", () => {
  const id = messageIdOf(visit, hash);
  expect(id).toMatch(/^00010203-0405-0607-0809-0a0b[0-9a-f]{8}$/);
  expect(id).toHaveLength(36);
  expect(messageIdOf(visit, hash)).toBe(id);
  expect(messageIdOf(visit, createHash("sha256").update("other").digest("base64url"))).not.toBe(id);
  expect(visitOfMessage(id)).toEqual({ visit, id });
  expect(visitOfMessage(id.toUpperCase())).toEqual({ visit, id });
});

test.each(["", "x00010203-0405-0607-0809-0a0b00000000", "00010203-0405-0607-0809-0a0b000000001", "00010203"])(
  "'%s' is no message's id",
  (text) => {
    expect(visitOfMessage(text)).toBeUndefined();
  },
);

const THREAD = "19:meeting_NTA2ZTk4@thread.v2";
const thrice = encodeURIComponent(encodeURIComponent(encodeURIComponent(THREAD)));
test.each([
  [`https://teams.microsoft.com/l/meetup-join/${THREAD}/0?context=x`, THREAD],
  [`https://teams.microsoft.com/l/meetup-join/${encodeURIComponent(THREAD)}/0`, THREAD],
  [`https://teams.microsoft.com/l/meetup-join/${encodeURIComponent(encodeURIComponent(THREAD))}/0`, THREAD],
  // Nobody writes it with more percent signs than that.
  ["https://x.example/" + thrice, "https://x.example/" + thrice],
  ["https://teams.microsoft.com/meet/123?p=secret", "https://teams.microsoft.com/meet/123"],
  ["https://teams.microsoft.com/meet/50%?p=secret", "https://teams.microsoft.com/meet/50%"],
  ["https://x.example/19:meeting_a@threadxv2", "https://x.example/19:meeting_a@threadxv2"],
  ["no address", undefined],
])("%s is compared as %s", (address, key) => {
  expect(meetingKey(address)).toBe(key);
});

test("a stack file is named after its stack", () => {
  expect(stackNameIn("stacks/Pulumi.lamna-test.yaml")).toBe("lamna-test");
  expect(stackNameIn("Pulumi.lamna.yaml.yaml")).toBe("lamna.yaml");
});
