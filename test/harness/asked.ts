/** Records every request that a server in this process gets, also a stand-in: its path and its whole text. */
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { IncomingMessage } from "node:http";
import { unescape } from "node:querystring";

export interface Asked {
  readonly path: string;
  /** Address, headers and body. */
  text: string;
}

const CHANNEL = "http.server.request.start";

/** Records requests from now on until `end` is called. A body is recorded as it arrives, whoever else reads it. */
export function listenAlong(): { readonly asked: readonly Asked[]; readonly end: () => void } {
  const asked: Asked[] = [];
  const hear = (message: unknown) => {
    const { request } = message as { readonly request: IncomingMessage };
    const { url = "/", headers } = request;
    const one: Asked = {
      path: url.replace(/\?.*$/s, ""),
      text: unescape(url) + "\n" + JSON.stringify(headers),
    };
    asked.push(one);
    const push = request.push.bind(request);
    request.push = (chunk: Buffer | null, ...more) => {
      if (chunk !== null) one.text += chunk.toString();
      return push(chunk, ...more);
    };
  };
  subscribe(CHANNEL, hear);
  return { asked, end: () => void unsubscribe(CHANNEL, hear) };
}
