/** How the vault's routes read what is asked of them and write an item's attributes. */
import type { Request } from "express";
import type * as z from "zod";
import type { Attributes } from "./contents.ts";
import { VaultError } from "./vaultError.ts";

/** An item's attributes with those that the vault adds to every item. */
export function attributesOf(attributes: Attributes): object {
  return { ...attributes, recoveryLevel: "Recoverable+Purgeable", recoverableDays: 90 };
}

/** The body, if it is what the operation accepts. @throws VaultError */
export function checked<S extends z.ZodType>(schema: S, request: Request): z.output<S> {
  const body = schema.safeParse(request.body);
  if (body.success) return body.data;
  const faults = body.error.issues.map(({ path, message }) => path.join(".") + ": " + message);
  throw new VaultError(400, "BadParameter", "The request is invalid: " + faults.join("; "));
}

/** The name from the path. @throws VaultError */
export function named(request: Request): string {
  const { name } = request.params;
  if (typeof name === "string" && /^[0-9a-zA-Z-]{1,127}$/.test(name)) return name;
  throw new VaultError(400, "BadParameter", "The request URI contains an invalid name: " + String(name));
}
