/**
 * Whose address a value is: host names of Azure's services begin with the name of the account, the vault or the site that
 * answers there. What feeds a whole group of settings does not say whose name stands in one of them.
 */
import { at, items, UNKNOWN } from "../reading.ts";
import type { Related } from "../rule.ts";
import { Claim, type Expected } from "./expected.ts";

/** Inputs that hold a resource's own name in Azure, or that of what it lies in. */
const NAMES = ["name", "accountName", "vaultName", "communicationServiceName", "endpointName"];

/** An address at another resource's host than the one that is asked for; nothing where a preview does not know its name. */
export function otherHosts(
  expected: Expected,
  value: unknown,
  namesOf: (key: string) => readonly string[],
): readonly string[] {
  if (value === UNKNOWN) return [];
  if (expected instanceof Claim) {
    const { host } = expected;
    if (host === undefined || typeof value !== "string") return [];
    const names = namesOf(host.of);
    // What is no address is refused by its shape.
    const [origin, called] = /^https:\/\/([^./]+)[^/]*/u.exec(value) ?? [];
    return called === undefined ||
      names.length === 0 ||
      names.some((name) => isCalled(called, name, host.after))
      ? []
      : [`${origin ?? ""} is no address of ${host.of}`];
  }
  if (Array.isArray(expected)) {
    const list = items({ list: value }, "list");
    return list === UNKNOWN
      ? []
      : (expected as readonly Expected[]).flatMap((one, index) => otherHosts(one, list[index], namesOf));
  }
  return typeof expected !== "object"
    ? []
    : Object.entries(expected)
        // Names of tags have dots, and are no addresses.
        .filter(([key]) => !key.includes("."))
        .flatMap(([key, one]) => otherHosts(one, at(value, key), namesOf));
}

const isCalled = (called: string, name: string, after: RegExp | undefined): boolean =>
  called === name || (called.startsWith(name) && after?.test(called.slice(name.length)) === true);

/** A resource's name in Azure, as far as it is known: what it says itself, or else what those say that lie in it. */
export function namesIn(owner: Related | undefined, all: readonly Related[]): readonly string[] {
  if (owner === undefined) return [];
  const isText = (name: unknown): name is string => typeof name === "string";
  const own = NAMES.map((name) => at(owner.props, name)).filter(isText);
  if (own.length > 0) return own;
  return all.flatMap((one) =>
    NAMES.filter((name) => one.fedBy(name).some(({ urn }) => urn === owner.urn))
      .map((name) => at(one.props, name))
      .filter(isText),
  );
}
