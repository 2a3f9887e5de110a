/**
 * A person with a browser, as far as HTTP goes: cookies by host and path, redirects followed, forms sent. Whatever page of
 * the connector they read, nothing secret may stand in it.
 */
import { notice, noticeAddress, refuseSecrets } from "./secrets.ts";

export interface Page {
  readonly url: URL;
  readonly status: number;
  readonly html: string;
  readonly headers: Headers;
  /** Every address on the way, the first asked for included. */
  readonly way: readonly URL[];
}

interface KeptCookie {
  readonly name: string;
  readonly value: string;
  readonly host: string;
  readonly path: string;
}

const MOST_REDIRECTS = 12;

export class Person {
  readonly #cookies: KeptCookie[] = [];
  readonly #agent: string;

  constructor(
    agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0",
  ) {
    this.#agent = agent;
  }

  cookies(): readonly KeptCookie[] {
    return this.#cookies;
  }

  /** Follows redirects until a page, or until `stopAt` says that an address is not to be asked for. */
  async open(address: string | URL, stopAt: (url: URL) => boolean = () => false): Promise<Page> {
    return this.#follow(new URL(address), { method: "GET" }, stopAt);
  }

  /** Sends a form as the page it is on would. */
  async send(
    address: string | URL,
    fields: Record<string, string>,
    headers: Record<string, string> = {},
  ): Promise<Page> {
    const body = new URLSearchParams(fields).toString();
    const url = new URL(address);
    const own = {
      "content-type": "application/x-www-form-urlencoded",
      "sec-fetch-site": "same-origin",
      origin: url.origin,
    };
    return this.#follow(url, { method: "POST", body, headers: { ...own, ...headers } }, () => false);
  }

  async #follow(
    first: URL,
    request: { method: string; body?: string; headers?: Record<string, string> },
    stopAt: (url: URL) => boolean,
  ): Promise<Page> {
    const way: URL[] = [];
    let url = first;
    let next = request;
    for (let hop = 0; hop < MOST_REDIRECTS; hop++) {
      way.push(url);
      noticeAddress(url);
      const headers = { ...next.headers, "user-agent": this.#agent, cookie: this.#cookieHeader(url) };
      const answer = await fetch(url, { ...next, headers, redirect: "manual" });
      this.#keep(url, answer.headers.getSetCookie());
      const location = answer.headers.get("location");
      const target = location === null ? undefined : new URL(location, url);
      if (target === undefined || answer.status < 300 || answer.status > 399 || stopAt(target)) {
        const html = await answer.text();
        if (target === undefined) lookAlong(url, html);
        else noticeAddress(target);
        return { url: target ?? url, status: answer.status, html, headers: answer.headers, way };
      }
      await answer.body?.cancel();
      url = target;
      next = { method: "GET" };
    }
    throw new Error("too many redirects: " + way.map(({ pathname }) => pathname).join(" "));
  }

  #cookieHeader(url: URL): string {
    return this.#cookies
      .filter(({ host, path }) => host === url.hostname && below(url.pathname, path))
      .map(({ name, value }) => name + "=" + value)
      .join("; ");
  }

  #keep(url: URL, lines: readonly string[]): void {
    for (const line of lines) {
      const [pair = "", ...attributes] = line.split("; ");
      const [name = "", value = ""] = pair.split("=");
      const path =
        attributes.find((attribute) => attribute.toLowerCase().startsWith("path="))?.slice(5) ?? "/";
      const gone = attributes.some((attribute) => /^(max-age=0|expires=Thu, 01 Jan 1970)/i.test(attribute));
      const index = this.#cookies.findIndex(
        (kept) => kept.name === name && kept.path === path && kept.host === url.hostname,
      );
      if (index >= 0) this.#cookies.splice(index, 1);
      if (gone) continue;
      notice(value);
      this.#cookies.push({ name, value, host: url.hostname, path });
    }
  }
}

/** The connector is on 127.0.0.1, vendors on localhost. A sign-in comes back to an address that holds its code. */
function lookAlong(url: URL, html: string): void {
  if (url.hostname !== "127.0.0.1") return;
  refuseSecrets(html, "the page at " + url.pathname);
  if (!/^\/(launch|signin)\//.test(url.pathname)) refuseSecrets(url.href, "an address");
}

function below(path: string, prefix: string): boolean {
  return path === prefix || path.startsWith(prefix.endsWith("/") ? prefix : prefix + "/");
}
