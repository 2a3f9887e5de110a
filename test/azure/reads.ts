/**
 * What Azure's management and Graph answer to somebody who only reads: a subscription, what may be created in it, and who
 * holds which roles.
 */
import express, { type Express, type Request, type Response } from "express";
import { PROVIDERS } from "../../infra/stack/providers.ts";
import { bearer } from "../../infra/rehearsal/planes/access/bearer.ts";
import { azure } from "../../infra/rehearsal/azure/resourceTypes/require.ts";
import { BUILT_IN_ROLES } from "../../infra/rehearsal/azure/resourceTypes/roles.ts";
import { textAt } from "../../infra/rehearsal/azure/controlPlane/json.ts";
import { APPLICATION } from "../../infra/rehearsal/azure/entra/applications.ts";
import { principal } from "../../infra/rehearsal/azure/entra/principals.ts";
import type { Azure } from "../../infra/rehearsal/startInMemoryAzure.ts";
import { answerDeployed, answerRegistrations, type Reads } from "./readsOfDeployed.ts";
import { HOSTS } from "../../infra/rehearsal/planes/vendors/entra.ts";

const MANAGEMENT = "management.azure.com";

/** The state of a subscription, which is free of troubles until a test adds some. */
export interface Subscription {
  state: string;
  quotaId: string;
  readonly unregistered: Set<string>;
  /** App Service's limits by size; `*` is the sum of all sizes. */
  readonly limits: Record<string, { currentValue: number; limit: number }>;
  planRegions: readonly { readonly name: string; readonly orgDomain: string }[];
  store: { readonly regular: boolean; readonly zones: boolean };
  /** Ids of the built-in roles that each principal holds at the subscription, besides the assignments in the cloud. */
  readonly roles: Map<string, readonly string[]>;
  /** Names of the roles that the hospital has defined by itself, by their ids. */
  readonly ownRoles: Map<string, string>;
  policies: readonly { readonly displayName: string; readonly enforcementMode?: string }[];
  /** How many assignments of roles and policies a page has. */
  pageSize: number;
  /** Service plans in the directory's licenses. */
  licenses: readonly string[];
  /** Parts of the paths that the caller may not read. */
  readonly closed: Set<string>;
  /** How many of the next requests are refused with a Retry-After of one second. */
  throttled: number;
}

/** Starts answering at the real host names. */
export function answerReads({ front, entra, cloud }: Azure): Subscription {
  const subscription: Subscription = {
    state: "Enabled",
    quotaId: "EnterpriseAgreement_2014-09-01",
    unregistered: new Set(),
    limits: {
      "*": { currentValue: 0, limit: 100 },
      P0v3: { currentValue: 0, limit: 10 },
      P1v3: { currentValue: 0, limit: 10 },
    },
    planRegions: [{ name: "East US 2", orgDomain: "PUBLIC;DSERIES;AVAILABILITYZONES" }],
    store: { regular: true, zones: true },
    roles: new Map(),
    ownRoles: new Map(),
    policies: [],
    pageSize: Number.POSITIVE_INFINITY,
    licenses: [],
    closed: new Set(),
    throttled: 0,
  };
  const at = "/subscriptions/" + cloud.subscriptionId;

  /** A page of a list, which says where the next one is. */
  const page = ({ originalUrl }: Request, items: readonly object[]) => {
    const next = new URL(originalUrl, "https://" + MANAGEMENT);
    const from = Number(next.searchParams.get("$skiptoken") ?? 0);
    const to = from + subscription.pageSize;
    next.searchParams.set("$skiptoken", String(to));
    return { value: items.slice(from, to), ...(to < items.length && { nextLink: next.href }) };
  };

  const management = guarded("https://" + MANAGEMENT);
  reads(management, at, () => ({
    subscriptionId: cloud.subscriptionId,
    tenantId: cloud.tenantId,
    state: subscription.state,
    subscriptionPolicies: { quotaId: subscription.quotaId, spendingLimit: "Off" },
  }));
  reads(management, at + "/providers", () => ({
    value: PROVIDERS.map((namespace) => ({
      namespace,
      registrationState: subscription.unregistered.has(namespace) ? "NotRegistered" : "Registered",
    })),
  }));
  reads(management, at + "/providers/Microsoft.Web/locations/:location/usages", () => ({
    value: Object.entries(subscription.limits).map(([value, { currentValue, limit }]) => ({
      unit: "Count",
      currentValue,
      limit,
      name: { value, localizedValue: value },
    })),
  }));
  reads(management, at + "/providers/Microsoft.Web/geoRegions", () => ({
    value: subscription.planRegions.map(({ name, orgDomain }) => ({ name, properties: { name, orgDomain } })),
  }));
  reads(management, at + "/providers/Microsoft.DocumentDB/locations/:location", ({ params }) => ({
    name: params["location"],
    properties: {
      supportsAvailabilityZone: true,
      isSubscriptionRegionAccessAllowedForRegular: subscription.store.regular,
      isSubscriptionRegionAccessAllowedForAz: subscription.store.zones,
    },
  }));
  reads(management, at + "/providers/Microsoft.Authorization/roleAssignments", (request) => {
    const who = /assignedTo\('([^']+)'\)/u.exec(filterOf(request))?.[1] ?? "";
    const given = (subscription.roles.get(who) ?? []).map((role) => ({ role, scope: at }));
    const made = cloud
      .all(azure("authorization:RoleAssignment"))
      .filter(({ properties }) => textAt(properties, "principalId") === who)
      .map(({ properties }) => ({
        role: textAt(properties, "roleDefinitionId") ?? "",
        scope: textAt(properties, "scope") ?? "",
      }));
    return page(
      request,
      [...given, ...made].map(({ role, scope }) => ({
        properties: {
          roleDefinitionId:
            at + "/providers/Microsoft.Authorization/roleDefinitions/" + (role.split("/").at(-1) ?? ""),
          principalId: who,
          scope,
        },
      })),
    );
  });
  reads(management, at + "/providers/Microsoft.Authorization/roleDefinitions/:id", ({ params }) => {
    const id = String(params["id"]);
    const [own, builtIn] = [subscription.ownRoles.get(id), BUILT_IN_ROLES[id]];
    const roleName = own ?? builtIn;
    return roleName === undefined
      ? undefined
      : { name: id, properties: { roleName, type: own === undefined ? "BuiltInRole" : "CustomRole" } };
  });
  reads(management, at + "/providers/Microsoft.Authorization/policyAssignments", (request) =>
    page(
      request,
      subscription.policies.map((properties) => ({
        properties: {
          policyDefinitionId: "/providers/Microsoft.Authorization/policyDefinitions/x",
          ...properties,
        },
      })),
    ),
  );
  reads(management, at + "/providers/Microsoft.Insights/diagnosticSettings", () => ({
    value: cloud
      .all(azure("monitor:DiagnosticSetting"))
      .filter(({ id }) => id.toLowerCase().startsWith(at.toLowerCase() + "/providers/"))
      .map(({ id, name }) => ({ id, name })),
  }));
  reads(management, at + "/resourceGroups/:name", ({ params }) => {
    const group = cloud.find(`${at}/resourceGroups/${String(params["name"])}`);
    return group && { id: group.id, name: group.name };
  });
  answerDeployed(management, (path, read) => reads(management, path, read), cloud);
  front.route(MANAGEMENT, (request, response) => void management(request, response));

  const graph = express();
  graph.use("/v1.0", directory());
  const others = entra.application(HOSTS.graph);
  if (others !== undefined) graph.use(others);
  front.route(HOSTS.graph, (request, response) => void graph(request, response));
  return subscription;

  /** What Graph's own stand-in does not answer; whatever else is asked of Graph goes there, with its own rules for tokens. */
  function directory(): Express {
    const app = express();
    const allow = guard("https://" + HOSTS.graph);
    const answers: Reads = (path, read) => reads(app, path, read, allow);
    answers("/directoryObjects/:id", ({ params }) => {
      const id = String(params["id"]);
      const found = principal(cloud, id);
      return found && { "@odata.type": "#microsoft.graph." + lowerFirst(found.type), id };
    });
    answers("/applications", (request) => {
      const name = /displayName eq '([^']+)'/u.exec(filterOf(request))?.[1];
      const found = cloud
        .all(APPLICATION)
        .filter(({ properties }) => textAt(properties, "displayName") === name);
      return { value: found.map(({ name: id }) => ({ id })) };
    });
    answers("/subscribedSkus", () => {
      const servicePlans = subscription.licenses.map((servicePlanName) => ({ servicePlanName }));
      return { value: [{ capabilityStatus: "Enabled", servicePlans }] };
    });
    answerRegistrations(answers, cloud);
    return app;
  }

  function guarded(audience: string): Express {
    const app = express();
    app.disable("x-powered-by").disable("etag");
    app.use((request, response, next) => {
      void guard(audience)(request, response).then((isIn) => {
        if (isIn) next();
      });
    });
    return app;
  }

  /** Whether the caller has a valid token for this audience and may read here; if not, the request has been answered. */
  function guard(audience: string) {
    return async (request: Request, response: Response): Promise<boolean> => {
      const refuse = (status: number, code: string) => {
        response.status(status).json({ error: { code, message: code } });
        return false;
      };
      if (subscription.throttled > 0) {
        subscription.throttled -= 1;
        response.set("retry-after", "1");
        return refuse(429, "TooManyRequests");
      }
      if ([...subscription.closed].some((part) => request.originalUrl.includes(part)))
        return refuse(403, "AuthorizationFailed");
      const token = (request.headers.authorization ?? "").replace(/^Bearer /u, "");
      try {
        await bearer(entra.tokens, token, { audiences: [audience], tenantId: cloud.tenantId });
        return true;
      } catch {
        return refuse(401, "InvalidAuthenticationToken");
      }
    };
  }
}

const filterOf = ({ originalUrl }: Request): string =>
  new URL(originalUrl, "https://" + MANAGEMENT).searchParams.get("$filter") ?? "";

/** Adds a GET route that answers what `read` returns, and 404 when that is undefined. */
function reads(
  app: Express,
  path: string,
  read: (request: Request) => object | undefined,
  allow: (request: Request, response: Response) => Promise<boolean> = () => Promise.resolve(true),
): void {
  app.get(path, (request, response, next) => {
    void allow(request, response).then((isIn) => {
      if (!isIn) return;
      const found = read(request);
      if (found === undefined)
        response.status(404).json({ error: { code: "NotFound", message: "There is no such thing." } });
      else response.json(found);
    }, next);
  });
}

const lowerFirst = (word: string): string => word.charAt(0).toLowerCase() + word.slice(1);
