/** Which versions of a signing key are published, and which one signs, so that verifiers are not affected by a rotation. */

export interface KeyVersion {
  readonly version: string;
  readonly createdOn: Date;
  readonly enabled: boolean;
  readonly notBefore?: Date | undefined;
  readonly expiresOn?: Date | undefined;
}

/** Verifiers may keep a fetched JWKS this long, so a younger version is published but does not sign yet. */
const KNOWN_TO_VERIFIERS_AFTER_MS = 60 * 60 * 1000;
const PUBLISHED_AT_MOST = 3;

/**
 * Enabled and unexpired versions, newest first. A version that is not valid yet is included, so that verifiers can learn it
 * before it signs.
 */
export function published(versions: readonly KeyVersion[], now: Date): readonly KeyVersion[] {
  return versions
    .filter((version) => version.enabled && !hasExpired(version, now))
    .toSorted(newestFirst)
    .slice(0, PUBLISHED_AT_MOST);
}

/** The newest version that verifiers have had time to learn; if there is none, the oldest. It is always a published one. */
export function signing(versions: readonly KeyVersion[], now: Date): KeyVersion | undefined {
  const valid = published(versions, now).filter((version) => hasBegun(version, now));
  return valid.find((version) => isKnownToVerifiers(version, now)) ?? valid.at(-1);
}

/** The newest version that may be used now. It need not be known to verifiers. */
export function newest(versions: readonly KeyVersion[], now: Date): KeyVersion | undefined {
  return published(versions, now).find((version) => hasBegun(version, now));
}

const hasExpired = ({ expiresOn }: KeyVersion, now: Date) => expiresOn !== undefined && expiresOn <= now;
const hasBegun = ({ notBefore }: KeyVersion, now: Date) => notBefore === undefined || notBefore <= now;
const isKnownToVerifiers = ({ createdOn }: KeyVersion, now: Date) =>
  now.getTime() - createdOn.getTime() >= KNOWN_TO_VERIFIERS_AFTER_MS;
const newestFirst = (a: KeyVersion, b: KeyVersion) =>
  b.createdOn.getTime() - a.createdOn.getTime() || (a.version < b.version ? 1 : -1);
