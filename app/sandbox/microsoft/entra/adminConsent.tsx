/**
 * The page of consent for a whole directory (https://learn.microsoft.com/entra/identity-platform/v2-admin-consent). It
 * returns to an address of the registration alone; whoever may not consent is told so here, and the application hears
 * nothing. A test posts the form field `account`, as at the sign-in.
 */
import { Router, urlencoded, type Request, type Response } from "express";
import * as z from "zod";
import { sendPage } from "../page.tsx";
import { GLOBAL_ADMINISTRATOR } from "../people.ts";
import { AadError, description } from "./aadError.ts";
import type { Accounts } from "./accounts.ts";
import { unknownTenant } from "./discovery.ts";
import { scopeOfGraph } from "./graphScope.ts";
import { PersonPicker, SignInRefused } from "./pages.tsx";
import { addressed, type Addressed } from "./signInRequest.ts";
import { isForeign, type Tenant } from "./tenant.ts";

const picked = z.object({ account: z.string() });

export function adminConsent(tenant: Tenant, accounts: Accounts): Router {
  const router = Router();
  const path = "/:tenant/v2.0/adminconsent";
  const answering =
    (answer: (to: Addressed, request: Request, response: Response) => Promise<void>) =>
    async (request: Request, response: Response) => {
      try {
        const query = new URL(request.originalUrl, tenant.origins().pages).searchParams;
        if (request.params["tenant"] !== tenant.options.tenantId)
          throw unknownTenant(String(request.params["tenant"]));
        const to = addressed(tenant, query);
        refuseScope(tenant, query.get("scope") ?? "");
        await answer(to, request, response);
      } catch (error) {
        if (!(error instanceof AadError)) throw error;
        const words = description(error, tenant.now());
        await sendPage(response, <SignInRefused words={words} />, { status: error.status });
      }
    };

  router.get(
    path,
    answering(async (to, request, response) => {
      const current = accounts.signedIn(request);
      const into = "the Teams EHR connector, and consent for the whole organization";
      await sendPage(response, <PersonPicker people={tenant.people} current={current} into={into} />, {
        leadsTo: [new URL(to.redirectUri).origin],
      });
    }),
  );
  router.post(
    path,
    urlencoded({ extended: false }),
    answering(async (to, request, response) => {
      const form = picked.safeParse(request.body);
      if (form.success && form.data.account === "cancel") {
        const words = "User declined to consent to access the app.";
        goBack(tenant, response, to, {
          error: "access_denied",
          error_description: description(new AadError(65004, "access_denied", words), tenant.now()),
        });
        return;
      }
      const person = accounts.find(form.data?.account);
      if (person === undefined || isForeign(tenant, person))
        throw new AadError(50020, "invalid_request", "The user account does not exist in the directory.");
      accounts.signIn(response, person);
      if (!person.wids.includes(GLOBAL_ADMINISTRATOR))
        throw new AadError(
          90094,
          "access_denied",
          "Need admin approval: the application needs permission to access resources in your organization that only an admin can grant.",
        );
      tenant.faults.set({ profileConsent: "granted" });
      goBack(tenant, response, to, {});
      await Promise.resolve();
    }),
  );
  return router;
}

/** @throws AadError */
function refuseScope(tenant: Tenant, scope: string): void {
  const scopes = scope.split(" ").filter((one) => one !== "");
  if (scopes.length > 0 && scopes.every((one) => scopeOfGraph(tenant, one) === ".default")) return;
  throw new AadError(
    70011,
    "invalid_scope",
    `The provided value for the input parameter 'scope' is not valid: '${scope}'.`,
  );
}

function goBack(
  tenant: Tenant,
  response: Response,
  to: Addressed,
  answer: Readonly<Record<string, string>>,
): void {
  const url = new URL(to.redirectUri);
  const { tenantId } = tenant.options;
  for (const [name, value] of Object.entries({ admin_consent: "True", tenant: tenantId, ...answer }))
    url.searchParams.set(name, value);
  if (to.state !== undefined) url.searchParams.set("state", to.state);
  response.set({ "Cache-Control": "no-store", "Referrer-Policy": "no-referrer" }).redirect(303, url.href);
}
