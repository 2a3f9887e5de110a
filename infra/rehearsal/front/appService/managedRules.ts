/**
 * Some of the firewall's managed rules, over the parts of a request: cookies, parameters of the query and fields of a form,
 * which exclusions name, and any other body. The list of rules: https://learn.microsoft.com/azure/web-application-firewall/afds/waf-front-door-drs
 */
import { listAt, saidAt, textAt, type Json, type Properties } from "../../azure/controlPlane/json.ts";

/** A value of a request, by its name; a body that is no form has none. */
export interface Part {
  readonly kind: "RequestCookieNames" | "QueryStringArgNames" | "RequestBodyPostArgNames" | "RequestBody";
  readonly name: string;
  readonly value: string;
}

interface ManagedRule {
  readonly id: string;
  readonly looksAtCookies: boolean;
  readonly isFound: (text: string, host: string) => boolean;
}

/**
 * The rules that are applied. Of 941110 and 942100 there is one sign each; 931130 is a parameter that names another server;
 * 942450 has the expression of OWASP's core rule set, from which Microsoft has it.
 */
export const MANAGED: readonly ManagedRule[] = [
  { id: "941110", looksAtCookies: true, isFound: (text) => /<script\b/iu.test(text) },
  { id: "942100", looksAtCookies: true, isFound: (text) => /'\s*or\s+'?\d+'?\s*=\s*'?\d+/iu.test(text) },
  { id: "942450", looksAtCookies: true, isFound: (text) => /(?:^|\D)0x[a-f\d]{3,}/iu.test(text) },
  {
    id: "931130",
    looksAtCookies: false,
    isFound: (text, host) => URL.canParse(text) && /^https?:/iu.test(text) && new URL(text).host !== host,
  },
];

/** Whether a rule set stops a request: one rule that blocks finds a value that no exclusion leaves out, or a name. */
export const stops = (set: Properties, parts: readonly Part[], host: string): boolean =>
  MANAGED.some((rule) => {
    const said = overrideOf(set, rule.id);
    return (
      isBlocking(set, said) &&
      parts
        .filter(({ kind }) => rule.looksAtCookies || kind !== "RequestCookieNames")
        .some(
          (part) =>
            // Exclusions are of values: a name is looked at in any case.
            rule.isFound(part.name, host) || (!isLeftOut(set, said, part) && rule.isFound(part.value, host)),
        )
    );
  });

const overrideOf = (set: Properties, id: string): Json | undefined =>
  listAt(set, "ruleGroupOverrides")
    .flatMap((group) => listAt(group, "rules"))
    .find((rule) => textAt(rule, "ruleId") === id);

/** A rule that adds to the anomaly score blocks, because each of these rules is critical and adds as much as it takes. */
function isBlocking(set: Properties, said: Json | undefined): boolean {
  const action = textAt(said, "action") ?? textAt(set, "ruleSetAction") ?? "Block";
  return textAt(said, "enabledState") !== "Disabled" && ["Block", "AnomalyScoring"].includes(action);
}

const isLeftOut = (set: Properties, said: Json | undefined, part: Part): boolean =>
  [...listAt(set, "exclusions"), ...listAt(said, "exclusions")].some(
    (one) => textAt(one, "matchVariable") === part.kind && isNamed(one, part),
  );

/** Names of cookies are compared without regard to case. */
function isNamed(exclusion: Json, { kind, name }: Part): boolean {
  const selector = saidAt(exclusion, "selector");
  const [wanted, has] =
    kind === "RequestCookieNames" ? [selector.toLowerCase(), name.toLowerCase()] : [selector, name];
  switch (textAt(exclusion, "selectorMatchOperator")) {
    case "Equals":
      return has === wanted;
    case "StartsWith":
      return has.startsWith(wanted);
    case "EqualsAny":
      return true;
    default:
      return false;
  }
}

/** What a request's header says of cookies. */
export const cookiesOf = (header: string | undefined): readonly Part[] =>
  (header ?? "")
    .split(";")
    .map((pair) => pair.trim())
    .filter((pair) => pair !== "")
    .map((pair) => {
      const [name = "", ...value] = pair.split("=");
      return { kind: "RequestCookieNames", name, value: value.join("=") };
    });

export const argumentsOf = (
  kind: Exclude<Part["kind"], "RequestCookieNames" | "RequestBody">,
  said: URLSearchParams,
): readonly Part[] => [...said].map(([name, value]) => ({ kind, name, value }));
