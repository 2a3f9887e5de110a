/** The vault's keys and secrets in all their versions, which survive a restart. */
import { generateKeyPair, randomUUID } from "node:crypto";
import { promisify } from "node:util";
import * as z from "zod";
import type { Hosting } from "../../standIn.ts";
import { kept } from "../kept.ts";
import type { VaultOptions } from "../options.ts";
import { VaultError } from "./vaultError.ts";

/** Times in Unix seconds, as the vault writes them. */
const attributes = z.object({
  enabled: z.boolean(),
  nbf: z.int().optional(),
  exp: z.int().optional(),
  created: z.int(),
  updated: z.int(),
});
const keyVersion = z.object({
  version: z.string(),
  operations: z.array(z.string()),
  attributes,
  jwk: z.looseObject({ kty: z.string() }).catchall(z.string()),
});
const secretVersion = z.object({ version: z.string(), value: z.string(), attributes });
const vaultFile = z.object({
  keys: z.record(z.string(), z.array(keyVersion)),
  secrets: z.record(z.string(), z.array(secretVersion)),
});

export type Attributes = z.output<typeof attributes>;
export type KeyVersion = z.output<typeof keyVersion>;
export type SecretVersion = z.output<typeof secretVersion>;
export type KeyShape =
  | { readonly kty: "RSA"; readonly size?: number | undefined }
  | { readonly kty: "EC"; readonly crv?: "P-256" | "P-384" | undefined };
export interface Validity {
  readonly enabled?: boolean | undefined;
  readonly nbf?: number | undefined;
  readonly exp?: number | undefined;
}

/** What the vault holds. The newest version of a name comes last. A change is on the disk when its promise resolves. */
export interface VaultContents {
  createKey(
    name: string,
    shape: KeyShape,
    validity?: Validity,
    operations?: readonly string[],
  ): Promise<KeyVersion>;
  /** Creates a new version with the current one's properties. @throws VaultError */
  rotateKey(name: string): Promise<KeyVersion>;
  /** @throws VaultError */
  changeKey(
    name: string,
    version: string | undefined,
    change: Validity,
    operations?: readonly string[],
  ): Promise<KeyVersion>;
  keyVersions(name: string): readonly KeyVersion[];
  setSecret(name: string, value: string, validity?: Validity): Promise<SecretVersion>;
  secretVersions(name: string): readonly SecretVersion[];
  /** Resolves when the contents are on the disk; later changes are not kept. */
  close(): Promise<void>;
}

const OPERATIONS = {
  RSA: ["encrypt", "decrypt", "sign", "verify", "wrapKey", "unwrapKey"],
  EC: ["sign", "verify"],
} as const;
const newKeyPair = promisify(generateKeyPair);

export async function openVault(hosting: Hosting, options: VaultOptions): Promise<VaultContents> {
  const file = kept(hosting.dataFolder, "vault.json", vaultFile);
  const { keys, secrets } = (await file.read()) ?? { keys: {}, secrets: {} };
  const seconds = () => Math.floor(hosting.now().getTime() / 1000);
  const stamped = (validity: Validity): Attributes => ({
    enabled: validity.enabled ?? true,
    ...(validity.nbf === undefined ? {} : { nbf: validity.nbf }),
    ...(validity.exp === undefined ? {} : { exp: validity.exp }),
    created: seconds(),
    updated: seconds(),
  });
  const add = async <V>(versions: Record<string, V[]>, name: string, version: V): Promise<V> => {
    (versions[name] ??= []).push(version);
    await file.write({ keys, secrets });
    return version;
  };

  const contents: VaultContents = {
    createKey: async (name, shape, validity = {}, operations = OPERATIONS[shape.kty]) => {
      const jwk = await newJwk(shape);
      return add(keys, name, {
        version: newVersion(),
        operations: [...operations],
        attributes: stamped(validity),
        jwk,
      });
    },
    rotateKey: (name) => {
      const current = keyVersionOf(contents, name, undefined);
      const validity = { enabled: current.attributes.enabled };
      return contents.createKey(name, shapeOf(current), validity, current.operations);
    },
    changeKey: async (name, version, change, operations) => {
      const changed = keyVersionOf(contents, name, version);
      const { enabled, nbf, exp } = change;
      changed.attributes = {
        ...changed.attributes,
        ...(enabled === undefined ? {} : { enabled }),
        ...(nbf === undefined ? {} : { nbf }),
        ...(exp === undefined ? {} : { exp }),
        updated: seconds(),
      };
      if (operations !== undefined) changed.operations = [...operations];
      await file.write({ keys, secrets });
      return changed;
    },
    keyVersions: (name) => keys[name] ?? [],
    setSecret: (name, value, validity = {}) =>
      add(secrets, name, { version: newVersion(), value, attributes: stamped(validity) }),
    secretVersions: (name) => secrets[name] ?? [],
    close: () => file.close(),
  };

  for (const { name, kind } of options.keys)
    if (contents.keyVersions(name).length === 0) await contents.createKey(name, { kty: kind });
  for (const [name, value] of Object.entries(options.secrets))
    if (contents.secretVersions(name).at(-1)?.value !== value) await contents.setSecret(name, value);
  return contents;
}

/** The version with that id, or the current one. @throws VaultError when there is none */
export function keyVersionOf(contents: VaultContents, name: string, version: string | undefined): KeyVersion {
  const versions = contents.keyVersions(name);
  const found =
    version === undefined ? versions.at(-1) : versions.find((candidate) => candidate.version === version);
  if (found !== undefined) return found;
  throw new VaultError(
    404,
    "KeyNotFound",
    `A key with (name/id) ${[name, version].filter((part) => part !== undefined).join("/")} was not found in this key vault. If you recently deleted this key you may be able to recover it using the correct recovery command.`,
  );
}

async function newJwk(shape: KeyShape): Promise<KeyVersion["jwk"]> {
  const { privateKey } =
    shape.kty === "RSA"
      ? await newKeyPair("rsa", { modulusLength: shape.size ?? 2048 })
      : await newKeyPair("ec", { namedCurve: shape.crv ?? "P-384" });
  return keyVersion.shape.jwk.parse(privateKey.export({ format: "jwk" }));
}

function shapeOf({ jwk }: KeyVersion): KeyShape {
  if (jwk.kty === "EC") return { kty: "EC", crv: jwk["crv"] === "P-256" ? "P-256" : "P-384" };
  return { kty: "RSA", size: Buffer.from(jwk["n"] ?? "", "base64url").length * 8 };
}

const newVersion = () => randomUUID().replaceAll("-", "");
