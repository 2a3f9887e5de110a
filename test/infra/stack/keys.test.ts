/**
 * Keys of the stack file whose form is defined once for the whole product: what each accepts, and how the rest is refused.
 */
import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { describe, expect, test } from "vitest";
import { parseStack } from "../../../infra/stack.ts";
import { lamnaConnection, lamnaDepartment, lamnaProduction, lamnaTest, lamnaWith } from "../stacks.ts";

const one = lamnaDepartment.organizer;
const other = "7d0c5a1e-0000-4000-8000-00000000a002";
const SIGNER = { name: "Sam Brenner", key: "ssh-ed25519 " + "AAAAC3Nz".repeat(8) + " sam" };
const OTHER_KEY = "ssh-ed25519 " + "AAAAC3Ny".repeat(8);
const eleven = Array.from(
  { length: 11 },
  (_, index) => "7d0c5a1e-0000-4000-8000-0000000000" + String(index + 10),
);
const way = { method: "private_key_jwt", key: "fhir-lamna-system" };
const system = { clientId: "system", authentication: way };
const { organizer: _organizer, ...nobodys } = lamnaDepartment;

const refusal = (stack: unknown): unknown => {
  const verdict = parseStack(stack);
  return verdict.ok ? "accepted" : verdict.faults;
};
const keyOf = (path: string) => path.replace(/\.(\d+)/g, "[$1]");

describe("a stack may say", () => {
  test.each<[path: string, value: unknown]>([
    ["departments.0", { ...nobodys, organizers: [one] }],
    ["departments.0", { ...nobodys, organizers: eleven.slice(1) }],
    ["departments.0.nameInTexts", true],
    ["connections.0.system", system],
    [
      "connections.0.system",
      { clientId: "system", authentication: { method: "client_secret_basic", secret: "s" }, scopes: ["a"] },
    ],
    ["connections.0.writeBack", {}],
    [
      "connections.0.writeBack",
      { links: true, status: { arrived: true, checkedIn: false, fulfilled: true } },
    ],
    ["connections.0.messages", { kinds: ["confirmation", "update", "cancellation", "reminder"] }],
    ["connections.0.messages", { kinds: [] }],
    ["connections.0.messages", { kinds: ["reminder"], remindMinutesBefore: [10_080, 1440, 60, 15, 1] }],
    ["messages", { aheadDays: 1, hours: "always" }],
    ["messages", { aheadDays: 60, hours: { from: "00:00", to: "23:59" } }],
    ["organization.textName", "Niño & Söhne ¿É à la car"],
    ["organization.textName", "Lamna"],
    ["mail", { domain: "lamna.example" }],
    ["mail", { domain: "mail.lamna.example" }],
    ["features", { staffNames: false, presence: false, attendance: false, callQuality: true }],
    ["approvals", { secondPerson: true, testOverride: true }],
    ["release.approvers", [SIGNER, { name: "Alex Romero", key: OTHER_KEY }]],
    ["staffRecipients", { phones: ["+12025550171", "+12025550172"], mails: ["a@lamna.example"] }],
    ["number.verification", "approved"],
    ["sms.live", true],
  ])("%s: %j", (path, value) => {
    expect(refusal(lamnaWith(path, value, lamnaProduction))).toBe("accepted");
  });
});

test("a text where a list belongs is told once, and not how long it is", () => {
  const said = refusal(lamnaWith("departments.0", { ...nobodys, organizers: one }, lamnaProduction));
  expect(said).toEqual([
    "departments[0].organizers: must be a list; a list of one has brackets: [7d0c5a1e-0000-4000-8000-00000000a001]",
  ]);
});

describe("a stack is refused with a sentence that names the key", () => {
  test.each<[path: string, value: unknown, below: string, words: string]>([
    ["departments.0", nobodys, ".organizer", "is missing; give one account's object id, or a list"],
    ["departments.0.organizers", [other], "", "contradicts organizer; leave one of them out"],
    ["departments.0", { ...nobodys, organizers: [] }, ".organizers", "must not be empty"],
    ["departments.0", { ...nobodys, organizers: eleven }, ".organizers", "must have 10 entries at most"],
    [
      "departments.0",
      { ...nobodys, organizers: [one, other, one.toUpperCase()] },
      ".organizers[2]",
      one + " is listed already",
    ],
    ["departments.0", { ...nobodys, organizers: ["cardiology"] }, ".organizers[0]", "must be an object id"],
    ["departments.0.nameInTexts", "yes", "", "must be true or false"],
    ["connections.0.system", { ...system, persona: "system" }, ".persona", "is not a setting"],
    ["connections.0.system", { clientId: "system" }, ".authentication", "is missing"],
    [
      "connections.0.system",
      { ...system, authentication: { ...way, key: "a key" } },
      ".authentication.key",
      "must be a name in the key vault",
    ],
    [
      "connections.0.system",
      { ...system, authentication: { ...way, key: "Graph-Notifications" } },
      ".authentication.key",
      "Graph-Notifications is the name of a key of the connector's own; choose another one",
    ],
    [
      "connections.0.provider.authentication.key",
      "connector-wrapping",
      "",
      "connector-wrapping is the name of a key of the connector's own; choose another one",
    ],
    [
      "connections.0.system",
      { ...system, authentication: { ...way, key: "fhir-lamna-test", algorithm: "ES384" } },
      ".authentication.algorithm",
      "fhir-lamna-test signs by RS384 at connections[0].provider.authentication.key; use another key",
    ],
    ["connections.0.writeBack", { links: "on" }, ".links", "must be true or false"],
    ["connections.0.writeBack", { status: { noShow: true } }, ".status.noShow", "is not a setting"],
    ["connections.0.messages", { kinds: ["invoice"] }, ".kinds[0]", "must be confirmation, update, cancel"],
    [
      "connections.0.messages",
      { kinds: ["reminder", "update", "reminder"] },
      ".kinds[2]",
      "reminder is listed already",
    ],
    [
      "connections.0.messages",
      { kinds: ["confirmation"], remindMinutesBefore: [15] },
      ".remindMinutesBefore",
      "has no effect, since kinds leaves reminder out",
    ],
    ["staffRecipients", {}, "", "lists nobody; list a phone or a mail, or leave it out"],
    ["organization.textName", "   ", "", "has blanks alone; say what it is"],
    [
      "organization.textName",
      "Lamna ",
      "",
      "must not begin or end with a blank or a line break; take it out",
    ],
    ["mail.domain", "azurecomm.net", "", "must be the hospital's own; leave it out to use Azure's"],
    ["departments.0", { ...nobodys, organizers: one }, ".organizers", "must be a list"],
    ["connections.0.messages", { remindMinutesBefore: [] }, ".remindMinutesBefore", "must not be empty"],
    ["connections.0.messages", { remindMinutesBefore: [0] }, ".remindMinutesBefore[0]", "must be at least 1"],
    [
      "connections.0.messages",
      { remindMinutesBefore: [10_081] },
      ".remindMinutesBefore[0]",
      "must be at most 10080",
    ],
    [
      "connections.0.messages",
      { remindMinutesBefore: [15, 1440, 15] },
      ".remindMinutesBefore[2]",
      "15 is listed already",
    ],
    [
      "connections.0.messages",
      { remindMinutesBefore: [1, 2, 3, 4, 5, 6] },
      ".remindMinutesBefore",
      "must have 5 entries at most",
    ],
    [
      "connections.0.messages",
      { remindMinutesBefore: ["15"] },
      ".remindMinutesBefore[0]",
      "must be a number",
    ],
    ["messages", { aheadDays: 0 }, ".aheadDays", "must be at least 1"],
    ["messages", { aheadDays: 61 }, ".aheadDays", "must be at most 60"],
    ["messages", { aheadDays: 1.5 }, ".aheadDays", "must be a whole number"],
    ["messages", { hours: "never" }, ".hours", "must be always, or from and to, such as { from: '08:00'"],
    ["messages", { hours: { from: "08:00" } }, ".hours", "must be always, or from and to"],
    [
      "messages",
      { hours: { from: "8:00", to: "21:00" } },
      ".hours.from",
      "must be a time of the day in quot",
    ],
    [
      "messages",
      { hours: { from: "08:00", to: "24:00" } },
      ".hours.to",
      "must be a time of the day in quote",
    ],
    [
      "messages",
      { hours: { from: "08:00", to: "08:00" } },
      ".hours.to",
      "must be later than from, on the sa",
    ],
    [
      "messages",
      { hours: { from: "21:00", to: "08:00" } },
      ".hours.to",
      "must be later than from, on the sa",
    ],
    ["messages", { quiet: true }, ".quiet", "is not a setting"],
    ["organization.textName", "Lamna Healthcare Springf.", "", "must be 24 characters at most"],
    ["organization.textName", "", "", "must not be empty"],
    ["organization.textName", "Clínica", "", "must be of the plain characters"],
    ["mail", {}, ".domain", "is missing"],
    ["mail", { domain: "clinic@lamna.example" }, ".domain", "must be a domain such as mail.lamna.example"],
    ["mail", { domain: "Mail.lamna.example" }, ".domain", "must be a domain such as mail.lamna.example"],
    ["mail", { domain: "1a2b.azurecomm.net" }, ".domain", "must be the hospital's own"],
    ["features", { presence: "on" }, ".presence", "must be true or false"],
    ["features", { chat: true }, ".chat", "is not a setting"],
    ["approvals", { secondPerson: 1 }, ".secondPerson", "must be true or false"],
    ["approvals", { everybody: true }, ".everybody", "is not a setting"],
    ["release.approvers", [], "", "must not be empty"],
    ["release.approvers", ["the board"], "[0]", "must be a group of settings"],
    [
      "release.approvers",
      [{ ...SIGNER, key: "ssh-dss AAAA" }],
      "[0].key",
      "must be a public SSH key on one line",
    ],
    [
      "release",
      { site: "a".repeat(64), approvers: [SIGNER, { ...SIGNER, key: OTHER_KEY }], approvals: 2 },
      ".approvals",
      "asks for 2, and release.approvers names 1",
    ],
    [
      "release.approvers",
      [SIGNER, { name: "Alex Romero", key: SIGNER.key + " home" }],
      "[1].key",
      "is listed already",
    ],
    ["release.approvals", 2, "", "asks for 2, and release.approvers names 0"],
    [
      "staffRecipients",
      { phones: ["+12025550171", "+12025550171"] },
      ".phones[1]",
      "+12025550171 is listed already",
    ],
    [
      "staffRecipients",
      { mails: ["a@lamna.example", "A@lamna.example"] },
      ".mails[1]",
      "A@lamna.example is listed already",
    ],
    ["numbers", "nobody", "", "must be stack or portal"],
    ["sms.live", "soon", "", "must be true or false"],
  ])("%s %j: %s %s", (path, value, below, words) => {
    expect(refusal(lamnaWith(path, value, lamnaProduction))).toEqual([
      expect.stringMatching(startOf(keyOf(path + below) + ": " + words)),
    ]);
  });

  test("where texts would begin with nothing, in this case a name in another script", () => {
    const named = lamnaWith("organization.name", "聖路加国際病院", lamnaProduction);
    expect(refusal(named)).toEqual([
      expect.stringMatching(/^organization\.textName: is missing; texts begin/),
    ]);
    expect(refusal(lamnaWith("organization.name", "聖路加国際病院", lamnaTest))).toBe("accepted");
  });
});

const startOf = (text: string) => new RegExp("^" + text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));

test("what a stack leaves to the portal or to its environment is not filled in", () => {
  const verdict = parseStack(lamnaTest);
  const { stack } = verdict.ok ? verdict : { stack: undefined };
  expect(stack).toMatchObject({ features: { staffNames: true }, release: {} });
  for (const key of ["numbers", "messages", "mail", "approvals", "staffRecipients"])
    expect(stack).not.toHaveProperty(key);
  for (const key of ["presence", "attendance", "callQuality"])
    expect(stack?.features).not.toHaveProperty(key);
  for (const key of ["system", "writeBack", "messages"])
    expect(stack?.connections?.[0]).not.toHaveProperty(key);
});

test("two connections may have system clients of one key, as Oracle reads one key set", () => {
  const connections = [
    { ...lamnaConnection, system },
    { ...lamnaConnection, id: "second", fhirBaseUrl: "https://ehr.example.org/r4/2", system },
  ];
  expect(refusal({ ...lamnaTest, connections })).toBe("accepted");
});

describe("testStack.evidenceKeys", () => {
  const pair = (namedCurve = "P-256") => generateKeyPairSync("ec", { namedCurve });
  const pem = (key: KeyObject) => key.export({ type: "spki", format: "pem" }).toString();
  const jwk = (key: KeyObject) => key.export({ format: "jwk" });
  const saying = (...keys: unknown[]) => lamnaWith("testStack.evidenceKeys", keys, lamnaProduction);
  const refused = (words: string, index = 0): unknown[] => [
    expect.stringMatching(startOf("testStack.evidenceKeys[" + String(index) + "]: " + words)),
  ];
  const { publicKey, privateKey } = pair();
  const NO_KEY = "must be a public EC key on the curve P-256 or P-384, as a JWK or as PEM text";
  const PRIVATE = "is a private key, which belongs in the test deployment's vault alone";

  test.each(["P-256", "P-384"])("takes a public key on %s as PEM, as a JWK and as a JWK's text", (curve) => {
    const keys = [pair(curve), pair(curve), pair(curve)].map((each) => each.publicKey) as [
      KeyObject,
      KeyObject,
      KeyObject,
    ];
    const [first, second, third] = keys;
    const written = [pem(first), { ...jwk(second), kid: "2026", use: "sig" }, JSON.stringify(jwk(third))];
    expect(refusal(saying(...written))).toBe("accepted");
  });

  test.each<[string, unknown]>([
    ["as PEM", privateKey.export({ type: "pkcs8", format: "pem" })],
    ["as an EC PEM", privateKey.export({ type: "sec1", format: "pem" })],
    ["as a JWK", jwk(privateKey)],
    ["as a JWK's text", JSON.stringify(jwk(privateKey))],
    ["after a public one", pem(publicKey) + privateKey.export({ type: "pkcs8", format: "pem" }).toString()],
    ["as an RSA JWK", jwk(generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey)],
    ["as a shared secret", { kty: "oct", k: "c2VjcmV0" }],
  ])("refuses a private key %s in words that do not repeat it", (_how, key) => {
    const faults = refusal(saying(key));
    expect(faults).toEqual(refused(PRIVATE));
    expect(JSON.stringify(faults)).not.toContain(String(jwk(privateKey).d));
  });

  test.each<[string, unknown]>([
    ["words", "the test stack's key"],
    ["text that only begins like a JWK", "{ kty: EC }"],
    ["an RSA key", pem(generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey)],
    ["a key on another curve", pem(pair("secp256k1").publicKey)],
    ["an Ed25519 key", jwk(generateKeyPairSync("ed25519").publicKey)],
    ["a point that is not on the curve", { ...jwk(publicKey), y: jwk(publicKey).x }],
    ["a JWK without its point", { kty: "EC", crv: "P-256" }],
    ["two keys in one text", pem(publicKey) + pem(pair().publicKey)],
    ["a number", 7],
  ])("refuses %s", (_what, key) => {
    expect(refusal(saying(key))).toEqual(refused(NO_KEY));
  });

  test("refuses the same key twice, however it is written, and an empty list", () => {
    expect(refusal(saying(pem(publicKey), { ...jwk(publicKey), kid: "again" }))).toEqual(
      refused("is listed already", 1),
    );
    expect(refusal(saying())).toEqual([startsWith("testStack.evidenceKeys: must not be empty")]);
  });
});

const startsWith = (text: string) => expect.stringMatching(startOf(text)) as unknown;
