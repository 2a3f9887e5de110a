/** Reads the inputs back out of ids, which an import and Azure Resource Manager over HTTP do. */
import type { Properties } from "../../infra/rehearsal/azure/controlPlane/json.ts";
import { templateOf } from "../../infra/rehearsal/azure/controlPlane/ids.ts";
import type { Kind } from "../../infra/rehearsal/azure/controlPlane/model.ts";

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
