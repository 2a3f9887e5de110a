/** The numbers that the resource owns. */
import { Router, type Request } from "express";
import * as z from "zod";
import { accepted, checked, part, purchasedJson, versioned } from "./answers.ts";
import { badRequest, CommunicationError } from "./communicationError.ts";
import type { NumberInventory } from "./inventory.ts";
import { begin } from "./operations.ts";
import { capabilitiesBody, type Purchased } from "./shapes.ts";

const pageSchema = z.object({
  skip: z.coerce.number().int().min(0).default(0),
  top: z.coerce.number().int().min(1).max(100).default(100),
});

export function purchasedRoutes(inventory: NumberInventory): Router {
  const router = Router();
  const owned = (request: Request): Purchased => {
    const number = part(request, "number");
    const found = inventory.ledger.purchased.find(({ id }) => "+" + id === number);
    if (found === undefined)
      throw new CommunicationError(
        404,
        "NotFound",
        `Input phoneNumber ${number} cannot be found.`,
        {},
        { target: "phonenumber" },
      );
    return found;
  };

  router.get("/phoneNumbers", (request, response) => {
    const page = pageSchema.safeParse(request.query);
    if (!page.success) throw badRequest("skip or top is not a number, or top is over 100.");
    const { skip, top } = page.data;
    const phoneNumbers = inventory.ledger.purchased.slice(skip, skip + top).map(purchasedJson);
    const hasMore = skip + top < inventory.ledger.purchased.length;
    const nextLink = versioned(`/phoneNumbers?skip=${String(skip + top)}&top=${String(top)}`);
    response.json({ phoneNumbers, ...(hasMore && { nextLink }) });
  });

  router.get("/phoneNumbers/:number", (request, response) => {
    response.json(purchasedJson(owned(request)));
  });

  router.patch("/phoneNumbers/:number/capabilities", (request, response) => {
    if (!request.is("application/merge-patch+json"))
      throw new CommunicationError(415, "UnsupportedMediaType", "Send application/merge-patch+json.");
    const number = owned(request);
    const wanted = checked(capabilitiesBody, request);
    if (wanted.sms === "inbound") throw badRequest("The capabilities are not available for this number.");
    const capabilities = {
      calling: wanted.calling ?? number.capabilities.calling,
      sms: wanted.sms ?? number.capabilities.sms,
    };
    const operation = begin(inventory, {
      type: "updatePhoneNumberCapabilities",
      about: number.id,
      result: versioned("/phoneNumbers/%2B" + number.id),
      capabilities,
    });
    accepted(response, operation, "capabilities-id");
  });

  router.delete("/phoneNumbers/:number", (request, response) => {
    const operation = begin(inventory, { type: "releasePhoneNumber", about: owned(request).id });
    accepted(response, operation, "release-id");
  });
  return router;
}
