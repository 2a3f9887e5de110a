/**
 * Long-running operations. Each is done after a certain number of requests, whoever made them, so that no test needs a
 * clock.
 */
import { randomUUID } from "node:crypto";
import { notFound } from "./communicationError.ts";
import { HOLD_MILLISECONDS, idOf, isHeld, type NumberInventory } from "./inventory.ts";
import type { Operation } from "./shapes.ts";

const PREFIX: Record<Operation["type"], string> = {
  search: "search",
  purchase: "purchase",
  reservationPurchase: "reservationPurchase",
  updatePhoneNumberCapabilities: "capabilities",
  releasePhoneNumber: "release",
};

export function begin(
  inventory: NumberInventory,
  { type, about, ...rest }: Pick<Operation, "type" | "about" | "result" | "capabilities">,
): Operation {
  // A search and a reservation are bought only once, so the operation that buys them is named after them.
  const named =
    type === "updatePhoneNumberCapabilities" || type === "releasePhoneNumber" ? randomUUID() : about;
  const operation: Operation = {
    ...rest,
    id: `${PREFIX[type]}_${named}`,
    type,
    about,
    status: "notStarted",
    createdAt: inventory.now().toISOString(),
    requestsLeft: inventory.faults.current().operationRequests,
  };
  inventory.ledger.operations.push(operation);
  return operation;
}

export function operationOf({ ledger }: NumberInventory, id: string): Operation {
  const operation = ledger.operations.find((each) => each.id === id);
  if (operation === undefined) throw notFound(`Operation ${id} cannot be found.`);
  return operation;
}

/** A request came in, so every operation under way advances. */
export function advance(inventory: NumberInventory): void {
  for (const operation of inventory.ledger.operations) {
    if (operation.status === "succeeded" || operation.status === "failed") continue;
    operation.requestsLeft -= 1;
    // Recorded: a search always says "notStarted", and a purchase alternates.
    operation.status =
      operation.type === "search" || operation.status === "running" ? "notStarted" : "running";
    if (operation.requestsLeft <= 0) finish(inventory, operation);
  }
}

function finish(inventory: NumberInventory, operation: Operation): void {
  operation.status = "succeeded";
  switch (operation.type) {
    case "search":
      finishSearch(inventory, operation);
      break;
    case "purchase":
      finishPurchase(inventory, operation);
      break;
    case "reservationPurchase":
      finishReservation(inventory, operation);
      break;
    case "updatePhoneNumberCapabilities":
      for (const number of inventory.ledger.purchased)
        if (number.id === operation.about && operation.capabilities)
          number.capabilities = operation.capabilities;
      break;
    case "releasePhoneNumber":
      inventory.ledger.purchased = inventory.ledger.purchased.filter(({ id }) => id !== operation.about);
  }
}

function finishSearch({ ledger, now }: NumberInventory, { about }: Operation): void {
  const search = ledger.searches.find(({ id }) => id === about);
  if (search?.state !== "running") return;
  search.state = search.numbers.length === 0 ? "failed" : "held";
  search.expiresAt = new Date(now().getTime() + HOLD_MILLISECONDS).toISOString();
}

function finishPurchase({ ledger, faults, now }: NumberInventory, operation: Operation): void {
  const search = ledger.searches.find(({ id }) => id === operation.about);
  if (search === undefined) return;
  const { purchase } = faults.current();
  if (purchase !== "succeeds") {
    operation.status = "failed";
    operation.error = failure(purchase);
    search.state = "failed";
    return;
  }
  search.state = "bought";
  const { phoneNumberType, assignmentType, capabilities, countryCode } = search;
  for (const number of search.numbers)
    ledger.purchased.push({
      id: idOf(number),
      countryCode,
      phoneNumberType,
      assignmentType,
      capabilities,
      purchaseDate: now().toISOString(),
    });
}

/** The operation itself succeeds; the reservation shows what became of each number. */
function finishReservation({ ledger, faults, now }: NumberInventory, { about }: Operation): void {
  const reservation = ledger.reservations.find(({ id }) => id === about);
  if (reservation === undefined) return;
  reservation.status = "completed";
  const { purchase } = faults.current();
  for (const number of reservation.numbers.filter(isHeld)) {
    if (purchase === "succeeds") {
      number.status = "purchased";
      const { status: _status, error: _error, ...sold } = number;
      ledger.purchased.push({ ...sold, purchaseDate: now().toISOString() });
    } else {
      number.status = "error";
      number.error = failure(purchase);
    }
  }
}

function failure(code: string) {
  return { code, message: `The purchase has failed: ${code}.` };
}
