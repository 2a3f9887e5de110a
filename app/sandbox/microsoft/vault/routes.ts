/** The key vault's data plane, for those routes at the root that belong to the vault. */
import { json, Router, type NextFunction, type Request, type Response } from "express";
import type { Vault } from "./access.ts";
import type { VaultContents } from "./contents.ts";
import { keyRoutes } from "./keyRoutes.ts";
import { secretRoutes } from "./secretRoutes.ts";
import { VaultError } from "./vaultError.ts";

export function vaultRoutes(vault: Vault, contents: VaultContents): Router {
  const router = Router();
  router.use(["/keys", "/secrets"], json(), (request, response, next) => {
    response.set({ "Cache-Control": "no-cache", "x-ms-keyvault-service-version": "1.9.0.0" });
    // A client that means a key's current version leaves the path segment empty.
    request.url = request.url.replace(/^([^?]*)\/\//, "$1/");
    const version = request.query["api-version"];
    if (typeof version === "string" && /^\d+(\.\d+)?(-|$)/.test(version)) next();
    else
      next(new VaultError(400, "BadParameter", "The api-version query parameter is missing or malformed."));
  });
  router.use(keyRoutes(vault, contents), secretRoutes(vault, contents));
  router.use(["/keys", "/secrets"], () => {
    throw new VaultError(404, "NotFound", "The vault has no such operation.");
  });
  router.use((error: unknown, _request: Request, response: Response, next: NextFunction) => {
    if (error instanceof VaultError) response.status(error.status).json(error.body());
    else next(error);
  });
  return router;
}
