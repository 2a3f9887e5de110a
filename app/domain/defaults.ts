/**
 * What applies where a deployment's stack says nothing. Schemas leave such a key out instead of filling it in, so that
 * whoever reads it can tell what the stack says (the portal shows it locked) from what is a default.
 */
import type { Approvals } from "./approvals.ts";
import type { Environment } from "./environment.ts";
import type { Features, SaidFeatures } from "./features.ts";
import type { Connection } from "./hospital.ts";
import { MESSAGE_KINDS, type ConnectionMessages, type MessageRules } from "./messages.ts";
import type { Geography } from "./regions.ts";
import type { Texting, Verification } from "./texting.ts";

/**
 * Who gets the number: the program, as the stack says, or an administrator in the portal. A test deployment has none unless
 * its stack file says so, because Azure sells one to a tenant, and what a number hangs on is kept when all else is deleted.
 * Outside the Americas nobody gets one, because it would reach no phone there.
 */
export type NumberOwner = "stack" | "portal";

export function numbersOf(said: {
  readonly environment: Environment;
  readonly geography: Geography;
  readonly numbers?: NumberOwner | undefined;
  readonly number?: object | undefined;
}): NumberOwner {
  if (!mayHaveNumber(said)) return "stack";
  const isStacks =
    said.environment === "test" || (said.environment === "production" && said.number !== undefined);
  return said.numbers ?? (isStacks ? "stack" : "portal");
}

/** Whether a number of Azure's would reach phones where the deployment is. */
export const mayHaveNumber = ({ geography }: { readonly geography: Geography }): boolean =>
  geography === "americas";

/**
 * Whether what a number hangs on is protected, kept when the deployment is deleted, and locked: in production, and wherever
 * somebody gets a number.
 */
export const keepsNumber = (said: Parameters<typeof numbersOf>[0]): boolean =>
  said.environment === "production" || said.number !== undefined || numbersOf(said) === "portal";

/** The verification with which a deployment begins; later the portal keeps it. */
export const verificationOf = (environment: Environment, said: Verification | undefined): Verification =>
  said ?? (environment === "local" ? "approved" : "notStarted");

/**
 * Whether patients get texts and mails. Where they do not, only the staff recipients get them, and everything else is
 * withheld: always in test, whose chart systems often hold copies of real patients, and in production until its pilot is
 * over.
 */
export function isLive(environment: Environment, texting: Pick<Texting, "live"> | undefined): boolean {
  return environment !== "test" && (texting?.live ?? environment === "local");
}

/**
 * Whether listed staff alone are ever written to about a chart: a test chart may hold copies of real patients, whichever
 * deployment reads it. On a laptop patients are invented.
 */
export const isForStaffAlone = (
  environment: Environment,
  connection: Pick<Connection, "environment">,
): boolean => environment === "test" || (environment === "production" && connection.environment === "test");

/** A connection, and the chart that it leads to. */
export type ChartOfConnection = Pick<Connection, "id" | "fhirBaseUrl">;

/**
 * Whether both consents have been given for the patients of a connection. On a laptop patients are invented, so no consent
 * is needed. Where it is known for which chart the consents were given, they do not count for another chart that the
 * connection may lead to by now.
 */
export function textsPatientsOf(
  environment: Environment,
  texting:
    | {
        readonly connections: readonly string[];
        readonly charts?: readonly { readonly connection: string; readonly fhirBaseUrl: string }[];
      }
    | undefined,
  { id, fhirBaseUrl }: ChartOfConnection,
): boolean {
  if (texting === undefined) return environment === "local";
  const chart = texting.charts?.find(({ connection }) => connection === id)?.fhirBaseUrl;
  return texting.connections.includes(id) && (chart === undefined || chart === fhirBaseUrl);
}

export interface SettledWriteBack {
  readonly links: boolean;
  readonly status: { readonly arrived: boolean; readonly checkedIn: boolean; readonly fulfilled: boolean };
}

export function writeBackOf(
  environment: Environment,
  { writeBack = {} }: Pick<Connection, "writeBack">,
): SettledWriteBack {
  const { links = environment === "local", status = {} } = writeBack;
  const { arrived = false, checkedIn = false, fulfilled = false } = status;
  return { links, status: { arrived, checkedIn, fulfilled } };
}

/** What administrators have set of one connection's messages, where the stack file leaves it out. */
export interface MessagesOfConnection extends ConnectionMessages {
  readonly connection: string;
}

/** What administrators have set of messages. */
export interface SetInPortal extends MessageRules {
  readonly connections?: readonly MessagesOfConnection[];
}

export interface SettledMessageRules extends Readonly<
  Required<{ [Key in keyof MessageRules]: NonNullable<MessageRules[Key]> }>
> {
  /** See {@link messagesOf}. */
  readonly connections: readonly MessagesOfConnection[];
  /**
   * Present where what administrators have set cannot be read, so that whatever the stack file leaves out is a guess. No
   * message is decided by it.
   */
  readonly isUnknown?: true | undefined;
}

/**
 * The rules of one connection's messages.
 * @param set what administrators have set, which counts where the stack file is silent
 */
export function messagesOf(
  environment: Environment,
  { id, messages: said = {} }: Pick<Connection, "messages"> & { readonly id?: string },
  set: readonly MessagesOfConnection[] = [],
): Readonly<Required<{ [Key in keyof ConnectionMessages]: NonNullable<ConnectionMessages[Key]> }>> {
  const own = set.find(({ connection }) => connection === id);
  const messages = { ...own, ...said };
  // On a laptop nobody wants to wait a quarter of an hour to see a reminder.
  const { kinds = [...MESSAGE_KINDS], remindMinutesBefore = [1440, environment === "local" ? 2 : 15] } =
    messages;
  return { kinds, remindMinutesBefore };
}

export function messageRulesOf(
  environment: Environment,
  said: MessageRules | undefined = {},
  set: SetInPortal = {},
): SettledMessageRules {
  const day = { from: "08:00", to: "21:00" };
  const { connections = [], ...own } = set;
  const {
    aheadDays = 14,
    hours = environment === "local" ? "always" : day,
    byMail = true,
    words = [],
  } = { ...own, ...said };
  return { aheadDays, hours, byMail, words, connections };
}

/** @param hasEdge whether Microsoft Graph reaches the connector through an edge that lets everybody in. */
export function featuresOf(environment: Environment, hasEdge: boolean, said: SaidFeatures): Features {
  const {
    staffNames,
    presence = environment === "local" || hasEdge,
    attendance = true,
    callQuality = false,
  } = said;
  return { staffNames, presence, attendance, callQuality };
}

export function approvalsOf(said: Approvals | undefined = {}): Readonly<Record<keyof Approvals, boolean>> {
  const { secondPerson = false, testOverride = false } = said;
  return { secondPerson, testOverride };
}

/** Whether texts name the department. They do not by default, because a department's name can be a diagnosis. */
export const namesDepartmentInTexts = (department: { readonly nameInTexts?: boolean | undefined }): boolean =>
  department.nameInTexts ?? false;

/** Days without a visit after which administrators are told of a department: often its locations are not right any more. */
export const QUIET_DAYS = 30;
