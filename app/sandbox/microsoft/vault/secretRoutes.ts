/** The vault's routes for secrets: set and read. */
import { Router } from "express";
import * as z from "zod";
import { allow, type Vault } from "./access.ts";
import type { SecretVersion, VaultContents } from "./contents.ts";
import { attributesOf, checked, named } from "./shapes.ts";
import { VaultError } from "./vaultError.ts";

const setBody = z.object({
  value: z.string(),
  attributes: z.object({ enabled: z.boolean(), nbf: z.int(), exp: z.int() }).partial().optional(),
});

export function secretRoutes(vault: Vault, contents: VaultContents): Router {
  const router = Router();
  const described = (name: string, { version, attributes }: SecretVersion) => ({
    id: `${vault.origin()}/secrets/${name}/${version}`,
    attributes: attributesOf(attributes),
  });

  router.put("/secrets/:name", allow(vault, "secrets/write"), async (request, response) => {
    const { value, attributes } = checked(setBody, request);
    const made = await contents.setSecret(named(request), value, attributes);
    response.json({ value, ...described(named(request), made) });
  });
  router.get("/secrets/:name/versions", allow(vault, "secrets/read"), (request, response) => {
    const versions = contents.secretVersions(named(request));
    response.json({ value: versions.map((version) => described(named(request), version)), nextLink: null });
  });
  router.get("/secrets/:name{/:version}", allow(vault, "secrets/read"), (request, response) => {
    const name = named(request);
    const secret = secretVersionOf(contents, name, request.params["version"]);
    response.json({ value: secret.value, ...described(name, secret) });
  });
  return router;
}

function secretVersionOf(contents: VaultContents, name: string, version: unknown): SecretVersion {
  const versions = contents.secretVersions(name);
  const found =
    version === undefined || version === ""
      ? versions.at(-1)
      : versions.find((candidate) => candidate.version === version);
  if (found === undefined)
    throw new VaultError(
      404,
      "SecretNotFound",
      `A secret with (name/id) ${name} was not found in this key vault. If you recently deleted this secret you may be able to recover it using the correct recovery command.`,
    );
  if (!found.attributes.enabled)
    throw new VaultError(
      403,
      "Forbidden",
      "Operation get is not allowed on a disabled secret.",
      "SecretDisabled",
    );
  return found;
}
