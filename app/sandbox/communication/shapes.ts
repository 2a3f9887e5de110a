/** The bodies of requests and answers: api-version 2025-06-01 of the phone numbers' data plane. */
import * as z from "zod";

const capability = z.enum(["none", "inbound", "outbound", "inbound+outbound"]);
export const capabilitiesSchema = z.strictObject({ calling: capability, sms: capability });
export type Capabilities = z.output<typeof capabilitiesSchema>;
export const numberType = z.enum(["geographic", "tollFree", "mobile"]);
export const assignmentType = z.enum(["person", "application"]);

/** What a caller asks for, in a search, when browsing, or for a reservation. */
const offering = {
  phoneNumberType: numberType,
  assignmentType,
  capabilities: capabilitiesSchema,
};

export const searchBody = z.strictObject({
  ...offering,
  areaCode: z.string().optional(),
  quantity: z.int().min(1).default(1),
});
export const browseBody = z.strictObject({
  phoneNumberType: numberType,
  assignmentType: assignmentType.default("application"),
  capabilities: capabilitiesSchema.partial().optional(),
  phoneNumberPrefixes: z.array(z.string().regex(/^\d+$/)).optional(),
});
/** Other members that are sent about a number are the server's to decide, and are ignored. */
const wantedNumber = z.looseObject({ ...offering, countryCode: z.string() });
export const reservationBody = z.strictObject({
  phoneNumbers: z.record(z.string().regex(/^\d+$/), wantedNumber.nullable()).default({}),
});
export const purchaseBody = z.strictObject({
  searchId: z.uuid(),
  agreeToNotResell: z.boolean().default(false),
});
export const reservationPurchaseBody = z.strictObject({ agreeToNotResell: z.boolean().default(false) });
export const capabilitiesBody = capabilitiesSchema.partial();

export const COST = { amount: 2, currencyCode: "USD", billingFrequency: "monthly" } as const;

const purchased = z.object({
  ...offering,
  id: z.string(),
  countryCode: z.string(),
  purchaseDate: z.string(),
});
export type Purchased = z.output<typeof purchased>;

const search = z.object({
  ...offering,
  id: z.string(),
  countryCode: z.string(),
  numbers: z.array(z.string()),
  expiresAt: z.string(),
  state: z.enum(["running", "held", "submitted", "bought", "failed", "cancelled"]),
});
export type Search = z.output<typeof search>;

const reservedNumber = z.object({
  ...offering,
  id: z.string(),
  countryCode: z.string(),
  status: z.enum(["reserved", "expired", "error", "purchased"]),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
});
export type ReservedNumber = z.output<typeof reservedNumber>;

const reservation = z.object({
  id: z.string(),
  createdAt: z.string(),
  expiresAt: z.string(),
  status: z.enum(["active", "submitted", "completed", "expired"]),
  numbers: z.array(reservedNumber),
});
export type Reservation = z.output<typeof reservation>;

const operation = z.object({
  id: z.string(),
  type: z.enum([
    "search",
    "purchase",
    "reservationPurchase",
    "updatePhoneNumberCapabilities",
    "releasePhoneNumber",
  ]),
  status: z.enum(["notStarted", "running", "succeeded", "failed"]),
  createdAt: z.string(),
  requestsLeft: z.int(),
  result: z.string().optional(),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
  /** The search, reservation or number that the operation is about, and the capabilities that the number will have. */
  about: z.string(),
  capabilities: capabilitiesSchema.optional(),
});
export type Operation = z.output<typeof operation>;

/** Everything that survives a restart. */
export const ledgerSchema = z.object({
  purchased: z.array(purchased),
  searches: z.array(search),
  searchedAt: z.array(z.string()),
  reservations: z.array(reservation),
  operations: z.array(operation),
});
export type Ledger = z.output<typeof ledgerSchema>;
