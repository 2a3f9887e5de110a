/**
 * A person with a browser, as far as HTTP goes. Whatever page of the connector they read, nothing secret may stand in it.
 */
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
    return looked(await this.#browser.open(address, stopAt));
  }

  /** Sends a form as the page it is on would. */
  async send(
    address: string | URL,
    fields: Record<string, string> | URLSearchParams,
    headers: Record<string, string> = {},
  ): Promise<Page> {
    return looked(await this.#browser.send(address, new URLSearchParams(fields), undefined, headers));
  }
}

/** The connector is on 127.0.0.1, vendors on localhost. A sign-in comes back to an address that holds its code. */
function looked(page: Page): Page {
  const { url, html, way } = page;
  noticeAddress(url);
  if (url.hostname !== "127.0.0.1" || url !== way.at(-1)) return page;
  refuseSecrets(html, "the page at " + url.pathname);
  if (!/^\/(launch|signin)\//.test(url.pathname)) refuseSecrets(url.href, "an address");
  return page;
}
