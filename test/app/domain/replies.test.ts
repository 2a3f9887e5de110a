import { expect, test } from "vitest";
import { replyOf, type Reply } from "../../../app/domain/replies.ts";

const stop = (language: "en" | "es", carrierAnswers = false): Reply => ({
  kind: "stop",
  language,
  carrierAnswers,
});

test.each<[string, Reply]>([
  ["STOP", stop("en", true)],
  [" Stop. ", stop("en", true)],
  ["“Stop!”", stop("en", true)],
  ["STOPALL", stop("en")],
  ["Cancel", stop("en")],
  ["unsubscribe", stop("en")],
  ["Don’t text me!!", stop("en")],
  ["please stop texting me", stop("en")],
  ["Wrong number", stop("en")],
  ["No más", stop("es")],
  ["NO ME ENVÍEN MÁS MENSAJES", stop("es")],
  ["Cancelar", stop("es")],
  ["baja", stop("es")],
  ["Ｓｔｏｐ", stop("en", true)],
  ["start", { kind: "start" }],
  ["UNSTOP", { kind: "start" }],
  ["help", { kind: "help", language: "en" }],
  ["Info?", { kind: "help", language: "en" }],
  ["Información", { kind: "help", language: "es" }],
  ["AYUDA", { kind: "help", language: "es" }],
  ["yes", { kind: "other" }],
  ["Please do not stop my medicine", { kind: "other" }],
  ["Can I cancel and come on Friday?", { kind: "other" }],
  ["running late", { kind: "other" }],
  ["", { kind: "other" }],
  ["🙏", { kind: "other" }],
  ["stop" + " ".repeat(10_000), stop("en", true)],
])("%j", (text, reply) => {
  expect(replyOf(text)).toEqual(reply);
});
