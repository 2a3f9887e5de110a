/**
 * The sign-in at Microsoft, for every flow whose people need one. It returns to one address, which Entra knows. The state
 * says which flow it returns to, so that whatever goes wrong is told in that flow's words.
 */
import type { Request, RequestHandler, Response } from "express";
import { PATHS } from "../domain/addresses.ts";
import { COOKIES } from "../domain/opaqueNames.ts";
import { StaffSignInFault, type StaffAccount, type StaffSignIn } from "../ports/staffSignIn.ts";
import type { Hospital } from "../records/hospital.ts";
import type { MicrosoftFlow, Remembered, SignIns, Taken } from "../records/signIns.ts";
import { SIGN_IN_SECONDS } from "../records/signIns.ts";
import type { CallerAddress } from "./callerAddress.ts";
import { clearCookie, nameOfOne, readCookie, setCookie, type Cookie } from "./cookies.ts";
import { limitAnswers, stateOf } from "./limits.ts";
import { parametersOf } from "./parameters.ts";
import { beginSignIn, takeSignIn } from "./pendingSignIns.ts";
import { hashed, newSecret } from "./secrets.ts";

export interface MicrosoftSignIn {
  /**
   * Sends the person to Microsoft. `prompt: "select"` shows the account picker even when one account is signed in. `page`
   * names the page that they came from. It travels in the state, so it must not be a secret, and {@link cameFrom} gives it
   * even when the answer comes too late.
   * @throws StaffSignInFault
   */
  begin<F extends MicrosoftFlow>(
    response: Response,
    flow: F,
    begun: Beginning<F>,
    page?: string,
  ): Promise<void>;
  /**
   * A flow's part of the callback: it handles answers whose state names this flow, and leaves others to other routes.
   * `first` is called before the answer is used up.
   */
  answers<F extends MicrosoftFlow>(flow: F, first: RequestHandler, answered: Answered<F>): RequestHandler[];
}

/** The page that a sign-in came from, as the answer's state says, which anybody may have made. */
export function cameFrom(request: Request): string | undefined {
  return stateOf(request)?.split(".")[2];
}

type OurOwn = "nonce" | "verifier";
/** What a flow wants remembered, besides what the sign-in itself needs. */
export type Beginning<F extends MicrosoftFlow> = Omit<Remembered<F>, OurOwn>;

export type SignInAnswer<F extends MicrosoftFlow> =
  | {
      readonly kind: "signed-in";
      readonly account: Omit<StaffAccount, "isGuest">;
      readonly begun: Beginning<F>;
    }
  /**
   * Microsoft knows the account, but it is not a staff member's own: it is a guest of the directory, or a department's
   * account.
   */
  | { readonly kind: "not-a-members"; readonly whose: "guest" | "organizer"; readonly begun: Beginning<F> }
  | { readonly kind: "failed"; readonly fault: StaffSignInFault; readonly begun: Beginning<F> }
  | Exclude<Taken<F>, { readonly kind: "taken" }>;

export type Answered<F extends MicrosoftFlow> = (
  answer: SignInAnswer<F>,
  request: Request,
  response: Response,
) => Promise<void>;

export interface MicrosoftSignInOptions {
  readonly signIns: SignIns;
  readonly staffSignIn: StaffSignIn;
  readonly hospital: Pick<Hospital, "isOrganizer">;
  readonly publicUrl: string;
  readonly caller: CallerAddress;
}

/** There is one cookie for each sign-in; the start of its state's hash tells which. */
export const signInCookie = (stateHash: string): Cookie => ({
  name: nameOfOne(COOKIES.signIn, stateHash),
  path: PATHS.signIn,
  maxAgeSeconds: SIGN_IN_SECONDS,
});

export function microsoftSignIn(options: MicrosoftSignInOptions): MicrosoftSignIn {
  const { signIns, staffSignIn, hospital, publicUrl } = options;
  const redirectUri = publicUrl + PATHS.signInCallback;
  // All flows share one count, because they share the address that is called.
  const limits = limitAnswers(options.caller, (request, state) =>
    readCookie(request, signInCookie(hashed(state))),
  );

  return {
    async begin(response, flow, beginning, cameFromPage) {
      const content = { ...beginning, nonce: newSecret(), verifier: newSecret() } as unknown as Remembered<
        typeof flow
      >;
      const named = [flow, newSecret(), ...(cameFromPage === undefined ? [] : [cameFromPage])].join(".");
      const { state, cookie } = await beginSignIn(signIns, flow, named, content);
      const { nonce, verifier, prompt } = content;
      const page = await staffSignIn.begin({ redirectUri, state, nonce, verifier, prompt });
      setCookie(response, signInCookie(cookie.stateHash), cookie.secret);
      response.redirect(302, page.href);
    },

    answers: (flow, first, answered) => [
      (request, _response, next) => {
        next(stateOf(request)?.startsWith(flow + ".") === true ? undefined : "route");
      },
      first,
      ...limits,
      async (request, response) => {
        const state = stateOf(request) ?? "";
        const taken = await takeSignIn(signIns, flow, state, (stateHash) =>
          readCookie(request, signInCookie(stateHash)),
        );
        if (taken.kind === "taken") clearCookie(response, signInCookie(hashed(state)));
        await answered(await answerOf(taken, flow, state, request), request, response);
      },
    ],
  };

  async function answerOf<F extends MicrosoftFlow>(
    taken: Taken<F>,
    flow: F,
    state: string,
    request: Request,
  ): Promise<SignInAnswer<F>> {
    if (taken.kind !== "taken") return taken;
    const { nonce, verifier, ...begun } = taken.remembered;
    const callback = new URL(redirectUri);
    callback.search = parametersOf(request).toString();
    try {
      const { isGuest, ...account } = await staffSignIn.finish(callback, {
        redirectUri,
        state,
        nonce,
        verifier,
        prompt: begun.prompt,
      });
      if (isGuest) return { kind: "not-a-members", whose: "guest", begun };
      // Such accounts are the departments', and whoever knows their password must not become a colleague by it.
      // Administrators name such accounts in the portal; for the portal those do not count, so that no administrator can
      // shut out another one.
      const said = flow === "portal" ? "by-stack" : "anywhere";
      if (await hospital.isOrganizer(account.objectId, said))
        return { kind: "not-a-members", whose: "organizer", begun };
      return { kind: "signed-in", account, begun };
    } catch (fault) {
      if (fault instanceof StaffSignInFault) return { kind: "failed", fault, begun };
      throw fault;
    }
  }
}
