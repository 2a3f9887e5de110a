/**
 * Which bytes are stored under the packages' names. A site and its slot fetch theirs at each restart and do not hash them, and
 * whoever may upload packages may also write over one.
 */
import type { TokenCredential } from "@azure/identity";
import { addressOf, explained, storedDigest, type Container } from "../infra/dataplane/blobs.ts";
import { argument } from "./drift/difference.ts";
import { Unanswered } from "./preflight/finding.ts";

/**
 * The SHA-256 of what is stored under a package's name; undefined where nothing is.
 * @throws Unanswered
 */
export type Stored = (at: Container, digest: string) => Promise<string | undefined>;

export const storedPackages =
  (credential: TokenCredential, signal: AbortSignal): Stored =>
  async (at, digest) => {
    try {
      return await storedDigest(at, digest, { credential, signal });
    } catch (error) {
      signal.throwIfAborted();
      throw new Unanswered(explained(error, at).message);
    }
  };

/** Who puts a package back, and how, after its bytes were replaced or removed. */
export function putBack(at: Container, digest: string): string {
  const address = argument(addressOf(at, digest));
  return `whoever answers for security: find out who wrote it (the blob's earlier versions are kept), and restart neither site nor slot until it is put back, because each fetches it at a restart. Whoever runs pulumi up puts it back: az storage blob delete --auth-mode login --blob-url ${address}, then, with the package in dist/packages (npm run package on its commit), pulumi up --refresh --policy-pack infra/policy`;
}
