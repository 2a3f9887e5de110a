/** A person's browser as far as HTTP goes, calling from one place: cookies by host and path, redirects, forms. */
import type { EntryFetch } from "../front/fetch.ts";

export interface BrowserPage {
  /** The page's address, or the address of the redirect at which the browser was told to stop. */
  readonly url: URL;
  readonly status: number;
  readonly html: string;
}

interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly host: string;
  readonly path: string;
}

type StopAt = (url: URL) => boolean;

const AGENT =
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0";
const MOST_REDIRECTS = 12;
const PATIENCE_MS = 30_000;
const never: StopAt = () => false;

export class Browser {
  readonly #fetch: EntryFetch;
  #cookies: readonly Cookie[] = [];

  constructor(fetch: EntryFetch) {
    this.#fetch = fetch;
  }

  /** Follows redirects to a page, or until `stopAt` says that an address is not to be requested. */
  open(address: string | URL, stopAt: StopAt = never): Promise<BrowserPage> {
    return this.#follow(new URL(address), undefined, stopAt);
  }

  /** Sends a form as the page that contains it would. */
  send(address: string | URL, fields: URLSearchParams, stopAt: StopAt = never): Promise<BrowserPage> {
    return this.#follow(new URL(address), fields.toString(), stopAt);
  }

  async #follow(first: URL, form: string | undefined, stopAt: StopAt): Promise<BrowserPage> {
    let url = first;
    let body = form;
    for (let hop = 0; hop < MOST_REDIRECTS; hop++) {
      const answer = await this.#ask(url, body);
      const location = answer.headers.get("location");
      const isSentOn = location !== null && answer.status >= 300 && answer.status < 400;
      const target = isSentOn ? new URL(location, url) : undefined;
      if (target === undefined) return { url, status: answer.status, html: await answer.text() };
      if (stopAt(target)) return { url: target, status: answer.status, html: "" };
      url = target;
      body = undefined;
    }
    throw new Error(`More than ${String(MOST_REDIRECTS)} redirects from ${first.origin}${first.pathname}`);
  }

  async #ask(url: URL, body: string | undefined): Promise<Response> {
    const sent = {
      "content-type": "application/x-www-form-urlencoded",
      "sec-fetch-site": "same-origin",
      origin: url.origin,
    };
    const answer = await this.#fetch(url, {
      headers: {
        accept: "text/html",
        "accept-language": "en",
        "user-agent": AGENT,
        cookie: this.#cookiesFor(url),
        ...(body !== undefined && sent),
      },
      ...(body !== undefined && { method: "POST", body }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    this.#keep(url, answer.headers.getSetCookie());
    return answer;
  }

  #cookiesFor(url: URL): string {
    return this.#cookies
      .filter(({ host, path }) => host === url.hostname && isBelow(url.pathname, path))
      .map(({ name, value }) => `${name}=${value}`)
      .join("; ");
  }

  #keep(url: URL, lines: readonly string[]): void {
    for (const line of lines) {
      const [, name = "", value = "", rest = ""] = /^([^=;]+)=([^;]*)(.*)$/su.exec(line) ?? [];
      const path = /;\s*path=([^;]+)/iu.exec(rest)?.[1] ?? "/";
      const isOver = /;\s*(max-age=0|expires=thu, 01 jan 1970)/iu.test(rest);
      const cookie = { name, value, host: url.hostname, path };
      const others = this.#cookies.filter(
        (kept) => kept.name !== name || kept.path !== path || kept.host !== url.hostname,
      );
      this.#cookies = isOver ? others : [...others, cookie];
    }
  }
}

const isBelow = (path: string, prefix: string): boolean =>
  path === prefix || path.startsWith(prefix.endsWith("/") ? prefix : prefix + "/");

/** The text of a page, without its tags. */
export const textOf = (html: string): string =>
  html
    .replace(/<(script|style|head)\b.*?<\/\1>/gisu, " ")
    .replace(/<[^>]+>/gu, " ")
    .replaceAll("&amp;", "&")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replace(/\s+/gu, " ")
    .trim();
