/**
 * The one schema of stack settings: what a hospital writes under `teams-ehr-connector:connector` in
 * `stacks/Pulumi.<stack>.yaml`. Plain types and validation; the Pulumi program, the rehearsal and `npm start` all read
 * a stack through {@link parseStack}.
 */
import { z } from "zod";
import {
  connectionSchema,
  departmentSchema,
  fhirBaseUrl,
  organizationSchema,
  visitRulesSchema,
} from "../app/config.ts";
import { inWords } from "./words.ts";

/** The configuration key, as Pulumi writes it: the project's name, a colon, our one key. */
export const STACK_KEY = "teams-ehr-connector:connector";

export const stackSchema = z.strictObject({
  tenant: z
    .string()
    .regex(/^[a-z][a-z0-9]{1,15}$/, "must be 2 to 16 lower-case letters and digits, starting with a letter")
    .meta({ description: "The hospital's short name, part of resource names." }),
  environment: z
    .enum(["local", "test", "production"])
    .meta({ description: "local is one laptop with the sandbox; the others are deployed." }),
  geography: z
    .enum(["americas", "europe", "asiaPacific"])
    .meta({ description: "Where everything the connector keeps and processes stays." }),
  microsoft: z
    .strictObject({
      tenantId: z
        .guid("must be the directory's tenant id")
        .meta({ description: "The directory's tenant id." }),
    })
    .meta({ description: "The hospital's Microsoft 365 directory." }),
  organization: organizationSchema.meta({ description: "The hospital as patients know it." }),
  visits: visitRulesSchema.prefault({}).meta({ description: "When patients' links work." }),
  connections: z
    .array(connectionSchema)
    .nonempty()
    .optional()
    .meta({ description: "Chart systems. Left out, they are set up in the portal." }),
  departments: z
    .array(departmentSchema)
    .nonempty()
    .optional()
    .meta({ description: "Departments. Left out, they are set up in the portal." }),
});

export type StackSettings = z.output<typeof stackSchema>;
export type StackSettingsInput = z.input<typeof stackSchema>;

export type StackVerdict =
  | { readonly ok: true; readonly stack: StackSettings }
  | { readonly ok: false; readonly faults: readonly string[] };

/** Parses what stands under {@link STACK_KEY}. Each fault is a sentence that starts with the key it is about. */
export function parseStack(value: unknown): StackVerdict {
  const parsed = stackSchema.safeParse(value, { error: inWords });
  if (!parsed.success) return { ok: false, faults: parsed.error.issues.flatMap(sentences) };
  const faults = crossFaults(parsed.data);
  return faults.length > 0 ? { ok: false, faults } : { ok: true, stack: parsed.data };
}

/** Rules that no single key can check alone. */
function crossFaults(stack: StackSettings): string[] {
  return [...connectionFaults(stack), ...keyFaults(stack), ...departmentFaults(stack)];
}

/** A vault key is RSA or EC, so it signs by one algorithm. */
function keyFaults(stack: StackSettings): string[] {
  const algorithms = new Map<string, string>();
  return (stack.connections ?? []).flatMap(({ provider }, index) => {
    if (provider?.authentication.method !== "private_key_jwt") return [];
    const { key, algorithm } = provider.authentication;
    const earlier = algorithms.get(key) ?? algorithm;
    algorithms.set(key, earlier);
    return earlier === algorithm
      ? []
      : [
          "connections[" +
            String(index) +
            "].provider.authentication.algorithm: " +
            key +
            " signs by " +
            earlier +
            " for an earlier connection; use another key",
        ];
  });
}

function connectionFaults(stack: StackSettings): string[] {
  const local = stack.environment === "local";
  const seen = { ids: new Set<string>(), urls: new Set<string>() };
  return (stack.connections ?? []).flatMap((connection, index) => {
    const key = "connections[" + String(index) + "]";
    const faults: string[] = [];
    if (seen.ids.has(connection.id))
      faults.push(key + ".id: is used by an earlier connection; ids must differ");
    seen.ids.add(connection.id);
    const verdict = fhirBaseUrl(connection.fhirBaseUrl, { loopback: local });
    if (!verdict.ok) faults.push(key + ".fhirBaseUrl: " + verdict.reason);
    else if (seen.urls.has(verdict.url)) faults.push(key + ".fhirBaseUrl: is used by an earlier connection");
    else seen.urls.add(verdict.url);
    if (stack.environment === "test" && connection.environment === "production")
      faults.push(key + ".environment: a test deployment takes only test connections");
    for (const end of ["authorizationEndpoint", "tokenEndpoint"] as const) {
      const address = connection.signIn?.[end];
      if (address !== undefined && !local && !address.startsWith("https://"))
        faults.push(key + ".signIn." + end + ": must start with https://");
    }
    return faults;
  });
}

function departmentFaults(stack: StackSettings): string[] {
  const connections = new Set((stack.connections ?? []).map((connection) => connection.id));
  const ids = new Set<string>();
  const owners = new Map<string, string>();
  return (stack.departments ?? []).flatMap((department, index) => {
    const key = "departments[" + String(index) + "]";
    const faults: string[] = [];
    if (ids.has(department.id)) faults.push(key + ".id: is used by an earlier department; ids must differ");
    ids.add(department.id);
    if (stack.connections !== undefined && !connections.has(department.connection))
      faults.push(key + ".connection: no connection has the id " + department.connection);
    for (const location of department.locations) {
      const place = department.connection + " " + location;
      const owner = owners.get(place);
      if (owner !== undefined)
        faults.push(key + ".locations: " + location + " belongs to department " + owner + " already");
      owners.set(place, department.id);
    }
    return faults;
  });
}

function sentences(issue: z.core.$ZodIssue): string[] {
  const key = issue.path.reduce<string>(
    (path, part) =>
      typeof part === "number"
        ? path + "[" + String(part) + "]"
        : path === ""
          ? String(part)
          : path + "." + String(part),
    "",
  );
  if (issue.code === "unrecognized_keys")
    return issue.keys.map(
      (name) => (key === "" ? name : key + "." + name) + ": is not a setting; see stacks/README.md",
    );
  return [(key === "" ? STACK_KEY : key) + ": " + issue.message];
}

/** What a stack expects in its vault: a deployment makes the keys; the secrets are put there by a person. */
export interface VaultNames {
  readonly keys: readonly { readonly name: string; readonly kind: "RSA" | "EC" }[];
  readonly secrets: readonly string[];
}

export function vaultNames(stack: StackSettings): VaultNames {
  const ways = (stack.connections ?? []).flatMap(({ provider }) =>
    provider === undefined ? [] : [provider.authentication],
  );
  const keys = ways.flatMap((way) => (way.method === "private_key_jwt" ? [way] : []));
  const secrets = ways.flatMap((way) => (way.method === "client_secret_basic" ? [way.secret] : []));
  return {
    keys: [...new Map(keys.map(({ key, algorithm }) => [key, algorithm]))].map(([name, algorithm]) => ({
      name,
      kind: algorithm === "RS384" ? ("RSA" as const) : ("EC" as const),
    })),
    secrets: [...new Set(secrets)],
  };
}
