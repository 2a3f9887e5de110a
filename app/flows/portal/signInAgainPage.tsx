/** The page that asks an administrator to sign in once more, and keeps what the form had. */
import type { Request } from "express";
import { ButtonLink, Card, Notice } from "../../web/components.tsx";
import { portalPath } from "./addresses.ts";
import { SECRET_AGAIN, secretsIn, SentForm } from "./sentForm.tsx";

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
        {secretsIn(request).length > 0 && <p>{SECRET_AGAIN}</p>}
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
      {isForm && <SentForm request={request} />}
    </Card>
  );
}
