/** Makes ids from templates, and says what is in an id. */
import type { Cloud, Kind } from "./model.ts";
import { type Properties, saidAt } from "./json.ts";

const GROUP = "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}";

/** The template of a type's ids, with the resource group's own in it. */
export const templateOf = (kind: Kind): string => kind.id.replace("{group}", GROUP);

/** Names of the inputs that are part of an id; the resource's own name is the last. */
export function idInputs(kind: Kind): readonly string[] {
  if (kind.newId !== undefined) return [];
  return [...templateOf(kind).matchAll(/\{(\w+)\}/gu)]
    .map(([, name = ""]) => name)
    .filter((name) => name !== "subscriptionId");
}

export function idOf(kind: Kind, inputs: Properties, cloud: Cloud): string {
  if (kind.newId !== undefined) return kind.newId(inputs, cloud);
  const id = templateOf(kind).replaceAll(/\{(\w+)\}/gu, (_, name: string) =>
    name === "subscriptionId" ? cloud.subscriptionId : saidAt(inputs, name).replace(/^\/|\/$/gu, ""),
  );
  return id.startsWith("/") ? id : "/" + id;
}

/** A function that puts these parts of an id into lower case. */
export const lowered =
  (...parts: readonly string[]) =>
  (id: string): string =>
    parts.reduce(
      (text, part) => text.replace(new RegExp(`/${part}(?=/|$)`, "iu"), "/" + part.toLowerCase()),
      id,
    );

export const lastSegment = (id: string): string => id.slice(id.lastIndexOf("/") + 1);

/** The ARM type in an id, such as `Microsoft.Web/sites/slots`. */
export function armTypeOf(id: string): string {
  const [namespace = "", ...rest] = (id.split("/providers/").at(-1) ?? "").split("/");
  return [namespace, ...rest.filter((_, index) => index % 2 === 0)].join("/");
}

/** The id of what contains the resource: its parent resource, its group or its subscription. */
export function parentOf(id: string): string {
  const own = id.slice(id.lastIndexOf("/providers/"));
  const isChild = id.includes("/providers/") && own.split("/").length > 5;
  return isChild
    ? id.split("/").slice(0, -2).join("/")
    : id.slice(0, Math.max(0, id.lastIndexOf("/providers/")));
}

export const isBelow = (id: string, above: string): boolean =>
  id.toLowerCase().startsWith(above.toLowerCase().replace(/\/$/u, "") + "/");

export const isSameId = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();
