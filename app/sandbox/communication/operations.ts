/** Long-running operations: so many requests later they are done, whoever asked, so that no test needs a clock. */
import { randomUUID } from "node:crypto";
import { notFound } from "./communicationError.ts";
import { HOLD_MILLISECONDS, idOf, isHeld, type Market } from "./market.ts";
import type { Operation } from "./shapes.ts";

const PREFIX: Record<Operation["type"], string> = {
  search: "search",
  purchase: "purchase",
  reservationPurchase: "reservationPurchase",
  updatePhoneNumberCapabilities: "capabilities",
  releasePhoneNumber: "release",
};

export function begin(
  market: Market,
  { type, about, ...rest }: Pick<Operation, "type" | "about" | "result" | "capabilities">,
): Operation {
  // A search and a reservation are bought once, so what buys them is named after them.
  const named =
    type === "updatePhoneNumberCapabilities" || type === "releasePhoneNumber" ? randomUUID() : about;
  const operation: Operation = {
    ...rest,
    id: `${PREFIX[type]}_${named}`,
    type,
    about,
    status: "notStarted",
    createdAt: market.now().toISOString(),
    requestsLeft: market.faults.current().operationRequests,
  };
  market.books.operations.push(operation);
  return operation;
}

export function operationOf({ books }: Market, id: string): Operation {
  const operation = books.operations.find((each) => each.id === id);
  if (operation === undefined) throw notFound(`Operation ${id} cannot be found.`);
  return operation;
}

/** A request came in: what is under way goes on. */
export function advance(market: Market): void {
  for (const operation of market.books.operations) {
    if (operation.status === "succeeded" || operation.status === "failed") continue;
    operation.requestsLeft -= 1;
    // Recorded: a search says so all the time, a purchase goes to and fro.
    operation.status =
      operation.type === "search" || operation.status === "running" ? "notStarted" : "running";
    if (operation.requestsLeft <= 0) finish(market, operation);
  }
}

function finish(market: Market, operation: Operation): void {
  operation.status = "succeeded";
  switch (operation.type) {
    case "search":
      finishSearch(market, operation);
      break;
    case "purchase":
      finishPurchase(market, operation);
      break;
    case "reservationPurchase":
      finishReservation(market, operation);
      break;
    case "updatePhoneNumberCapabilities":
      for (const number of market.books.purchased)
        if (number.id === operation.about && operation.capabilities)
          number.capabilities = operation.capabilities;
      break;
    case "releasePhoneNumber":
      market.books.purchased = market.books.purchased.filter(({ id }) => id !== operation.about);
  }
}

function finishSearch({ books, now }: Market, { about }: Operation): void {
  const search = books.searches.find(({ id }) => id === about);
  if (search?.state !== "running") return;
  search.state = search.numbers.length === 0 ? "failed" : "held";
  search.expiresAt = new Date(now().getTime() + HOLD_MILLISECONDS).toISOString();
}

function finishPurchase({ books, faults, now }: Market, operation: Operation): void {
  const search = books.searches.find(({ id }) => id === operation.about);
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
    books.purchased.push({
      id: idOf(number),
      countryCode,
      phoneNumberType,
      assignmentType,
      capabilities,
      purchaseDate: now().toISOString(),
    });
}

/** The operation itself succeeds; how each number fared stands in the reservation. */
function finishReservation({ books, faults, now }: Market, { about }: Operation): void {
  const reservation = books.reservations.find(({ id }) => id === about);
  if (reservation === undefined) return;
  reservation.status = "completed";
  const { purchase } = faults.current();
  for (const number of reservation.numbers.filter(isHeld)) {
    if (purchase === "succeeds") {
      number.status = "purchased";
      const { status: _status, error: _error, ...sold } = number;
      books.purchased.push({ ...sold, purchaseDate: now().toISOString() });
    } else {
      number.status = "error";
      number.error = failure(purchase);
    }
  }
}

function failure(code: string) {
  return { code, message: `The purchase has failed: ${code}.` };
}
