/** Makes ids from templates, and reads the inputs back out of ids. */
import type { Cloud, Kind } from "./model.ts";
import { type Properties, saidAt } from "./json.ts";

const GROUP = "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}";

const templateOf = (kind: Kind): string => kind.id.replace("{group}", GROUP);

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

/** The inputs that are in an id; undefined when the id is of another type. */
export function inputsOf(kind: Kind, id: string): Properties | undefined {
  const names = [...templateOf(kind).matchAll(/\{(\w+)\}/gu)].map(([, name = ""]) => name);
  const pattern = templateOf(kind)
    .replaceAll(/[.]/gu, "\\.")
    .replaceAll(/\{(\w+)\}/gu, (_, name: string) => (isPath(name) ? "(.+)" : "([^/]+)"));
  if (kind.newId !== undefined) return {};
  const match = new RegExp(`^/?${pattern.replace(/^\//u, "")}$`, "iu").exec(id);
  if (match === null) return undefined;
  const values = names.map((name, index) => [
    name,
    (isPath(name) ? "/" : "") + (match[index + 1] ?? "").replace(/^\//u, ""),
  ]);
  return Object.fromEntries(values.filter(([name]) => name !== "subscriptionId")) as Properties;
}

const PATHS = ["scope", "scopeId", "resourceUri", "resourceId", "applicationId"];

const isPath = (name: string): boolean => PATHS.includes(name);

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
