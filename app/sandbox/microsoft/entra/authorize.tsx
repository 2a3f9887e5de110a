/**
 * The authorization endpoint. The account picker posts to its own address, so a test can sign somebody in without a page by
 * `POST {authorize URL with its query}` with the form field `account`: an object id, a sign-in name, or `cancel`.
 */
import { Router, urlencoded, type Request, type Response } from "express";
import * as z from "zod";
import { sendPage } from "../page.tsx";
import { GLOBAL_ADMINISTRATOR, type SandboxPerson } from "../people.ts";
import { AadError, description } from "./aadError.ts";
import type { Accounts } from "./accounts.ts";
import type { Codes } from "./codes.ts";
import { READ_ROLES, scopeOfGraph } from "./graphScope.ts";
import { PersonPicker, SignInRefused } from "./pages.tsx";
import { addressed, signInRequest, type Addressed, type SignInRequest } from "./signInRequest.ts";
import { isForeign, type Tenant } from "./tenant.ts";

const picked = z.object({ account: z.string() });

export function authorize(tenant: Tenant, accounts: Accounts, codes: Codes): Router {
  const router = Router();
  const path = `/${tenant.options.tenantId}/oauth2/v2.0/authorize`;
  const signIn = { tenant, accounts, codes };
  router.get(path, (request, response) =>
    answering(tenant, request, response, (wanted) => ask(signIn, wanted, request, response)),
  );
  router.post(path, urlencoded({ extended: false }), (request, response) =>
    answering(tenant, request, response, (wanted) => finish(signIn, wanted, request, response)),
  );
  return router;
}

interface SignIn {
  readonly tenant: Tenant;
  readonly accounts: Accounts;
  readonly codes: Codes;
}

/**
 * Answers. An error goes to the application once its address is known to be its own; before that, it is shown to the person.
 */
async function answering(
  tenant: Tenant,
  request: Request,
  response: Response,
  answer: (wanted: SignInRequest) => Promise<void>,
): Promise<void> {
  const query = new URL(request.originalUrl, tenant.origins().pages).searchParams;
  let to: Addressed | undefined;
  try {
    to = addressed(tenant, query);
    await answer(signInRequest(tenant, query, to));
  } catch (error) {
    if (!(error instanceof AadError)) throw error;
    const words = description(error, tenant.now());
    if (to !== undefined) goBack(response, to, { error: error.error, error_description: words });
    else await sendPage(response, <SignInRefused words={words} />, { status: error.status });
  }
}

async function ask(
  { tenant, accounts, codes }: SignIn,
  wanted: SignInRequest,
  request: Request,
  response: Response,
): Promise<void> {
  const current = accounts.signedIn(request);
  if (wanted.prompt === "none" && current === undefined)
    throw new AadError(
      50058,
      "login_required",
      "A silent sign-in request was sent but no user is signed in.",
    );
  if (current !== undefined && (wanted.prompt === "none" || wanted.prompt === "usual")) {
    if (isRefused(tenant, current))
      throw new AadError(50020, "interaction_required", foreignWords(wanted, current));
    refuseConsent(tenant, wanted, current);
    goBack(response, wanted, { code: codes.make(wanted, current) });
    return;
  }
  await sendPage(
    response,
    <PersonPicker people={tenant.people} current={current} into="the Teams EHR connector" />,
    {
      leadsTo: [new URL(wanted.redirectUri).origin],
    },
  );
}

async function finish(
  { tenant, accounts, codes }: SignIn,
  wanted: SignInRequest,
  request: Request,
  response: Response,
): Promise<void> {
  const form = picked.safeParse(request.body);
  if (form.success && form.data.account === "cancel")
    throw new AadError(65004, "access_denied", "User declined to sign in.");
  const person = accounts.find(form.data?.account);
  if (person === undefined)
    throw new AadError(50034, "invalid_request", "The user account does not exist in the directory.");
  if (isRefused(tenant, person)) {
    const words = description(
      new AadError(50020, "invalid_request", foreignWords(wanted, person)),
      tenant.now(),
    );
    await sendPage(response, <SignInRefused words={words} retry={request.originalUrl} />, { status: 400 });
    return;
  }
  accounts.signIn(response, person);
  refuseConsent(tenant, wanted, person);
  goBack(response, wanted, { code: codes.make(wanted, person) });
}

/** Only an administrator of the directory may consent to a scope that reads directory roles. @throws AadError */
function refuseConsent(tenant: Tenant, { scopes }: SignInRequest, { wids }: SandboxPerson): void {
  if (
    wids.includes(GLOBAL_ADMINISTRATOR) ||
    !scopes.some((scope) => scopeOfGraph(tenant, scope) === READ_ROLES)
  )
    return;
  throw new AadError(
    90094,
    "access_denied",
    "Admin consent is required for the permissions requested by this application.",
  );
}

function isRefused(tenant: Tenant, person: SandboxPerson): boolean {
  return isForeign(tenant, person) && tenant.faults.current().foreignSignIn === "refused";
}

function foreignWords({ clientId }: SignInRequest, person: SandboxPerson): string {
  return (
    `User account '${person.userName}' from identity provider 'https://sts.windows.net/${person.tid}/' does not exist in tenant ` +
    `'Lamna Healthcare' and cannot access the application '${clientId}' in that tenant. The account needs ` +
    "to be added as an external user in the tenant first. Sign out and sign in again with a different Microsoft Entra user account."
  );
}

function goBack(response: Response, to: Addressed, answer: Readonly<Record<string, string>>): void {
  const url = new URL(to.redirectUri);
  for (const [name, value] of Object.entries(answer)) url.searchParams.set(name, value);
  if (to.state !== undefined) url.searchParams.set("state", to.state);
  response.set({ "Cache-Control": "no-store", "Referrer-Policy": "no-referrer" }).redirect(303, url.href);
}
