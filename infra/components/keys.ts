/** Kinds of vault keys. Each has one use, and renews itself: the vault makes a new version, and old ones stay readable. */
import type { keyvault } from "@pulumi/azure-native/types/input.js";

export type KeyKind = keyvault.KeyPropertiesArgs;

/**
 * A year between versions, two in which one is valid: verifiers and sealed data follow at their own pace. Azure rotates by
 * the time since creation, because a key's first version has no expiry (https://learn.microsoft.com/azure/key-vault/keys/how-to-configure-key-rotation).
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

/** RS384, which SMART asks every server to take (https://hl7.org/fhir/smart-app-launch/client-confidential-asymmetric.html). */
export const rsaSigningKey: KeyKind = { ...rsa, keyOps: ["sign", "verify"] };

/**
 * The one key with two uses: it opens what Microsoft Graph encrypts, and signs the certificate that Graph encrypts for. 2,048 bits
 * are what the vault opens fast enough (app/decisions/0066-who-is-waiting.md).
 */
export const notificationKey: KeyKind = { ...rsa, keySize: 2048, keyOps: ["unwrapKey", "sign"] };

/** ES384. */
export const ecSigningKey: KeyKind = {
  kty: "EC",
  curveName: "P-384",
  keyOps: ["sign", "verify"],
  attributes: { enabled: true, exportable: false },
  rotationPolicy,
};
