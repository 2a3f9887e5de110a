/** Finding numbers. A search holds what it finds for 15 minutes, and is bought by its id; browsing holds nothing. */
import { Router } from "express";
import { randomUUID } from "node:crypto";
import { accepted, checked, operationJson, part, searchJson, versioned } from "./answers.ts";
import { badRequest, conflict, notFound } from "./communicationError.ts";
import { available, countSearch, refuseOverLimit, refuseUnsold, type NumberInventory } from "./inventory.ts";
import { begin, operationOf } from "./operations.ts";
import { browseBody, COST, purchaseBody, searchBody, type Search } from "./shapes.ts";

export function searchRoutes(inventory: NumberInventory): Router {
  const router = Router();
  const needsAgreement = () => inventory.faults.current().agreement === "required";

  router.post("/availablePhoneNumbers/countries/:country/\\:search", (request, response) => {
    const countryCode = part(request, "country");
    const { areaCode, quantity, ...offering } = checked(searchBody, request);
    refuseUnsold(countryCode, offering);
    countSearch(inventory);
    const found = available(inventory).filter((number) => number.startsWith("+1" + (areaCode ?? "")));
    const id = randomUUID();
    inventory.ledger.searches.push({
      ...offering,
      id,
      countryCode,
      numbers: found.slice(0, quantity),
      expiresAt: inventory.now().toISOString(),
      state: "running",
    });
    const result = versioned("/availablePhoneNumbers/searchResults/" + id);
    accepted(response, begin(inventory, { type: "search", about: id, result }), "search-id");
  });

  router.get("/availablePhoneNumbers/searchResults/:id", (request, response) => {
    response.json(searchJson(searchOf(inventory, part(request, "id")), needsAgreement()));
  });

  router.post("/availablePhoneNumbers/\\:purchase", (request, response) => {
    const { searchId, agreeToNotResell } = checked(purchaseBody, request);
    const search = searchOf(inventory, searchId);
    if (search.state === "submitted" || search.state === "bought")
      throw conflict(`The search ${searchId} was purchased already.`);
    if (search.state !== "held") throw badRequest(`The search ${searchId} is not held, or no longer.`);
    if (needsAgreement() && !agreeToNotResell) throw badRequest("Agreement to not resell is required.");
    refuseOverLimit(inventory, search.numbers.length);
    search.state = "submitted";
    accepted(response, begin(inventory, { type: "purchase", about: searchId }), "purchase-id");
  });

  router.get("/phoneNumbers/operations/:id", (request, response) => {
    const operation = operationOf(inventory, part(request, "id"));
    if (operation.result !== undefined) response.set("Location", operation.result);
    response.json(operationJson(operation));
  });

  router.delete("/phoneNumbers/operations/:id", (request, response) => {
    const operation = operationOf(inventory, part(request, "id"));
    if (operation.type !== "search") throw badRequest("Only a search can be cancelled.");
    const search = searchOf(inventory, operation.about);
    if (search.state === "running" || search.state === "held") search.state = "cancelled";
    response.status(204).end();
  });

  router.post("/availablePhoneNumbers/countries/:country/\\:browse", (request, response) => {
    const countryCode = part(request, "country");
    const { phoneNumberPrefixes = [""], capabilities, ...offering } = checked(browseBody, request);
    refuseUnsold(countryCode, { ...offering, capabilities: { sms: capabilities?.sms ?? "none" } });
    const wanted = available(inventory).filter((number) =>
      phoneNumberPrefixes.some((prefix) => number.startsWith("+" + prefix)),
    );
    const phoneNumbers = sample(wanted).map((phoneNumber) => ({
      ...offering,
      id: phoneNumber.slice(1),
      phoneNumber,
      countryCode,
      capabilities: {
        calling: capabilities?.calling ?? "none",
        sms: capabilities?.sms ?? "inbound+outbound",
      },
      cost: COST,
      status: "available",
      isAgreementToNotResellRequired: needsAgreement(),
    }));
    response.json({ phoneNumbers });
  });
  return router;
}

function searchOf({ ledger }: NumberInventory, id: string): Search {
  const search = ledger.searches.find((each) => each.id === id);
  if (search === undefined) throw notFound(`Search ${id} cannot be found.`);
  return search;
}

/** Some numbers at random, as the vendor shows them, so that not everybody wants the same ones. */
function sample(numbers: readonly string[]): readonly string[] {
  return numbers
    .map((number) => ({ number, order: Math.random() }))
    .sort((one, other) => one.order - other.order)
    .slice(0, 5)
    .map(({ number }) => number);
}
