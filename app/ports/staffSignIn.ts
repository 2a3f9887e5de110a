/** Who signs in at the hospital's Microsoft directory. */
export interface StaffSignIn {
  /**
   * The page to send the clinician to. `prompt: "select"` shows the account picker even when one is signed in, "again" asks
   * for the password or whatever proves them once more; "none" leaves it to Microsoft whether to ask. "roles": as "none",
   * and Microsoft asks the person to let us read their roles of the directory, which the account then lists. @throws
   * StaffSignInFault
   */
  begin(request: StaffSignInRequest): Promise<URL>;
  /** Redeems the answer at the redirect URI. @throws StaffSignInFault */
  finish(callback: URL, pending: StaffSignInRequest): Promise<StaffAccount>;
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
  /** Known to the hospital's directory, and somebody else's: an interpreter's agency, a partner. */
  readonly isGuest: boolean;
  /**
   * The token itself says that the account is a member's of the tenant (`acct` is 0), and not only nothing to the contrary.
   */
  readonly isProvenMember: boolean;
  /** Values of the registration's app roles that the account holds. */
  readonly appRoles: readonly string[];
  /**
   * Template ids of its directory roles; absent where neither the token nor, by the prompt "roles", the directory has listed
   * them.
   */
  readonly directoryRoles?: readonly string[];
}

export class StaffSignInFault extends Error {
  override readonly name = "StaffSignInFault";
  /**
   * `other-tenant`: an account of another organization; `declined`: the person went back; `invalid`: the answer proves
   * nothing.
   */
  readonly reason: "other-tenant" | "declined" | "invalid" | "unavailable";
  constructor(reason: StaffSignInFault["reason"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}
