/**
 * Consent of the hospital's directory to the connector's permissions. It returns to the one address that Entra knows, as
 * sign-ins do; its state says that it is a consent, and a cookie that it was begun in this browser.
 */
import { Router, type Request, type RequestHandler, type Response } from "express";
import { PATHS } from "../domain/addresses.ts";
import { StaffSignInFault, type StaffSignIn } from "../ports/staffSignIn.ts";
import type { SignIns, Taken } from "../records/signIns.ts";
import type { CallerAddress } from "./callerAddress.ts";
import { clearCookie, readCookie, setCookie } from "./cookies.ts";
import { limitAnswers, stateOf } from "./limits.ts";
import { signInCookie } from "./microsoftSignIn.ts";
import { parametersOf } from "./parameters.ts";
import { beginSignIn, takeSignIn } from "./pendingSignIns.ts";
import { hashed, newSecret } from "./secrets.ts";

export type ConsentAnswer =
  | { readonly kind: "given"; readonly by: string }
  | { readonly kind: "failed"; readonly by: string; readonly fault: StaffSignInFault }
  | Exclude<Taken<"consent">, { readonly kind: "taken" }>;

export interface AdminConsent {
  /** Sends the administrator to Microsoft. `by` is their object id. @throws StaffSignInFault */
  begin(response: Response, by: string): Promise<void>;
  /** Handles the answers whose state says that they are a consent's, and leaves others to other routes. */
  answers(answered: (answer: ConsentAnswer, request: Request, response: Response) => Promise<void>): Router;
}

export interface AdminConsentOptions {
  readonly signIns: SignIns;
  readonly staffSignIn: Pick<StaffSignIn, "consentPage" | "consented">;
  readonly publicUrl: string;
  readonly caller: CallerAddress;
}

export function adminConsent({ signIns, staffSignIn, publicUrl, caller }: AdminConsentOptions): AdminConsent {
  const redirectUri = publicUrl + PATHS.signInCallback;
  const cookieOf = (stateHash: string, request: Request) => readCookie(request, signInCookie(stateHash));
  const limits = limitAnswers(caller, (request, state) => cookieOf(hashed(state), request));
  const isOurs: RequestHandler = (request, _response, next) => {
    next(stateOf(request)?.startsWith(FLOW + ".") === true ? undefined : "route");
  };

  const answerOf = (taken: Taken<"consent">, request: Request): ConsentAnswer => {
    if (taken.kind !== "taken") return taken;
    const { by } = taken.remembered;
    const callback = new URL(redirectUri);
    callback.search = parametersOf(request).toString();
    try {
      staffSignIn.consented(callback);
      return { kind: "given", by };
    } catch (fault) {
      if (fault instanceof StaffSignInFault) return { kind: "failed", by, fault };
      throw fault;
    }
  };

  return {
    async begin(response, by) {
      const { state, cookie } = await beginSignIn(signIns, FLOW, [FLOW, newSecret()].join("."), { by });
      const page = await staffSignIn.consentPage({ redirectUri, state });
      setCookie(response, signInCookie(cookie.stateHash), cookie.secret);
      response.redirect(302, page.href);
    },
    answers: (answered) =>
      Router().get(PATHS.signInCallback, isOurs, ...limits, async (request, response) => {
        const state = stateOf(request) ?? "";
        const taken = await takeSignIn(signIns, FLOW, state, (stateHash) => cookieOf(stateHash, request));
        if (taken.kind === "taken") clearCookie(response, signInCookie(hashed(state)));
        await answered(answerOf(taken, request), request, response);
      }),
  };
}

const FLOW = "consent";
