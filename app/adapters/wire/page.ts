/**
 * Whether somebody else answered in a vendor's stead. A proxy, a firewall or a gateway that is in the way answers with a web
 * page, whatever its status; no interface that the connector calls does. So such a status decides nothing: the vendor has
 * neither refused nor said that something does not exist.
 */
export const isWebPage = (body: string | null | undefined): boolean =>
  /^[\s\uFEFF]*(?:<!--[^>]{0,500}>\s*)?<(?:!doctype html|html)\b/i.test((body ?? "").slice(0, 1000));

/** The same of an error that an Azure SDK throws for an answer. */
export function isOfWebPage(error: unknown): boolean {
  const response = error instanceof Error && "response" in error ? error.response : undefined;
  if (typeof response !== "object" || response === null || !("bodyAsText" in response)) return false;
  return typeof response.bodyAsText === "string" && isWebPage(response.bodyAsText);
}
