/** Texts and mails by Communication Services, each of which is left alone while it takes nothing. */
import type { Mail } from "../../ports/mail.ts";
import type { Texts } from "../../ports/texts.ts";
import { leftAlone } from "./leftAlone.ts";
import { openMail } from "./mail.ts";
import { openTexts, type SendingOptions } from "./texts.ts";

export const openSending = (options: SendingOptions) => ({
  texts: leavesTextsAlone(openTexts(options), options.now),
  mail: leavesMailAlone(openMail(options), options.now),
});

function leavesTextsAlone(texts: Texts, now: () => Date): Texts {
  const unlessAway = leftAlone(now);
  return { send: (text, signal) => unlessAway(() => texts.send(text, signal)) };
}

/** What became of a mail is asked all the same: only a mail that may have left is asked for. */
function leavesMailAlone(mail: Mail, now: () => Date): Mail {
  const unlessAway = leftAlone(now);
  return {
    send: (one, signal) => unlessAway(() => mail.send(one, signal)),
    fateOf: (id, signal) => mail.fateOf(id, signal),
  };
}
