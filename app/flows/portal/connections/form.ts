/** What an administrator types of a connection, as texts: from the kept value to the form, and from the form. */
import type { Request } from "express";
import type { PortalClient, PortalConnection } from "../../../records/portalConnections.ts";
import { fieldOf, revisionIn } from "../fields.ts";
import { mergedOf, wasIn, type Difference as FieldDifference } from "../merging.ts";

export const FIELDS = {
  name: "Name",
  id: "Id",
  fhirBaseUrl: "FHIR base URL",
  environment: "Environment",
  providerClientId: "Provider client id",
  providerMethod: "Provider client’s proof",
  systemClientId: "System client id",
  systemMethod: "System client’s proof",
  visitTypes: "Visit types",
  writesLinks: "Links in the chart",
  writesArrived: "Status: arrived",
  writesCheckedIn: "Status: checked in",
  writesFulfilled: "Status: fulfilled",
} as const;

export type Field = keyof typeof FIELDS;
const FIELD_NAMES = Object.keys(FIELDS) as readonly Field[];
export type Typed = Readonly<Record<Field, string>>;
export type Persona = "provider" | "system";

/** The secrets that were entered; empty where none was. They are never shown again. */
export type TypedSecrets = Readonly<Record<Persona, string>>;

export interface Sent {
  readonly typed: Typed;
  readonly secrets: TypedSecrets;
  /** The revision that the form showed; 0 for a new connection. */
  readonly revision: number;
  /** The revision of the waiting change that this one replaces. */
  readonly instead: number | undefined;
  /** What the form showed when it was opened. */
  readonly was: Partial<Typed>;
}

export const NEW: Typed = {
  name: "",
  id: "",
  fhirBaseUrl: "",
  environment: "test",
  providerClientId: "",
  providerMethod: "key",
  systemClientId: "",
  systemMethod: "key",
  visitTypes: "Video Visit",
  writesLinks: "",
  writesArrived: "no",
  writesCheckedIn: "no",
  writesFulfilled: "no",
};

const typedBy = (textOf: (name: Field) => string): Typed =>
  Object.fromEntries(FIELD_NAMES.map((name) => [name, textOf(name)])) as unknown as Typed;

export function sentIn(request: Request): Sent {
  const field = (name: string) => fieldOf(request, name);
  const typed = typedBy(field);
  return {
    typed: { ...typed, visitTypes: linesOf(typed.visitTypes).join("\n") },
    secrets: { provider: field("providerSecret"), system: field("systemSecret") },
    revision: revisionIn(request),
    instead: revisionIn(request, "instead") || undefined,
    was: wasIn(field("was")),
  };
}

export function typedFrom(id: string, value: PortalConnection): Typed {
  const { name, fhirBaseUrl, environment, provider, system, visitTypes, writeBack = {} } = value;
  const { links, status } = writeBack;
  return {
    name,
    id,
    fhirBaseUrl,
    environment,
    providerClientId: provider?.clientId ?? "",
    providerMethod: methodOf(provider),
    systemClientId: system?.clientId ?? "",
    systemMethod: methodOf(system),
    visitTypes: visitTypes.join("\n"),
    writesLinks: links === undefined ? "" : yesOrNo(links),
    writesArrived: yesOrNo(status?.arrived),
    writesCheckedIn: yesOrNo(status?.checkedIn),
    writesFulfilled: yesOrNo(status?.fulfilled),
  };
}

const yesOrNo = (is: boolean | undefined) => (is === true ? "yes" : "no");

/** What the connector writes to the chart; undefined where nothing of it was chosen. */
export function writeBackIn(typed: Typed): PortalConnection["writeBack"] {
  const { writesLinks } = typed;
  const status = {
    arrived: typed.writesArrived === "yes",
    checkedIn: typed.writesCheckedIn === "yes",
    fulfilled: typed.writesFulfilled === "yes",
  };
  const links = writesLinks === "yes" || writesLinks === "no" ? { links: writesLinks === "yes" } : {};
  const said = { ...links, ...(Object.values(status).includes(true) && { status }) };
  return Object.keys(said).length === 0 ? undefined : said;
}

const methodOf = (client: PortalClient | undefined) =>
  client?.authentication.method === "client_secret_basic" ? "secret" : "key";

export const linesOf = (text: string): string[] =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");

/** Letters that Unicode does not take apart, as they are written without them. */
const UNDIVIDED: Readonly<Record<string, string>> = {
  ...{ ß: "ss", æ: "ae", œ: "oe", ø: "o" },
  ...{ ł: "l", đ: "d", ð: "d", þ: "th" },
};

/** Suggests an id that is not taken, made of the name. Ids appear in addresses. */
export function suggestedId(
  name: string,
  taken: ReadonlySet<string>,
  otherwise: "connection" | "department",
): string {
  const plain = name
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll(/[ßæœøłđðþ]/g, (letter) => UNDIVIDED[letter] ?? "")
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^[^a-z]+|-+$/g, "")
    .slice(0, 28)
    .replace(/-+$/, "");
  const base = plain === "" ? otherwise : plain;
  for (let number = 1; ; number++) {
    const id = number === 1 ? base : base + "-" + String(number);
    if (!taken.has(id)) return id;
  }
}

export type Difference = FieldDifference<Field>;

/** Merges what two administrators have changed of one connection. */
export const merged = ({ typed, was }: Pick<Sent, "typed" | "was">, now: Typed) =>
  mergedOf(FIELD_NAMES, { typed, was, now });
