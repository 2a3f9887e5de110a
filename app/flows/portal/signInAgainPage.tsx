/** The page that asks an administrator to sign in once more, and keeps what the form had. */
import type { Request } from "express";
import { z } from "zod";
import { Button, ButtonLink, Card, Notice } from "../../web/components.tsx";
import { portalPath } from "./addresses.ts";

const sentFields = z.record(z.string(), z.unknown()).catch({});

/** The fields of the form, to be sent once more. No page shows a secret, so secrets must be entered again. */
function keptOf(body: unknown) {
  const sent = Object.entries(sentFields.parse(body)).filter(
    (field): field is [string, string] => typeof field[1] === "string",
  );
  const isSecret = ([name]: readonly [string, string]) => /secret$/i.test(name);
  return {
    fields: sent.filter((field) => !isSecret(field)),
    secrets: sent.filter((field) => isSecret(field) && field[1] !== "").map(([name]) => name),
  };
}

/** The words, by the problem for which the page is shown. */
export const WHY = {
  "sign-in-again": {
    title: "Sign in once more",
    happened:
      "Only a Global Administrator may do this, and only within an hour of signing in. You signed in longer ago. Nothing was changed.",
  },
  "signed-out": {
    title: "Sign in to the portal",
    happened: "Nobody is signed in to the portal in this browser any more. Nothing was changed.",
  },
  "session-idle": {
    title: "You were signed out",
    happened: "Nobody used the portal in this browser for 30 minutes. Nothing was changed.",
  },
} as const;

/** The sign-in opens beside this page, which keeps the form's content, so nobody has to type it again. */
export function SignInAgainPage({
  request,
  page,
  kind,
}: {
  readonly request: Request;
  readonly page: string;
  readonly kind: keyof typeof WHY;
}) {
  const isForm = request.method === "POST";
  const { fields, secrets } = keptOf(request.body);
  const { title, happened } = WHY[kind];
  const signIn = portalPath("signIn") + "?" + new URLSearchParams({ account: "again", page }).toString();
  return (
    <Card narrow>
      <h1>{title}</h1>
      <p>{happened}</p>
      <Notice kind="info" title="What to do">
        <p>
          {isForm
            ? "Sign in again, which opens a new tab. Then come back to this one and send it: what you entered is kept here."
            : "Sign in again. The page that you asked for opens next."}
        </p>
        {secrets.length > 0 && (
          <p>A client secret that you entered is not kept, and has to be entered again.</p>
        )}
      </Notice>
      <p class="actions">
        {isForm ? (
          <a class="button secondary" href={signIn} target="_blank" rel="noreferrer noopener">
            Sign in (new tab)
          </a>
        ) : (
          <ButtonLink href={signIn}>Sign in again</ButtonLink>
        )}
      </p>
      {isForm && (
        <form method="post" action={request.originalUrl} class="fields">
          {fields.map(([name, value]) => (
            <input key={name} type="hidden" name={name} value={value} />
          ))}
          {secrets.map((name) => (
            <div key={name} class="field">
              <label for={name}>Client secret ({name.replace(/secret$/i, "")})</label>
              <input id={name} name={name} type="password" autocomplete="new-password" required />
            </div>
          ))}
          <p class="actions">
            <Button>Send it now</Button>
          </p>
        </form>
      )}
    </Card>
  );
}
