/**
 * How the stand-in writes its answers: operations, searches, reservations and purchased numbers in the JSON of the
 * phone numbers API.
 */
import type { Request, Response } from "express";
import type * as z from "zod";
import { badRequest } from "./communicationError.ts";
import { COST, type Operation, type Purchased, type Reservation, type Search } from "./shapes.ts";

export const API_VERSION = "2025-06-01";

export const versioned = (path: string) =>
  `${path}${path.includes("?") ? "&" : "?"}api-version=${API_VERSION}`;

/** Answers 202 with the headers that the SDKs follow. All addresses in them are relative, as the vendor's are. */
export function accepted(response: Response, operation: Operation, idHeader: string): void {
  response.status(202).set({
    "Operation-Location": versioned("/phoneNumbers/operations/" + operation.id),
    "operation-id": operation.id,
    [idHeader]: operation.id.replace(/^[^_]*_/, ""),
    ...(operation.result !== undefined && { Location: operation.result }),
  });
  response.end();
}

export function checked<T>(schema: z.ZodType<T>, request: Request): T {
  const body = schema.safeParse(request.body ?? {});
  if (body.success) return body.data;
  const [issue] = body.error.issues;
  throw badRequest(`The request body is invalid: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`);
}

/** A parameter of the path. The vendor's identifiers are never lists. */
export function part(request: Request, name: string): string {
  const value = request.params[name];
  if (typeof value !== "string") throw badRequest(`The path lacks ${name}.`);
  return value;
}

export function operationJson(operation: Operation): object {
  return {
    id: operation.id,
    operationType: operation.type,
    status: operation.status,
    createdDateTime: operation.createdAt,
    // Recorded: the vendor never gives this time.
    lastActionDateTime: "0001-01-01T00:00:00+00:00",
    resourceLocation: operation.result ?? null,
    ...(operation.error && { error: operation.error }),
  };
}

/** A search as JSON. The vendor reports "out of stock" inside a search that succeeded. */
export function searchJson(search: Search, isAgreementToNotResellRequired: boolean): object {
  const { id, numbers, phoneNumberType, assignmentType, capabilities, expiresAt } = search;
  return {
    searchId: id,
    phoneNumbers: numbers,
    phoneNumberType,
    assignmentType,
    capabilities,
    cost: COST,
    searchExpiresBy: expiresAt,
    isAgreementToNotResellRequired,
    ...(numbers.length === 0 ? { errorCode: 2, error: "OutOfStock" } : { errorCode: 0, error: "NoError" }),
  };
}

export function purchasedJson(number: Purchased): object {
  return { ...number, phoneNumber: "+" + number.id, cost: COST };
}

export function reservationJson(reservation: Reservation, isAgreementToNotResellRequired: boolean): object {
  const { id, expiresAt, status, numbers } = reservation;
  const described = numbers.map((number): [string, object] => [
    number.id,
    { ...number, phoneNumber: "+" + number.id, cost: COST, isAgreementToNotResellRequired },
  ]);
  return { id, expiresAt, status, phoneNumbers: Object.fromEntries(described) };
}
