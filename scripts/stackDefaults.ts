/**
 * The meaning of keys that a stack leaves out, for stacks/README.md; it is computed by the functions that the program uses.
 */
import type { Environment } from "../app/domain/environment.ts";
import {
  approvalsOf,
  featuresOf,
  isLive,
  messageRulesOf,
  messagesOf,
  namesDepartmentInTexts,
  numbersOf,
  verificationOf,
  writeBackOf,
} from "../app/domain/defaults.ts";
import { featuresSchema, type Features } from "../app/domain/features.ts";

const either = (what: string, withIt: unknown, without: unknown): string =>
  withIt === without
    ? JSON.stringify(without)
    : JSON.stringify(withIt) + " with " + what + ", else " + JSON.stringify(without);

const feature = (name: keyof Features) => (environment: Environment) => {
  const at = (hasEdge: boolean) => featuresOf(environment, hasEdge, featuresSchema.parse({}))[name];
  return either("an edge", at(true), at(false));
};
const written =
  (value: (environment: Environment) => unknown) =>
  (environment: Environment): string =>
    JSON.stringify(value(environment));

/** Only there does a deployment have a number. */
const americas = (environment: Environment) => ({ environment, geography: "americas" }) as const;

const MEANT: Readonly<Record<string, (environment: Environment) => string>> = {
  "connections[].writeBack.links": written((environment) => writeBackOf(environment, {}).links),
  "connections[].writeBack.status.arrived": written(
    (environment) => writeBackOf(environment, {}).status.arrived,
  ),
  "connections[].writeBack.status.checkedIn": written(
    (environment) => writeBackOf(environment, {}).status.checkedIn,
  ),
  "connections[].writeBack.status.fulfilled": written(
    (environment) => writeBackOf(environment, {}).status.fulfilled,
  ),
  "connections[].messages.kinds": written((environment) => messagesOf(environment, {}).kinds),
  "connections[].messages.remindMinutesBefore": written(
    (environment) => messagesOf(environment, {}).remindMinutesBefore,
  ),
  "departments[].nameInTexts": written(() => namesDepartmentInTexts({})),
  "features.presence": feature("presence"),
  "features.attendance": feature("attendance"),
  "features.callQuality": feature("callQuality"),
  "sms.live": written((environment) => isLive(environment, undefined)),
  "messages.aheadDays": written((environment) => messageRulesOf(environment).aheadDays),
  "messages.byMail": written((environment) => messageRulesOf(environment).byMail),
  "messages.hours": written((environment) => messageRulesOf(environment).hours),
  numbers: (environment) =>
    either("`number`", numbersOf({ ...americas(environment), number: {} }), numbersOf(americas(environment))),
  "number.verification": written((environment) => verificationOf(environment, undefined)),
  "approvals.secondPerson": written(() => approvalsOf().secondPerson),
  "approvals.testOverride": written(() => approvalsOf().testOverride),
};

/** The keys that {@link meantWithout} knows. */
export const MEANT_KEYS = Object.keys(MEANT);

/**
 * The meaning of a deployment without the key, given separately for production, test and laptop where they differ; undefined
 * for a key without a default.
 */
export function meantWithout(key: string): string | undefined {
  const meant = MEANT[key];
  if (meant === undefined) return undefined;
  const { production, test, local } = {
    production: meant("production"),
    test: meant("test"),
    local: meant("local"),
  };
  const deployed = production === test ? production : production + " (test: " + test + ")";
  return deployed + (local === production ? "" : " (local: " + local + ")");
}
