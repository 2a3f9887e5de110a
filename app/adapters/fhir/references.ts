/** Which resource a reference means, and to which addresses a token may be sent. https://hl7.org/fhir/R4/references.html */
import { isFhirId } from "../../domain/fhirId.ts";
import { codeRead, standsInPlace } from "./concepts.ts";

export type Referred =
  | { readonly kind: "here"; readonly id: string }
  /** A resource of the type on another server, or referenced in a form that cannot be resolved here. */
  | { readonly kind: "elsewhere" }
  /** A reference that cannot be resolved, or is masked, and does not say of which type the resource is. It may be of this one. */
  | { readonly kind: "unclear" }
  /** Nothing that can be compared: only words, an identifier, a contained resource, or another type. */
  | { readonly kind: "nothing" };

interface Reference {
  readonly reference?: string | undefined;
  readonly _reference?: unknown;
  readonly type?: string | undefined;
}

/**
 * Resolves a reference: relative, or absolute below the base, with or without a version. The same id on another server is a
 * different resource.
 */
export function referred(reference: Reference | undefined, type: string, base: string): Referred {
  const text = reference?.reference?.trim() ?? "";
  const said = reference?.type?.trim();
  if (text === "" && standsInPlace(reference?._reference))
    return { kind: said === undefined ? "unclear" : isSame(said, type) ? "elsewhere" : "nothing" };
  if (text === "" || /^(#|urn:)/i.test(text)) return { kind: "nothing" };
  const relative = /^https?:/i.test(text) ? belowBase(base, text) : text;
  const [, kind, id = ""] =
    /^(?:\.\/)?([A-Za-z]+)\/([^/?#]+)(?:\/_history\/[^/?#]+)?$/.exec(relative ?? "") ?? [];
  if (isSame(kind, type) && isFhirId(id)) return { kind: "here", id };
  // Within a whole address nothing but its end says a type: a hospital may call a folder of its server by a type's name.
  const [, first] = /^(?:\.\/)?([A-Za-z]+)(?:[/?]|$)/.exec(text) ?? [];
  const [, last] = ENDS_WITH_A_WORD.exec(text) ?? [];
  if ([said, first, last].some((one) => isSame(one, type))) return { kind: "elsewhere" };
  return { kind: said !== undefined || ENDS_WITH_A_TYPE.test(text) ? "nothing" : "unclear" };
}

/** A type is written with a capital; a server that writes it otherwise means the same one. */
const isSame = (one: string | undefined, type: string) => codeRead(one) === codeRead(type);

/** The word that stands where a type would: alone, or before an id or a search. */
const ENDS_WITH_A_WORD = /(?:^|\/)([A-Za-z]+)(?:\/[^/?#]+(?:\/_history\/[^/?#]+)?|\?.*)?$/;

/** A type and an id, with or without a version, or a type and a search. */
const ENDS_WITH_A_TYPE = /(?:^|\/)[A-Z][A-Za-z]+(?:\/[^/?#]+(?:\/_history\/[^/?#]+)?|\?.*)$/;

export function idOf(reference: Reference | undefined, type: string, base: string): string | undefined {
  const found = referred(reference, type, base);
  return found.kind === "here" ? found.id : undefined;
}

/** An id as a token, a form or a reference gives it: alone, or preceded by its type. */
export function bareId(text: string, type: string, base: string): string | undefined {
  const given = text.trim();
  return isFhirId(given) ? given : idOf({ reference: given }, type, base);
}

/** The resolved address when it is the base or lies below it; undefined otherwise. A token is sent to no other address. */
export function withinBase(base: string, url: string, from: string = base + "/"): string | undefined {
  const parsed = URL.parse(url, from);
  if (parsed?.username !== "" || parsed.password !== "") return undefined;
  const root = new URL(base);
  const path = root.pathname.replace(/\/$/, "");
  const isWithin = parsed.pathname === path || parsed.pathname.startsWith(path + "/");
  // Some servers read an encoded slash as a slash, and others as a letter; some drop what follows a semicolon.
  const climbs = /%2f|%5c|%2e|%3b|;|\/\.\./i.test(parsed.pathname.slice(path.length));
  if (parsed.origin !== root.origin || !isWithin || climbs) return undefined;
  parsed.hash = "";
  return parsed.href;
}

function belowBase(base: string, url: string): string | undefined {
  const within = withinBase(base, url);
  return within?.slice(new URL(base).href.replace(/\/$/, "").length + 1);
}
