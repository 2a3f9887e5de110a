/**
 * A person's browser as far as HTTP goes: cookies, redirects and forms. The rehearsed visit and the tests use it, each with
 * its own way to send a request.
 */
import { Cookie, CookieJar } from "tough-cookie";

export interface BrowserPage {
  /** The page's address, or the address of the redirect at which the browser was told to stop. */
  readonly url: URL;
  readonly status: number;
  readonly html: string;
  readonly headers: Headers;
  /** Every address that was requested on the way, the first one included. */
  readonly way: readonly URL[];
}

/** Answers whether an address is not to be requested. */
export type StopAt = (url: URL) => boolean;

/** One request of a browser. */
export interface BrowserRequest {
  readonly method: "GET" | "POST";
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
}

export interface BrowserOptions {
  /** Sends one request, and follows no redirect. */
  readonly fetch: (url: URL, asked: BrowserRequest) => Promise<Response>;
  /** Headers of every request. */
  readonly headers: Readonly<Record<string, string>>;
  /** Is told the value of each cookie that is set. */
  readonly onCookie?: (value: string) => void;
}

/** What Edge on Windows says of itself. */
export const AGENT =
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0";
const MOST_REDIRECTS = 12;
const PATIENCE_MS = 30_000;
const never: StopAt = () => false;

interface Sent {
  readonly form: string;
  readonly headers: Readonly<Record<string, string>>;
}

export class Browser {
  readonly #options: BrowserOptions;
  readonly #jar = new CookieJar();

  constructor(options: BrowserOptions) {
    this.#options = options;
  }

  /** The cookies that are kept and not yet expired. */
  cookies(): readonly Cookie[] {
    const kept = this.#jar.toJSON()?.cookies ?? [];
    return kept.flatMap((cookie) => Cookie.fromJSON(cookie) ?? []).filter((cookie) => cookie.TTL() > 0);
  }

  /** Follows redirects to a page, or until `stopAt` says that an address is not to be requested. */
  open(address: string | URL, stopAt: StopAt = never): Promise<BrowserPage> {
    return this.#follow(new URL(address), undefined, stopAt);
  }

  /**
   * Sends a form as the page that contains it would.
   * @param headers replace those of a browser
   */
  send(
    address: string | URL,
    fields: URLSearchParams,
    stopAt: StopAt = never,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<BrowserPage> {
    return this.#follow(new URL(address), { form: fields.toString(), headers }, stopAt);
  }

  async #follow(first: URL, form: Sent | undefined, stopAt: StopAt): Promise<BrowserPage> {
    const way: URL[] = [];
    let url = first;
    let sent = form;
    for (let hop = 0; hop < MOST_REDIRECTS; hop++) {
      way.push(url);
      const answer = await this.#ask(url, sent);
      const { status, headers } = answer;
      const location = headers.get("location");
      const target = location !== null && status >= 300 && status < 400 ? new URL(location, url) : undefined;
      // The body is read in any case, so that the connection is free for the next request.
      const html = await answer.text();
      if (target === undefined) return { url, status, html, headers, way };
      if (stopAt(target)) return { url: target, status, html, headers, way };
      url = target;
      sent = undefined;
    }
    throw new Error(
      `More than ${String(MOST_REDIRECTS)} redirects: ${way.map(({ host, pathname }) => host + pathname).join(" ")}`,
    );
  }

  async #ask(url: URL, sent: Sent | undefined): Promise<Response> {
    const { fetch, headers, onCookie } = this.#options;
    const asForm = {
      "content-type": "application/x-www-form-urlencoded",
      "sec-fetch-site": "same-origin",
      origin: url.origin,
    };
    const answer = await fetch(url, {
      headers: {
        ...headers,
        cookie: this.#jar.getCookieStringSync(url.href),
        ...(sent && { ...asForm, ...sent.headers }),
      },
      method: sent === undefined ? "GET" : "POST",
      ...(sent && { body: sent.form }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    for (const line of answer.headers.getSetCookie()) {
      // A cookie that a browser would refuse is not kept; the page that needs it says so.
      const kept = this.#jar.setCookieSync(line, url.href, { ignoreError: true });
      if (kept !== undefined) onCookie?.(kept.value);
    }
    return answer;
  }
}
