/** Mutants of the adapters of Key Vault and Entra that may survive; see excuses.ts. */

const NOTHING = "what stands for nothing is refused like every other text that is none of these";
const SILENT =
  "a deadline of ten seconds, which only a vendor that is silent meets: too long for a test of every day";

export const OF_ADAPTERS = [
  {
    file: "app/adapters/keyvault/keySet.ts",
    line: 'return decipher.update(bytes.subarray(textAt, -TAG_BYTES), undefined, "utf8") + decipher.final("utf8");',
    mutators: ["StringLiteral"],
    because: "without an encoding there comes a Buffer, which becomes the same text where it is added",
  },
  {
    file: "app/adapters/keyvault/notificationKey.ts",
    line: "if (version === undefined || createdOn === undefined || jwk?.n === undefined || jwk.e === undefined)",
    mutators: ["ConditionalExpression", "OptionalChaining"],
    because: "the SDK reads the version out of the key's address, and fails before where there is no key",
  },
  {
    file: "app/adapters/keyvault/vault.ts",
    line: 'const wrapped = await operator(key, version).wrapKey("RSA-OAEP-256", data, {',
    mutators: ["ObjectLiteral"],
    because: SILENT,
  },
  {
    file: "app/adapters/keyvault/vault.ts",
    line: 'const name = key + "/" + version;',
    mutators: ["StringLiteral"],
    because: "versions are of one length, so no two keys and versions give the same text",
  },
  {
    file: "app/adapters/keyvault/versions.ts",
    line: "const hasExpired = ({ expiresOn }: KeyVersion, now: Date) => expiresOn !== undefined && expiresOn <= now;",
    mutators: ["ConditionalExpression"],
    because: "what is undefined is not less than a date either; only the types ask",
  },
  {
    file: "app/adapters/keyvault/versions.ts",
    line: "b.createdOn.getTime() - a.createdOn.getTime() || (a.version < b.version ? 1 : -1);",
    mutators: ["EqualityOperator"],
    because: "no two versions have one name",
  },
  {
    file: "app/adapters/entra/bearerTokens.ts",
    line: "if (error instanceof errors.JOSEError) return FAULTS[error.code];",
    mutators: ["ConditionalExpression"],
    because: "an error of another kind has no code of jose's, so it finds nothing there either",
  },
  {
    file: "app/adapters/entra/credential.ts",
    line: "const timer = setTimeout(() => {",
    mutators: ["BlockStatement"],
    because: SILENT,
  },
  {
    file: "app/adapters/entra/credential.ts",
    line: "reject(new Error(`${asked} gave no token within ${String(DEADLINE_MS / 1000)} s`));",
    mutators: ["StringLiteral", "ArithmeticOperator"],
    because: SILENT,
  },
  {
    file: "app/adapters/entra/signInFault.ts",
    line: 'export const aadCode = (description = "") => /\\bAADSTS\\d{4,8}\\b/.exec(description)?.[0] ?? "";',
    mutators: ["StringLiteral"],
    because: NOTHING,
  },
  {
    file: "app/adapters/entra/staffSignIn.ts",
    line: 'function pageToOpen(address = "", { allowHttp }: StaffSignInOptions): URL {',
    mutators: ["StringLiteral"],
    because: NOTHING,
  },
];
