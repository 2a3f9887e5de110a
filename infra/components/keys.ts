/**
 * Kinds of vault keys. Each has one use and rotates by itself: the vault makes a new version, and old versions stay usable.
 */
import type { keyvault } from "@pulumi/azure-native/types/input.js";

export type KeyKind = keyvault.KeyPropertiesArgs;

/**
 * A new version each year, each valid for two years, so that those who verify signatures or hold sealed data have time to
 * change over. Azure rotates by the time since creation, because a key's first version has no expiry
 * (https://learn.microsoft.com/azure/key-vault/keys/how-to-configure-key-rotation).
 */
const rotationPolicy = {
  attributes: { expiryTime: "P2Y" },
  lifetimeActions: [
    { action: { type: "rotate" as const }, trigger: { timeAfterCreate: "P1Y" } },
    { action: { type: "notify" as const }, trigger: { timeBeforeExpiry: "P30D" } },
  ],
};

const rsa = { kty: "RSA", keySize: 3072, attributes: { enabled: true, exportable: false }, rotationPolicy };

export const wrappingKey: KeyKind = { ...rsa, keyOps: ["wrapKey", "unwrapKey"] };

/**
 * For RS384, which SMART requires every server to accept
 * (https://hl7.org/fhir/smart-app-launch/client-confidential-asymmetric.html).
 */
export const rsaSigningKey: KeyKind = { ...rsa, keyOps: ["sign", "verify"] };

/**
 * The only key with two uses: it decrypts what Microsoft Graph encrypts, and signs the certificate that Graph encrypts for.
 * The vault decrypts fast enough only with a key of 2,048 bits (app/decisions/0066-who-is-waiting.md).
 */
export const notificationKey: KeyKind = { ...rsa, keySize: 2048, keyOps: ["unwrapKey", "sign"] };

/** For ES384. */
export const ecSigningKey: KeyKind = {
  kty: "EC",
  curveName: "P-384",
  keyOps: ["sign", "verify"],
  attributes: { enabled: true, exportable: false },
  rotationPolicy,
};
