/**
 * Whose a value is. Where a value comes from does not say so: a program can make anything of another resource's output. Host
 * names of Azure's services begin with the name of the account, the vault or the site that answers there; an id has the names
 * of the resource and its group in it; any other value has an output in it.
 */
import { at, items, members, UNKNOWN } from "../reading.ts";
import type { Related } from "../rule.ts";
import { Claim, type Expected } from "./expected.ts";

/** Inputs that hold a resource's own name in Azure, or that of what it lies in. */
const NAMES = ["name", "accountName", "vaultName", "communicationServiceName", "endpointName"];

/** Who may be asked about the deployment's own resources, by `kind name`. */
export interface Owners {
  readonly owner: (key: string) => Related | undefined;
  readonly namesOf: (key: string) => readonly string[];
}

/** What of a value is another resource's than the one that is asked for; nothing where a preview does not know that one. */
export function others(expected: Expected, value: unknown, owners: Owners): readonly string[] {
  if (value === UNKNOWN) return [];
  if (expected instanceof Claim) {
    const { host } = expected;
    if (typeof value !== "string") return [];
    if (host === undefined) return isTheirs(expected, value, owners) ? [] : [value + wantedOf(expected)];
    const names = owners.namesOf(host.of);
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
      : (expected as readonly Expected[]).flatMap((one, index) => others(one, list[index], owners));
  }
  return typeof expected !== "object"
    ? []
    : Object.entries(expected)
        // Names of tags have dots, and are no addresses.
        .filter(([key]) => !key.includes("."))
        .flatMap(([key, one]) => others(one, at(value, key), owners));
}

const wantedOf = ({ of = [], output = "id" }: Claim): string => ` is not the ${output} of ${of.join(" or ")}`;

function isTheirs({ of = [], output }: Claim, value: string, { owner, namesOf }: Owners): boolean {
  if (output !== undefined) {
    const known = of.map((key) => at(owner(key)?.props, output)).filter(isText);
    return known.length === 0 || known.some((one) => isIn(value, one)) || ANSWERED.includes(value);
  }
  const [id] = /\/subscriptions\/.*$/su.exec(value) ?? [];
  const owned = of.flatMap((key) => owner(key) ?? []);
  return id === undefined || owned.length === 0 || isIdOf(id.toLowerCase(), owned, of.flatMap(namesOf));
}

/** App Service answers these in place of a site's name: they are the names of the parts themselves. */
const ANSWERED = ["ftp", "scm", "appsettings", "slotConfigNames"];

/** Whether a value is an output, or has it in it as a whole: `kv-lamna` is not in `kv-lamna-2`. */
const isIn = (value: string, output: string): boolean =>
  value
    .split(output)
    .slice(1)
    .some((after, index) => !/^[\w-]/u.test(after) && !/[\w-]$/u.test(value.split(output)[index] ?? ""));

/**
 * Whether an id has its resource's own name and those of what it lies in. Azure's answers leave out all names but the
 * resource's own, so the others are compared where the resource's group is known, too.
 */
function isIdOf(id: string, owned: readonly Related[], called: readonly string[]): boolean {
  const groups = owned.map(({ props }) => at(props, "resourceGroupName")).filter(isText);
  const names = [...called, ...owned.flatMap(({ props }) => namesAmong(props))].map((name) =>
    name.toLowerCase(),
  );
  const [, group = "", rest = ""] = /\/resourcegroups\/([^/]+)(.*)$/u.exec(id) ?? [];
  const steps =
    rest === ""
      ? [group]
      : rest
          .replace(/^\/providers\/[^/]+/u, "")
          .split("/")
          .filter((_step, index) => index % 2 === 0);
  const inId = steps.filter((name) => name !== "" && name !== "default");
  if (names.length === 0) return true;
  if (groups.length === 0 || rest === "") return names.includes(inId.at(-1) ?? "");
  return groups.some((one) => one.toLowerCase() === group) && inId.every((name) => names.includes(name));
}

/**
 * A resource's own name and those of what it lies in, as far as its properties say them. App Service answers a slot's name
 * together with its site's.
 */
function namesAmong(props: unknown): readonly string[] {
  const all = members({ props }, "props");
  return all === UNKNOWN
    ? []
    : all
        .filter(([key]) => /(?:name|^slot)$/iu.test(key))
        .flatMap(([, name]) => (isText(name) ? name.split("/") : []));
}

const isText = (value: unknown): value is string => typeof value === "string";

const isCalled = (called: string, name: string, after: RegExp | undefined): boolean =>
  called === name || (called.startsWith(name) && after?.test(called.slice(name.length)) === true);

/** A resource's name in Azure, as far as it is known: what it says itself, or else what those say that lie in it. */
export function namesIn(owner: Related | undefined, all: readonly Related[]): readonly string[] {
  if (owner === undefined) return [];
  const own = NAMES.map((name) => at(owner.props, name)).filter(isText);
  if (own.length > 0) return own;
  return all.flatMap((one) =>
    NAMES.filter((name) => one.fedBy(name).some(({ urn }) => urn === owner.urn))
      .map((name) => at(one.props, name))
      .filter(isText),
  );
}
