/** A form that was sent and not carried out: what was entered in it is kept on the page that says so, to be sent once more. */
import type { Request } from "express";
import * as z from "zod";
import { Button } from "../../web/components.tsx";
import { SIGNED_IN_AS } from "./postForm.tsx";

type Sent = Pick<Request, "body" | "originalUrl">;

const sentFields = z.record(z.string(), z.unknown()).catch({});

/** The fields as they were sent, each as often as it was. */
const fieldsOf = ({ body }: Pick<Sent, "body">) =>
  Object.entries(sentFields.parse(body)).flatMap(([name, sent]) =>
    [sent].flat().flatMap((value) => (typeof value === "string" ? [{ name, value }] : [])),
  );

const isSecret = ({ name }: { readonly name: string }) => /secret$/i.test(name);

/** The names of secrets that were entered. No page shows a secret, so they must be entered again. */
export const secretsIn = (request: Pick<Sent, "body">): readonly string[] =>
  fieldsOf(request)
    .filter((field) => isSecret(field) && field.value !== "")
    .map(({ name }) => name);

export const SECRET_AGAIN = "A client secret that you entered is not kept, and has to be entered again.";

/** Whether the form is answered by a file, which leaves the page as it is. */
const isFile = ({ originalUrl }: Pick<Sent, "originalUrl">): boolean => /\.csv(\?|$)/.test(originalUrl);

/** @param as for whoever is signed in now, where the form was on somebody else's page */
export function SentForm({ request, as }: { readonly request: Sent; readonly as?: "whoever-is-signed-in" }) {
  return (
    <form method="post" action={request.originalUrl} class="fields" data-file={isFile(request) || undefined}>
      {fieldsOf(request)
        .filter((field) => !isSecret(field) && (as === undefined || field.name !== SIGNED_IN_AS))
        .map(({ name, value }, index) => (
          <input key={index} type="hidden" name={name} value={value} />
        ))}
      {secretsIn(request).map((name) => (
        <div key={name} class="field">
          <label for={name}>Client secret ({name.replace(/secret$/i, "")})</label>
          <input id={name} name={name} type="password" autocomplete="new-password" required />
        </div>
      ))}
      <p class="actions">
        <Button>{as === undefined ? "Send it now" : "Send it in my name"}</Button>
      </p>
    </form>
  );
}
