/**
 * A person with a browser, as far as HTTP goes. Each page of the connector that they read is searched for secrets, of which
 * it may show none.
 */
import { randomBytes } from "node:crypto";
import { AGENT, Browser, type BrowserPage, type StopAt } from "../../infra/rehearsal/visit/browser.ts";
import { notice, noticeAddress, refuseSecrets } from "./secrets.ts";

export type Page = BrowserPage;

export interface KeptCookie {
  readonly name: string;
  readonly value: string;
  readonly host: string;
  readonly path: string;
}

export class Person {
  readonly #browser: Browser;
  /** The clinician's pages as last read, by their addresses, because a form is sent from a page that is open. */
  readonly #visits = new Map<string, string>();

  constructor(agent = AGENT) {
    this.#browser = new Browser({
      headers: { "user-agent": agent },
      onCookie: notice,
      fetch(url, options) {
        noticeAddress(url);
        return fetch(url, { ...options, redirect: "manual" });
      },
    });
  }

  cookies(): readonly KeptCookie[] {
    return this.#browser
      .cookies()
      .map(({ key, value, domain, path }) => ({ name: key, value, host: domain ?? "", path: path ?? "/" }));
  }

  /** Follows redirects until there is a page, or until `stopAt` says that an address is not to be requested. */
  async open(address: string | URL, stopAt?: StopAt): Promise<Page> {
    return this.#looked(await this.#browser.open(address, stopAt));
  }

  /**
   * Sends a form as the page that shows it would. To a clinician's form the fields that it always has are added, unless the
   * fields are given as URLSearchParams.
   */
  async send(
    address: string | URL,
    fields: Record<string, string> | URLSearchParams,
    headers: Record<string, string> = {},
  ): Promise<Page> {
    const url = new URL(address);
    const filled = fields instanceof URLSearchParams ? fields : { ...this.#always(url, fields), ...fields };
    return this.#looked(await this.#browser.send(url, new URLSearchParams(filled), undefined, headers));
  }

  #looked(page: Page): Page {
    const isVisits = /^\/visits\/[^/]+$/.test(page.url.pathname) && page.html.includes('name="epoch"');
    if (isVisits) this.#visits.set(page.url.pathname, page.html);
    return looked(page);
  }

  /**
   * The fields that a page's form always has: the visit that the page shows, as it shows it, and the mark by which a form that is sent
   * twice is recognized. An invitation's mark is a new one for each form that is sent.
   */
  #always({ pathname }: URL, { person = "" }: Record<string, string>): Record<string, string> {
    const at = pathname.lastIndexOf("/");
    const html = this.#visits.get(pathname.slice(0, at));
    if (html === undefined) return {};
    const shown = Object.fromEntries(SHOWN.map((name) => [name, hidden(html, "", name) ?? "none"]));
    switch (pathname.slice(at)) {
      case "/links":
        return { ...shown, generation: hidden(html, `name="person" value="${person}"`, "generation") ?? "0" };
      case "/invitations":
        return { ...shown, invitation: randomBytes(9).toString("base64url") };
      case "/unlink":
        return { account: hidden(html, "/unlink", "account") ?? "none" };
      case "/choice":
      case "/consult":
      case "/account":
      case "/sign-out":
        return {};
      default:
        return shown;
    }
  }
}

/** What each form of the visit's page says of the visit. */
const SHOWN = ["visit", "start", "epoch"];

/** The value of the first hidden field with that name that comes after a text. */
const hidden = (html: string, after: string, name: string): string | undefined =>
  new RegExp(`name="${name}" value="([^"]*)"`).exec(html.slice(html.indexOf(after)))?.[1];

/**
 * Searches a page of the connector for secrets; the connector is on 127.0.0.1 and vendors are on localhost. The address to
 * which a sign-in comes back holds its code and is left out.
 */
function looked(page: Page): Page {
  const { url, html, way } = page;
  noticeAddress(url);
  if (url.hostname !== "127.0.0.1" || url !== way.at(-1)) return page;
  refuseSecrets(html, "the page at " + url.pathname);
  if (!/^\/(launch|signin)\//.test(url.pathname)) refuseSecrets(url.href, "an address");
  return page;
}
