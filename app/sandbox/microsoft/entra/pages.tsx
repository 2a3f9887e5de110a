/** Entra's pages: the account picker, and why a sign-in was refused. */
import type { VNode } from "preact";
import { Page } from "../page.tsx";
import type { SandboxPerson } from "../people.ts";

/** The account picker. Its form posts to the page's own address with `account`: an object id, or `cancel`. */
export function PersonPicker({
  people,
  current,
  into,
}: {
  people: readonly SandboxPerson[];
  current?: SandboxPerson | undefined;
  into: string;
}): VNode {
  const others = people.filter((person) => person !== current);
  return (
    <Page title="Pick an account" look="entra">
      <main class="card">
        <p class="maker">Microsoft sign-in, sandbox</p>
        <h1>Pick an account</h1>
        <p>to continue to {into}</p>
        <form method="post">
          {current !== undefined && (
            <>
              <Accounts people={[current]} note="Signed in" />
              <h2>Use another account</h2>
            </>
          )}
          <Accounts people={others} />
          <button class="cancel" name="account" value="cancel">
            Cancel
          </button>
        </form>
      </main>
    </Page>
  );
}

function Accounts({ people, note }: { people: readonly SandboxPerson[]; note?: string }): VNode {
  return (
    <ul class="accounts">
      {people.map((person) => (
        <li key={person.oid}>
          <button name="account" value={person.oid}>
            <span class="initials" aria-hidden="true">
              {initials(person.displayName)}
            </span>
            <span class="who">
              <strong>{person.displayName}</strong>
              <span>{person.userName}</span>
              {note !== undefined && <span class="note">{note}</span>}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}

/** The page that Entra shows when it cannot or must not answer the application. */
export function SignInRefused({ words, retry }: { words: string; retry?: string | undefined }): VNode {
  return (
    <Page title="Sign in" look="entra">
      <main class="card">
        <p class="maker">Microsoft sign-in, sandbox</p>
        <h1>Sorry, but we’re having trouble signing you in.</h1>
        <p class="words">{words}</p>
        {retry !== undefined && <a href={retry}>Use another account</a>}
      </main>
    </Page>
  );
}

/** The first and last initial: "Avery Park, MD" gives AP. */
export function initials(name: string): string {
  const words = name
    .replace(/[,(].*$/, "")
    .split(/\s+/)
    .filter((word) => word !== "");
  return [words[0], words.length > 1 ? words.at(-1) : undefined]
    .map((word) => (word ?? "").slice(0, 1).toUpperCase())
    .join("");
}
