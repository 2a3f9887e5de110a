/** What the authorization server remembers between its steps: launches, codes, and refresh tokens. */
import { randomBytes, randomUUID } from "node:crypto";
import type { Kept } from "../../microsoft/kept.ts";
import type { KeptTokens } from "./kept.ts";

/** The chart that a clinician had open when starting the application from it. */
export interface Launch {
  readonly tenant: string;
  readonly clientId: string;
  readonly practitionerId: string;
  readonly patientId: string;
  readonly encounterId?: string;
}

/** What a clinician has allowed an application, which a code and its refresh token stand for. */
export interface Grant {
  readonly id: string;
  readonly tenant: string;
  readonly clientId: string;
  readonly practitionerId: string;
  readonly scopes: readonly string[];
  readonly launch?: Launch;
  readonly nonce?: string;
}

export interface Code {
  readonly grant: Grant;
  readonly redirectUri: string | undefined;
  readonly challenge: string | undefined;
}

const LAUNCH_LIVES_MS = 5 * 60_000;
const CODE_LIVES_MS = 60_000;

/**
 * Launch values, codes and refresh tokens. Launch values and codes can be used once, and refresh tokens until they are
 * revoked. Refresh tokens survive a restart.
 */
export interface Grants {
  launch(launch: Launch): string;
  /** The launch of a value that is still valid; {@link useLaunch} ends it. */
  liveLaunch(value: string): Launch | undefined;
  useLaunch(value: string): void;
  code(code: Code): string;
  /** Redeems a code. A second redemption finds nothing, and revokes the refresh token of the first (RFC 6749, 4.1.2). */
  redeem(code: string): Code | undefined;
  refreshToken(grant: Grant): string;
  refreshed(token: string): Grant | undefined;
  revoke(token: string): void;
}

/** More refresh tokens than the clinicians on a laptop need; beyond that the oldest are dropped. */
const TOKENS_AT_MOST = 500;

export async function makeGrants(now: () => Date, keep: Kept<KeptTokens>): Promise<Grants> {
  const launches = new Map<string, { launch: Launch; endsAt: number }>();
  const codes = new Map<string, { code: Code; endsAt: number; used: boolean }>();
  const refreshTokens = new Map<string, Grant>(await keep.read());
  const keepTokens = () => {
    const tokens = [...refreshTokens].slice(-TOKENS_AT_MOST);
    // A failure to write is reported when the stand-in stops.
    keep
      .write(
        tokens.map(([token, { scopes, ...grant }]) => [token, { ...grant, scopes: [...scopes] }] as const),
      )
      .catch(() => undefined);
  };
  return {
    launch: (launch) => {
      const value = randomUUID();
      launches.set(value, { launch, endsAt: now().getTime() + LAUNCH_LIVES_MS });
      return value;
    },
    liveLaunch: (value) => {
      const found = launches.get(value);
      return found !== undefined && now().getTime() < found.endsAt ? found.launch : undefined;
    },
    useLaunch: (value) => {
      launches.delete(value);
    },
    code: (code) => {
      const value = randomBytes(24).toString("base64url");
      codes.set(value, { code, endsAt: now().getTime() + CODE_LIVES_MS, used: false });
      return value;
    },
    redeem: (value) => {
      const found = codes.get(value);
      if (found === undefined) return undefined;
      if (found.used) {
        for (const [token, grant] of refreshTokens)
          if (grant.id === found.code.grant.id) refreshTokens.delete(token);
        keepTokens();
        return undefined;
      }
      found.used = true;
      return now().getTime() < found.endsAt ? found.code : undefined;
    },
    refreshToken: (grant) => {
      const token = randomUUID();
      refreshTokens.set(token, grant);
      keepTokens();
      return token;
    },
    refreshed: (token) => refreshTokens.get(token),
    revoke: (token) => {
      refreshTokens.delete(token);
      keepTokens();
    },
  };
}
