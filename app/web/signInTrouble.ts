/**
 * What the hospital's people read where Microsoft's sign-in did not work: in other words by what kept it, because each is
 * mended by somebody else.
 */
import type { SignInTrouble, StaffSignInFault } from "../ports/staffSignIn.ts";

/** The members of a problem that say what kept the sign-in. */
export interface SignInFailed {
  readonly why: SignInTrouble;
  /** Microsoft's own code, such as AADSTS700016. */
  readonly code?: string;
}

export const failedBy = (why: SignInTrouble, { code }: Pick<StaffSignInFault, "code">): SignInFailed => ({
  why,
  ...(code !== undefined && { code }),
});

/** Whether Microsoft refused because nobody has consented to what was asked for, or because only an administrator may. */
export const lacksConsent = ({ code }: Pick<StaffSignInFault, "code">): boolean =>
  code !== undefined && NO_CONSENT.has(code);

const NO_CONSENT: ReadonlySet<string> = new Set([65001, 90094, 90095].map((code) => "AADSTS" + String(code)));

export interface SignInTroubleWords {
  readonly title: string;
  readonly happened: string;
  readonly forIt: string;
  /** Whether another try may go well before somebody has mended anything. */
  readonly mayBeTried: boolean;
}

export function signInTroubleWords({ why, code }: SignInFailed): SignInTroubleWords {
  const { forIt, ...words } = WORDS[why];
  const meant = CLASSES.find(([codes]) => code !== undefined && codes.has(code))?.[1] ?? "";
  const mayBeTried = words.mayBeTried && (code === undefined || !LASTING.has(code));
  return {
    ...words,
    mayBeTried,
    forIt: forIt + (code === undefined ? "" : ` Microsoft answered ${code}${meant}.`),
  };
}

const WORDS: Readonly<Record<SignInTrouble, SignInTroubleWords>> = {
  unavailable: {
    title: "Microsoft cannot be asked just now",
    happened:
      "The sign-in at Microsoft could not be reached, or answered with an error of its own. Nothing is wrong with your account.",
    forIt:
      "If it stays so, see whether Microsoft tells of an outage, and whether the connector reaches login.microsoftonline.com and its managed identity is given tokens. The log has the answer.",
    mayBeTried: true,
  },
  registration: {
    title: "Microsoft does not accept the connector",
    happened:
      "Microsoft refused the connector, and not you: something about its registration there is not as it must be.",
    forIt:
      "Compare the app registration: its client id and directory, its redirect URI, its federated credential, and its consent.",
    mayBeTried: false,
  },
  invalid: {
    title: "The Microsoft sign-in did not work",
    happened: "Microsoft did not confirm who you are.",
    forIt: "Look for the attempt in the Entra sign-in log.",
    mayBeTried: true,
  },
};

/** A policy of the directory, or an assignment that is missing: each other try is refused likewise. */
const LASTING: ReadonlySet<string> = new Set(
  [50105, 53000, 53001, 53002, 53003].map((code) => "AADSTS" + String(code)),
);

/**
 * What a code is about, as far as it says where to look.
 * https://learn.microsoft.com/entra/identity-platform/reference-error-codes
 */
const CLASSES: readonly (readonly [codes: ReadonlySet<string>, means: string])[] = (
  [
    [
      [700016, 7000112, 90002, 900023],
      "the directory has no such application, or has switched it off: compare the client id and the tenant",
    ],
    [[50011, 500113], "the redirect URI is not among those of the registration"],
    [
      [70021, 700211, 700212, 700213, 700023, 700024, 700027, 7000215, 7000218, 7000222],
      "the federated credential does not fit the managed identity, or a clock is wrong",
    ],
    [[65001, 90094, 90095, 650052, 650056, 650057], "consent is missing"],
    [[50105], "the application asks for an assignment in Entra, and this account has none"],
    [
      [50005, 50074, 50076, 50079, 50158, 53000, 53001, 53002, 53003],
      "a Conditional Access policy asks for more, or blocks the sign-in",
    ],
    [[54005, 70008, 700082], "the code was used before, or is too old"],
  ] satisfies readonly (readonly [readonly number[], string])[]
).map(([codes, means]) => [new Set(codes.map((code) => "AADSTS" + String(code))), ": " + means]);
