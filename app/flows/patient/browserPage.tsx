/**
 * The page for a browser in which Teams does not work: which browser to open instead, the link to take there, and a way on
 * for those who know better.
 */
import { ButtonLink, Card, CopyField } from "../../web/components.tsx";
import { browsersFor } from "../../web/supportedBrowser.ts";
import type { Language } from "../../web/language.ts";
import type { Unsupported } from "./destination.ts";
import { CallLink, eitherOf, OnPaper, onPaper, renderPatientPage, type PatientFrame } from "./frame.tsx";
import type { Contact } from "./link.ts";
import { WORDS } from "./dictionary.ts";

export function browserPage(
  frame: PatientFrame,
  verdict: Unsupported,
  shown: { readonly link: string; readonly anyway: string; readonly contact: Contact },
): string {
  const words = WORDS[frame.language].browser;
  const browsers = instead(verdict, frame.language);
  const title = words.title(browsers);
  return renderPatientPage(frame, {
    title,
    scripts: ["copy.js"],
    main: (
      <Card narrow>
        <h1>{title}</h1>
        <p>{verdict.inApp ? words.inApp : words.text}</p>
        <ol class="steps">
          <li>
            <CopyField
              id="link"
              label={words.copyLink}
              value={shown.link}
              copy={words.copy}
              copied={words.copied}
              notCopied={words.notCopied}
            />
          </li>
          {words.steps(browsers).map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
        <CallLink contact={shown.contact} language={frame.language} />
        <div class="anyway">
          <ButtonLink href={shown.anyway} weight="quiet">
            {words.anyway}
          </ButtonLink>
          <p class="quiet">{words.anywayNote}</p>
        </div>
        <OnPaper link={shown.link} phone={onPaper(shown.contact, frame.language)} language={frame.language} />
      </Card>
    ),
  });
}

/** The browsers that work on this platform, in words. */
export function instead({ platform }: Unsupported, language: Language): string {
  const browsers = platform === undefined ? ["Chrome", "Microsoft Edge", "Safari"] : browsersFor(platform);
  return eitherOf(browsers, language);
}
