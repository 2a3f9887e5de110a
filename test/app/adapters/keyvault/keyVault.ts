/**
 * A small Key Vault. It first sends a challenge and then accepts only the right token. An expired version can only unwrap.
 */
import { constants, generateKeyPairSync, privateDecrypt, privateEncrypt, publicEncrypt } from "node:crypto";
import { serveTls, type Answer, type Asked } from "../server.ts";

export interface Version {
  readonly id: string;
  readonly createdAt?: Date;
  enabled?: boolean;
  notBefore?: Date;
  expiresAt?: Date;
}

const OAEP_HASH: Readonly<Record<string, string>> = { "RSA-OAEP": "sha1", "RSA-OAEP-256": "sha256" };
const oaep = (algorithm: unknown) => ({
  padding: constants.RSA_PKCS1_OAEP_PADDING,
  oaepHash: OAEP_HASH[String(algorithm)] ?? "none",
});
const DIGEST_INFO: Readonly<Record<string, Buffer>> = {
  RS256: Buffer.from("3031300d060960864801650304020105000420", "hex"),
  RS384: Buffer.from("3041300d060960864801650304020205000430", "hex"),
};
const pair = generateKeyPairSync("rsa", { modulusLength: 2048 });
const jwk = pair.publicKey.export({ format: "jwk" });
const seconds = (date?: Date) => date && Math.floor(date.getTime() / 1000);
const bytes = (value: unknown) => Buffer.from(String(value), "base64url");

export async function serveKeyVault(key: string, versions: Version[], now: () => Date) {
  const served = await serveTls((asked): Answer => {
    if (asked.headers.authorization !== "Bearer identity-token")
      return { status: 401, headers: { "www-authenticate": CHALLENGE }, json: {} };
    const [collection, name, id, operation] = asked.url.pathname.split("/").slice(1);
    if (collection === "secrets" && name === "ehr-secret")
      return { json: { value: "s3cret", id: address(asked) } };
    if (collection === "secrets" && name === "empty") return { json: { value: "", id: address(asked) } };
    if (collection === "secrets" && name === "bare") return { json: { id: address(asked) } };
    if (collection === "secrets" && name === "endless")
      return { json: { value: "s".repeat(2_000_000), id: address(asked) } };
    // A request without a version means the newest one.
    const version = (id ?? "") === "" ? versions.at(-1) : versions.find((each) => each.id === id);
    if (name !== key || (id !== "versions" && version === undefined)) return refusal(404, "KeyNotFound");
    if (version === undefined) return { json: { value: versions.map((each) => described(each)) } };
    if (operation === undefined)
      return { json: { ...described(version), key: { ...jwk, kid: keyId(version) } } };
    return operate(version, operation, JSON.parse(asked.body) as Record<string, unknown>);
  });

  const CHALLENGE = `Bearer authorization="https://login.microsoftonline.com/t", resource="https://vault.azure.net"`;
  const address = ({ url }: Asked) => `${served.origin}${url.pathname.replace(/\/$/, "")}/1`;
  const keyId = (version: Version) => `${served.origin}/keys/${key}/${version.id}`;
  const described = (version: Version) => ({
    kid: keyId(version),
    attributes: {
      enabled: version.enabled ?? true,
      created: seconds(version.createdAt),
      nbf: seconds(version.notBefore),
      exp: seconds(version.expiresAt),
    },
  });
  const operate = (version: Version, operation: string, body: Record<string, unknown>): Answer => {
    const valid = (version.notBefore ?? now()) <= now() && (version.expiresAt ?? now()) >= now();
    if (version.enabled === false || (!valid && operation !== "unwrapkey")) return refusal(403, "Forbidden");
    const [value, algorithm] = [bytes(body["value"]), body["alg"]];
    const info = DIGEST_INFO[String(algorithm)] ?? Buffer.of();
    try {
      const result =
        operation === "sign"
          ? privateEncrypt(pair.privateKey, Buffer.concat([info, value]))
          : operation === "wrapkey"
            ? publicEncrypt({ key: pair.publicKey, ...oaep(algorithm) }, value)
            : privateDecrypt({ key: pair.privateKey, ...oaep(algorithm) }, value);
      return { json: { kid: keyId(version), value: result.toString("base64url") } };
    } catch {
      return refusal(400, "BadParameter");
    }
  };
  return { url: served.origin, asked: served.asked, publicKey: pair.publicKey };
}

const refusal = (status: number, code: string): Answer => ({
  status,
  headers: { "x-ms-keyvault-service-version": "1.9.0.0" },
  json: { error: { code, message: code } },
});
