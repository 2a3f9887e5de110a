/** What the data planes of a storage account have in common: finding the account, checking access, and answering. */
import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { azure } from "../../azure/resourceTypes/require.ts";
import { at } from "../../azure/controlPlane/json.ts";
import type { Cloud, CloudResource } from "../../azure/controlPlane/model.ts";
import type { Caller } from "../../front/hosts/caller.ts";
import type { Backend } from "../../front/hosts/front.ts";
import { entryToStorage } from "./firewall.ts";
import { rolesOn } from "../../azure/resourceTypes/roles.ts";
import { bearer, BearerRefused, type TokenVerifier } from "./bearer.ts";
import { Refused, storageRefusal } from "./refused.ts";

/** A refusal of a request that the in-memory service does not implement, although the real one may. */
export const unspoken = (what: string): Refused =>
  new Refused(501, "NotImplemented", "The storage account in memory does not speak this: " + what);

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

export interface Asked {
  readonly request: IncomingMessage;
  readonly account: CloudResource;
  /** Object id of the caller. */
  readonly principalId: string;
}

/** @throws Refused */
export type Answering = (asked: Asked) => Promise<Answer>;

export interface StorageService {
  readonly name: "blob" | "queue";
  readonly cloud: () => Cloud;
  readonly tokens: TokenVerifier;
  /** The time that the service tells. */
  readonly now: () => Date;
  readonly answer: Answering;
}

/** Finds the service of an account by its host name; for the front. */
export function served(service: StorageService): (host: string) => Backend | undefined {
  const { name, cloud, now, answer } = service;
  const suffix = `.${name}.core.windows.net`;
  const accountAt = (host: string) =>
    cloud()
      .all(azure("storage:StorageAccount"))
      .find((account) => account.name + suffix === host);

  async function answered(request: IncomingMessage, host: string, caller: Caller): Promise<Answer> {
    const account = accountAt(host);
    if (account === undefined) throw new Error(`The account ${host} is gone.`);
    if (entryToStorage(cloud(), account, caller, name) !== "let-in")
      throw storageRefusal("AuthorizationFailure");
    const principalId = await principalOf(request, service, account);
    return answer({ request, account, principalId });
  }

  return (host) =>
    accountAt(host) === undefined
      ? undefined
      : (request, response, caller) => {
          answered(request, host, caller)
            .catch(refused)
            .then(
              (ready) => send(request, response, now(), ready),
              (error: unknown) => response.destroy(error as Error),
            );
        };
}

async function principalOf(
  { headers }: IncomingMessage,
  { name, cloud, tokens }: StorageService,
  account: CloudResource,
): Promise<string> {
  const token = /^Bearer (\S+)$/iu.exec(headers.authorization ?? "")?.[1];
  if (token === undefined) throw withoutToken(headers.authorization, account);
  const { tenantId } = cloud();
  const audiences = ["https://storage.azure.com", `https://${account.name}.${name}.core.windows.net`];
  try {
    return (await bearer(tokens, token, { audiences, tenantId })).principalId;
  } catch (cause) {
    if (!(cause instanceof BearerRefused)) throw cause;
    const authority = `https://login.microsoftonline.com/${tenantId}/oauth2/authorize`;
    throw new Refused(
      401,
      "InvalidAuthenticationInfo",
      "Server failed to authenticate the request. " + cause.message,
      {
        headers: {
          "www-authenticate": `Bearer authorization_uri=${authority} resource_id=https://storage.azure.com`,
        },
      },
    );
  }
}

function withoutToken(authorization: string | undefined, account: CloudResource): Refused {
  if (authorization === undefined) return storageRefusal("PublicAccessNotPermitted");
  return at(account.properties, "allowSharedKeyAccess") === false
    ? storageRefusal("KeyBasedAuthenticationNotPermitted")
    : storageRefusal("AuthenticationFailed");
}

/**
 * Actions of a service's built-in roles, by role and without the beginning that all have
 * (https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/storage).
 */
export type Rights = Readonly<Record<string, readonly string[]>>;

/**
 * @param ways sets of actions, each of which suffices
 * @throws Refused when the principal's roles, at the resource or above it, allow none of the sets
 */
export function refuseUngranted(
  cloud: Cloud,
  rights: Rights,
  resource: Pick<CloudResource, "id">,
  principalId: string,
  ways: readonly (readonly string[])[],
): void {
  const granted = rolesOn(cloud, resource.id, principalId).flatMap((role) => rights[role] ?? []);
  if (!ways.some((actions) => actions.every((action) => granted.includes(action))))
    throw storageRefusal("AuthorizationPermissionMismatch");
}

function refused(error: unknown): Answer {
  if (!(error instanceof Refused)) throw error;
  const { status, code, headers, message, details } = error;
  const elements = Object.entries({ Code: code, Message: message, ...details }).map(
    ([name, value]) => `<${name}>${escaped(value)}</${name}>`,
  );
  return {
    status,
    headers: { ...headers, "content-type": "application/xml", "x-ms-error-code": code },
    body: Buffer.from(`\uFEFF<?xml version="1.0" encoding="utf-8"?><Error>${elements.join("")}</Error>`),
  };
}

/** A text, escaped for XML. */
export const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

function send(
  { method, headers: asked }: IncomingMessage,
  response: ServerResponse,
  now: Date,
  answer: Answer,
): void {
  const version = asked["x-ms-version"];
  response.writeHead(answer.status, {
    date: now.toUTCString(),
    "x-ms-request-id": randomUUID(),
    ...(typeof version === "string" && { "x-ms-version": version }),
    ...answer.headers,
  });
  response.end(method === "HEAD" ? undefined : answer.body);
}
