/**
 * When the blob service itself says that there is no such blob. Somebody in between, such as a proxy that does not know the path,
 * says 404 as well, and decides nothing about what is stored (decision 143).
 */

/** https://learn.microsoft.com/rest/api/storageservices/blob-service-error-codes */
const MISSING: ReadonlySet<string | null | undefined> = new Set(["BlobNotFound", "ContainerNotFound"]);

/** @param code the answer's header `x-ms-error-code`, which an answer without a body has as well */
export const saysNoBlob = (status: number | undefined, code: string | null | undefined): boolean =>
  status === 404 && MISSING.has(code);
