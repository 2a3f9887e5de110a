/** Phones of the invented patients: the texts and mails they receive, links to open, and replies to send. */
import { readFileSync } from "node:fs";
import { Router, urlencoded, type Response } from "express";
import type { VNode } from "preact";
import { renderToString } from "preact-render-to-string";
import { reply, type Desk, type ReceivedText, type SentText } from "../desk.ts";
import type { CommunicationOptions, SandboxPhone } from "../options.ts";
import { Phone, Phones, type ShownPhone } from "./pages.tsx";

const STYLE = readFileSync(new URL("phone.css", import.meta.url), "utf8");
const SCRIPT = readFileSync(new URL("phone.js", import.meta.url), "utf8");
const POLICY =
  "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const LONGEST_REPLY = 1600;

export function phoneRoutes(desk: Desk, options: CommunicationOptions): Router {
  const router = Router();
  const people = async (): Promise<readonly ShownPhone[]> =>
    ((await options.people?.()) ?? []).map((person) => ({ ...person, ...threadOf(desk, person) }));

  router.get("/phone.css", (_request, response) => response.type("css").send(STYLE));
  router.get("/phone.js", (_request, response) => response.type("js").send(SCRIPT));
  router.get("/", (_request, response) => {
    response.redirect(303, "/phones");
  });
  router.get("/phones", async (_request, response) => {
    send(response, <Phones phones={await people()} />);
  });
  router.get("/phones/:id", async (request, response) => {
    const phone = (await people()).find(({ id }) => id === request.params.id);
    if (phone === undefined) response.status(404).type("text").send("Nobody here has this phone.\n");
    else send(response, <Phone phone={phone} now={desk.now()} />);
  });
  router.post("/phones/:id", urlencoded({ extended: false }), async (request, response) => {
    const { id } = request.params;
    const number = (await people()).find((phone) => phone.id === id)?.number;
    const { text, to } = request.body as Readonly<Record<string, unknown>>;
    const isOurs = desk.texts.some((one) => one.kind === "text" && one.to === number && one.from === to);
    if (request.get("sec-fetch-site") === "cross-site")
      response.status(403).type("text").send("Not from here.\n");
    else if (
      number === undefined ||
      typeof text !== "string" ||
      text.trim() === "" ||
      !isOurs ||
      typeof to !== "string"
    )
      response.status(400).type("text").send("An answer has words, and goes to a number that has written.\n");
    else {
      reply(desk, number, to, text.slice(0, LONGEST_REPLY));
      response.redirect(303, "/phones/" + encodeURIComponent(id) + "#last");
    }
  });
  return router;
}

/** What a phone shows. A text that the carrier did not deliver is not on it. */
function threadOf(desk: Desk, { number, mail }: SandboxPhone) {
  const texts = desk.texts.filter((one): one is SentText | ReceivedText =>
    one.kind === "text"
      ? one.to === number && one.code === "2000"
      : [one.from, one.to].includes(number ?? ""),
  );
  return { texts, mails: desk.mails.filter(({ to, status }) => to === mail && status === "Delivered") };
}

function send(response: Response, page: VNode): void {
  response.set({
    "content-security-policy": POLICY,
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
  });
  response.type("html").send("<!doctype html>" + renderToString(page));
}
