/** Signs people in with the hospital's Microsoft directory. */
export interface StaffSignIn {
  /**
   * The address to send the person's browser to. `prompt: "select"` shows the account picker even when an account is signed
   * in. "again" asks for the password, or whatever else proves the person, once more. "none" leaves it to Microsoft whether
   * to ask. "roles" is like "none", and Microsoft also asks the person to let us read their directory roles, which the
   * account then lists.
   * @throws StaffSignInFault
   */
  begin(request: StaffSignInRequest): Promise<URL>;
  /** Redeems the answer at the redirect URI. @throws StaffSignInFault */
  finish(callback: URL, pending: StaffSignInRequest): Promise<StaffAccount>;
  /**
   * The address at which an administrator consents, for the whole directory, to what the registration asks for.
   * @throws StaffSignInFault
   */
  consentPage(request: Pick<StaffSignInRequest, "redirectUri" | "state">): Promise<URL>;
  /** Accepts the answer that this directory has consented; its state is the caller's to verify. @throws StaffSignInFault */
  consented(callback: URL): void;
}

export interface StaffSignInRequest {
  readonly redirectUri: string;
  readonly state: string;
  readonly nonce: string;
  /** PKCE verifier; only its S256 challenge leaves. */
  readonly verifier: string;
  readonly prompt: "select" | "again" | "none" | "roles";
}

export interface StaffAccount {
  readonly objectId: string;
  readonly displayName: string;
  /** Sign-in name, for showing only. */
  readonly userName: string;
  /** Whether the account is a guest in the hospital's directory, such as an agency's interpreter or a partner's employee. */
  readonly isGuest: boolean;
  /**
   * Whether the token itself says that the account is a member of the tenant (`acct` is 0), and does not merely say nothing
   * to the contrary.
   */
  readonly isProvenMember: boolean;
  /** Values of the registration's app roles that the account holds. */
  readonly appRoles: readonly string[];
  /**
   * Template ids of the account's directory roles; absent where neither the token nor (with the prompt "roles") the
   * directory has listed them.
   */
  readonly directoryRoles?: readonly string[];
}

/** What keeps Microsoft's sign-in from working, other than the person. Each is mended by somebody else. */
export type SignInTrouble =
  /** Microsoft could not be asked, or it fails, or has too much to do, for the moment. */
  | "unavailable"
  /** Microsoft refuses the connector itself: its registration, its proof, or what nobody has consented to. */
  | "registration"
  /** The answer proves nothing, such as one with an old code, or one that a rule of the directory has held up. */
  | "invalid";

export class StaffSignInFault extends Error {
  override readonly name = "StaffSignInFault";
  /** `other-tenant`: the account belongs to another organization. `declined`: the person went back. */
  readonly reason: "other-tenant" | "declined" | SignInTrouble;
  /** Microsoft's own code, such as AADSTS700016, where it gave one. */
  readonly code: string | undefined;
  constructor(
    reason: StaffSignInFault["reason"],
    message: string,
    { code, ...options }: ErrorOptions & { readonly code?: string | undefined } = {},
  ) {
    super(message, options);
    this.reason = reason;
    this.code = code;
  }
}
