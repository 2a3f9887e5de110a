import type { Request } from "express";
import { z } from "zod";
import { Button, ButtonLink, Card, Notice } from "../../web/components.tsx";
import { portalPath } from "./addresses.ts";

const sentFields = z.record(z.string(), z.unknown()).catch({});

/** The sign-in opens beside this page, which keeps what was sent: nobody types it again. */
export function SignInAgainPage({ request, page }: { readonly request: Request; readonly page: string }) {
  const isForm = request.method === "POST";
  const signIn = portalPath("signIn") + "?" + new URLSearchParams({ account: "again", page }).toString();
  return (
    <Card narrow>
      <h1>Sign in once more</h1>
      <p>
        Only a Global Administrator may do this, and only within an hour of signing in. You signed in longer
        ago. Nothing was changed.
      </p>
      <Notice kind="info" title="What to do">
        <p>
          {isForm
            ? "Sign in again, which opens a new tab. Then come back to this one and send it: what you entered is kept here."
            : "Sign in again. The page that you asked for opens next."}
        </p>
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
        <form method="post" action={request.originalUrl}>
          {Object.entries(sentFields.parse(request.body)).map(([name, value]) =>
            typeof value === "string" ? <input key={name} type="hidden" name={name} value={value} /> : null,
          )}
          <Button>Send it now</Button>
        </form>
      )}
    </Card>
  );
}
