/** A small Key Vault: challenge first, then only its token; outside a version's validity it unwraps and nothing else. */
import { constants, generateKeyPairSync, privateDecrypt, privateEncrypt, publicEncrypt } from "node:crypto";
import { serveTls, type Answer, type Asked } from "../server.ts";

export interface Version {
  readonly id: string;
  readonly createdAt: Date;
  enabled?: boolean;
  notBefore?: Date;
  expiresAt?: Date;
}

const oaep = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256" };
const SHA384_INFO = Buffer.from("3041300d060960864801650304020205000430", "hex");
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
    if (collection === "secrets" && name === "endless")
      return { json: { value: "s".repeat(2_000_000), id: address(asked) } };
    const version = versions.find((each) => each.id === id);
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
    const value = bytes(body["value"]);
    const result =
      operation === "sign"
        ? privateEncrypt(pair.privateKey, Buffer.concat([SHA384_INFO, value]))
        : operation === "wrapkey"
          ? publicEncrypt({ key: pair.publicKey, ...oaep }, value)
          : privateDecrypt({ key: pair.privateKey, ...oaep }, value);
    return { json: { kid: keyId(version), value: result.toString("base64url") } };
  };
  return { url: served.origin, asked: served.asked };
}

const refusal = (status: number, code: string): Answer => ({
  status,
  json: { error: { code, message: code } },
});
