/**
 * A person with a browser, as far as HTTP goes. Whatever page of the connector they read, nothing secret may stand in it.
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
  /** The clinician's pages that are open, by their addresses: whoever sends one of their forms has it before them. */
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

  /** Follows redirects until a page, or until `stopAt` says that an address is not to be asked for. */
  async open(address: string | URL, stopAt?: StopAt): Promise<Page> {
    return this.#looked(await this.#browser.open(address, stopAt));
  }

  /**
   * Sends a form as the page it is on would. A clinician's form says what it always says, besides the fields given here;
   * fields that are given as URLSearchParams are all there are.
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
    const isVisits = /^\/visits\/[^/]+$/.test(page.url.pathname) && page.html.includes('name="visit"');
    if (isVisits) this.#visits.set(page.url.pathname, page.html);
    return looked(page);
  }

  /**
   * What the page's own form says in each case: which visit it shows, and by which marks it knows that it is sent twice. An
   * invitation's is another one for each that is sent.
   */
  #always({ pathname }: URL, { person = "" }: Record<string, string>): Record<string, string> {
    const at = pathname.lastIndexOf("/");
    const html = this.#visits.get(pathname.slice(0, at));
    const visit = /name="visit" value="([^"]*)"/.exec(html ?? "")?.[1];
    if (html === undefined || visit === undefined) return {};
    switch (pathname.slice(at)) {
      case "/links":
        return { visit, generation: hidden(html, `name="person" value="${person}"`, "generation") ?? "0" };
      case "/invitations":
        return { visit, invitation: randomBytes(9).toString("base64url") };
      case "/unlink":
        return { account: hidden(html, "/unlink", "account") ?? "none" };
      case "/choice":
      case "/consult":
      case "/account":
      case "/sign-out":
        return {};
      default:
        return { visit };
    }
  }
}

/** The value of the first hidden field of that name after a mark. */
const hidden = (html: string, after: string, name: string): string | undefined =>
  new RegExp(`name="${name}" value="([^"]*)"`).exec(html.slice(html.indexOf(after)))?.[1];

/** The connector is on 127.0.0.1, vendors on localhost. A sign-in comes back to an address that holds its code. */
function looked(page: Page): Page {
  const { url, html, way } = page;
  noticeAddress(url);
  if (url.hostname !== "127.0.0.1" || url !== way.at(-1)) return page;
  refuseSecrets(html, "the page at " + url.pathname);
  if (!/^\/(launch|signin)\//.test(url.pathname)) refuseSecrets(url.href, "an address");
  return page;
}
