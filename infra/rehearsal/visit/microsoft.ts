/**
 * The sign-in at Microsoft: checks that Entra knows the redirect address, and does the one sign-in by which a clinician
 * links their account.
 */
import { createHash } from "node:crypto";
import { PATHS } from "../../../app/domain/addresses.ts";
import type { SandboxPerson } from "../../../app/sandbox/microsoft/people.ts";
import { featuresOf } from "../../stack/choices.ts";
import { settingsAt } from "../front/appService/siteView.ts";
import type { Azure } from "../startInMemoryAzure.ts";
import { HOSTS } from "../planes/vendors/entra.ts";
import type { Watch } from "./blame.ts";
import type { Browser, BrowserPage } from "./browser.ts";
import { textOf } from "./html.ts";
import { browserOf, unexpected, watchOf, type Outside } from "./outside.ts";
import { Trouble } from "./steps.ts";

/**
 * Makes the connector's sign-in request, without anybody who signs in.
 * @throws Trouble
 */
export async function wayBack(outside: Outside): Promise<void> {
  const { azure, stack, publicUrl, siteHost } = outside;
  const clientId = settingsAt(azure.cloud, siteHost)["MICROSOFT_CLIENT_ID"] ?? "";
  const asked = new URLSearchParams({
    client_id: clientId,
    response_type: "code",
    redirect_uri: publicUrl + PATHS.signInCallback,
    scope: "openid profile",
    code_challenge: createHash("sha256").update("rehearsal").digest("base64url"),
    code_challenge_method: "S256",
  });
  const address = `https://${HOSTS.authority}/${stack.microsoft.tenantId}/oauth2/v2.0/authorize?${String(asked)}`;
  refuse(await (await browserOf(outside)).open(address));
}

/**
 * @param visit the visit's page, in the browser of whoever opened it
 * @throws Trouble
 */
export async function signedIn(
  outside: Outside,
  { browser, page: visit }: Opened,
  tell: (words: string) => void,
): Promise<void> {
  const seen = watchOf(outside);
  const person = memberOf(outside.azure);
  const picker = await browser.open(new URL(visit.url.pathname + "/sign-in?account=other", visit.url));
  refuse(picker);
  const question = await browser.send(picker.url, new URLSearchParams({ account: person.oid }));
  if (question.status !== 200 || !question.url.pathname.endsWith("/account"))
    throw unexpected(outside, question, "whose account it is", seen);
  const yes = new URLSearchParams({ answer: "yes", account: person.oid });
  const linked = await browser.send(question.url, yes);
  if (linked.status !== 200) throw unexpected(outside, linked, "the visit's page", seen);
  named(outside, linked, seen);
  tell(person.displayName);
}

/** The visit's page, and the browser in which it is open. */
export interface Opened {
  readonly browser: Browser;
  readonly page: BrowserPage;
}

/**
 * When Entra does not know the redirect address, it tells the person and not the connector.
 * @throws Trouble
 */
export function refuse({ html, status, url }: BrowserPage): void {
  const [words] = /AADSTS\d+:.*/u.exec(textOf(html, "p.words")) ?? [];
  if (status === 200 && words === undefined && url.host === HOSTS.authority) return;
  throw new Trouble(
    `Nobody can sign in at Microsoft: ${words ?? `${url.host}${url.pathname} answered ${String(status)}`} (the registration and its redirect address are made in infra/components/application.ts).`,
  );
}

/** Checks for "You join as …", which the connector silently leaves out where it may not read the directory. */
export function named({ stack, azure }: Outside, { html }: BrowserPage, seen: Watch): void {
  const person = memberOf(azure);
  if (!featuresOf(stack).staffNames || textOf(html).includes(person.displayName)) return;
  const blame = seen.blame();
  throw new Trouble(
    `The visit's page does not say which account the clinician joins as. ${blame?.told ?? ""}`.trim(),
    { stackKey: blame?.stackKey },
  );
}

/** The person who plays the clinician. */
export const memberOf = (azure: Azure): SandboxPerson => memberWho(azure, "who could sign in", () => true);

/** @param what says whom the directory lacks */
export function memberWho(
  { entra }: Azure,
  what: string,
  isIt: (person: SandboxPerson) => boolean,
): SandboxPerson {
  const person = entra.tenant.people.find((one) => one.kind === "member" && isIt(one));
  if (person === undefined) throw new Error(`The directory has nobody ${what}.`);
  return person;
}
