/**
 * Reservations: numbers held under an id that the buyer chooses, for 15 minutes after its last change and two hours at most
 * (https://learn.microsoft.com/rest/api/communication/phonenumbers). A write is merged, so two writers fill one reservation.
 */
import { Router } from "express";
import { accepted, checked, part, reservationJson } from "./answers.ts";
import { badRequest, CommunicationError, conflict, notFound } from "./communicationError.ts";
import {
  available,
  HOLD_MILLISECONDS,
  idOf,
  isHeld,
  refuseOverLimit,
  refuseUnsold,
  type NumberInventory,
} from "./inventory.ts";
import { begin } from "./operations.ts";
import { reservationBody, reservationPurchaseBody, type Reservation } from "./shapes.ts";

const AT_MOST_MILLISECONDS = 2 * 3_600_000;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export function reservationRoutes(inventory: NumberInventory): Router {
  const router = Router();
  const path = "/availablePhoneNumbers/reservations";
  const needsAgreement = () => inventory.faults.current().agreement === "required";

  router.get(path, (_request, response) => {
    const reservations = inventory.ledger.reservations.map(({ id, expiresAt, status }) => ({
      id,
      expiresAt,
      status,
    }));
    response.json({ reservations });
  });

  router.get(path + "/:id", (request, response) => {
    response.json(reservationJson(reservationOf(inventory, part(request, "id")), needsAgreement()));
  });

  router.patch(path + "/:id", (request, response) => {
    if (!request.is("application/merge-patch+json"))
      throw new CommunicationError(415, "UnsupportedMediaType", "Send application/merge-patch+json.");
    const id = part(request, "id");
    if (!UUID.test(id)) throw badRequest("The reservation id is not a UUID.");
    const existing = inventory.ledger.reservations.find((each) => each.id === id);
    const reservation = existing ?? opened(inventory, id);
    if (reservation.status !== "active") throw conflict(`The reservation is ${reservation.status}.`);
    const failed = change(inventory, reservation, checked(reservationBody, request).phoneNumbers);
    if (existing === undefined) inventory.ledger.reservations.push(reservation);
    reservation.expiresAt = holdUntil(inventory, reservation);
    response.status(failed ? 207 : existing === undefined ? 201 : 200);
    response.json(reservationJson(reservation, needsAgreement()));
  });

  router.delete(path + "/:id", (request, response) => {
    const { id, status } = reservationOf(inventory, part(request, "id"));
    if (status === "submitted") throw conflict("The reservation is submitted.");
    inventory.ledger.reservations = inventory.ledger.reservations.filter((each) => each.id !== id);
    response.status(204).end();
  });

  router.post(path + "/:id/\\:purchase", (request, response) => {
    const { agreeToNotResell } = checked(reservationPurchaseBody, request);
    const reservation = reservationOf(inventory, part(request, "id"));
    if (reservation.status !== "active") throw conflict(`The reservation is ${reservation.status}.`);
    const held = reservation.numbers.filter(isHeld);
    if (held.length === 0) throw badRequest("The reservation holds no number.");
    if (needsAgreement() && !agreeToNotResell) throw badRequest("Agreement to not resell is required.");
    refuseOverLimit(inventory, held.length);
    reservation.status = "submitted";
    const operation = begin(inventory, { type: "reservationPurchase", about: reservation.id });
    accepted(response, operation, "reservation-purchase-id");
  });
  return router;
}

function reservationOf({ ledger }: NumberInventory, id: string): Reservation {
  const reservation = ledger.reservations.find((each) => each.id === id);
  if (reservation === undefined) throw notFound(`Reservation ${id} cannot be found.`);
  return reservation;
}

function opened({ now }: NumberInventory, id: string): Reservation {
  return { id, createdAt: now().toISOString(), expiresAt: "", status: "active", numbers: [] };
}

function holdUntil({ now }: NumberInventory, { createdAt }: Reservation): string {
  const afterChange = now().getTime() + HOLD_MILLISECONDS;
  return new Date(Math.min(afterChange, Date.parse(createdAt) + AT_MOST_MILLISECONDS)).toISOString();
}

/** Changes the reservation; returns whether some number could not be reserved. */
function change(
  inventory: NumberInventory,
  reservation: Reservation,
  numbers: ReturnType<typeof reservationBody.parse>["phoneNumbers"],
): boolean {
  let failed = false;
  for (const [id, wanted] of Object.entries(numbers)) {
    const held = reservation.numbers.some((each) => each.id === id && isHeld(each));
    reservation.numbers = reservation.numbers.filter((each) => each.id !== id);
    if (wanted === null) continue;
    const { countryCode, phoneNumberType, assignmentType, capabilities } = wanted;
    refuseUnsold(countryCode, wanted);
    const had = held || available(inventory).map(idOf).includes(id);
    failed ||= !had;
    const offering = { id, countryCode, phoneNumberType, assignmentType, capabilities };
    reservation.numbers.push(had ? { ...offering, status: "reserved" } : { ...offering, ...LOST });
  }
  return failed;
}

const LOST = {
  status: "error",
  error: { code: "FailedToReserveNumber", message: "Failed to add the number to the reservation." },
} as const;
