/**
 * What the firewall's managed rules leave out: the values of the connector's own cookies, and of parameters and fields that
 * hold random text. Rule 942450 looks for encoded SQL by `0x` and three hexadecimal digits, which is in one of fifty of
 * Microsoft's sign-in codes by chance and in one of 1,400 cookies. Microsoft publishes no expression for 99031002, which looks
 * for SQL's comments in place of 942440 and its `--`:
 * https://learn.microsoft.com/azure/web-application-firewall/afds/waf-front-door-drs
 */
import { COOKIES, OPAQUE_FIELDS, OPAQUE_PARAMETERS, SECURE_PREFIX } from "../../app/domain/opaqueNames.ts";

/** Managed rules that take random text for an attack, each with the group that an override names. */
export const RULES_OF_RANDOM_TEXT = [
  { group: "SQLI", id: "942450" },
  { group: "MS-ThreatIntel-SQLI", id: "99031002" },
] as const;

interface LeftOut {
  readonly matchVariable: "RequestCookieNames" | "QueryStringArgNames" | "RequestBodyPostArgNames";
  readonly selectorMatchOperator: "Equals" | "StartsWith";
  readonly selector: string;
}

/** What each of these rules leaves out. The firewall still looks at all of it by its other rules. */
export const LEFT_OUT: readonly LeftOut[] = [
  ...Object.values(COOKIES).map((name): LeftOut => ({
    matchVariable: "RequestCookieNames",
    // There may be several launches and sign-ins at once, each with a cookie of its own.
    selectorMatchOperator: name.endsWith("-") ? "StartsWith" : "Equals",
    selector: SECURE_PREFIX + name,
  })),
  ...named("QueryStringArgNames", OPAQUE_PARAMETERS),
  ...named("RequestBodyPostArgNames", OPAQUE_FIELDS),
];

function named(matchVariable: LeftOut["matchVariable"], names: readonly string[]): readonly LeftOut[] {
  return names.map((selector) => ({ matchVariable, selectorMatchOperator: "Equals", selector }));
}
