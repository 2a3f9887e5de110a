/** The page for the hospital's staff when something went wrong. */
import { ButtonLink, Card, Notice } from "./components.tsx";

/** What a member of the staff reads when something went wrong, with the line to hand to IT if IT has to mend it. */
export interface FaultPageWords {
  readonly title: string;
  readonly happened: string;
  readonly next: string;
  /** Names the stack key or command; absent where IT has nothing to do. */
  readonly forIt?: string;
  /** A page elsewhere that explains more, and the words of that link. */
  readonly help?: { readonly address: string; readonly says: string };
  /** A page of ours where the person goes on, and the words of that link. */
  readonly back?: { readonly address: string; readonly says: string };
}

/** Says what happened, what to do, and whose move it is; the reference finds the entry in the log. */
export function FaultPage({ words, reference }: { words: FaultPageWords; reference: string }) {
  return (
    <Card narrow>
      <h1>{words.title}</h1>
      <p>{words.happened}</p>
      <Notice kind="info" title="What to do">
        <p>{words.next}</p>
        {words.help !== undefined && (
          <p class="alone">
            <a href={words.help.address} rel="noreferrer noopener">
              {words.help.says}
            </a>
          </p>
        )}
      </Notice>
      {words.back !== undefined && (
        <p class="actions">
          <ButtonLink href={words.back.address}>{words.back.says}</ButtonLink>
        </p>
      )}
      {words.forIt !== undefined && (
        <p class="for-it">
          <strong>For IT:</strong> {words.forIt}
        </p>
      )}
      <Reference>{reference}</Reference>
    </Card>
  );
}

/** What a person reads out to IT, who find by it what happened. */
export function Reference({ children }: { children: string }) {
  return (
    <p class="quiet">
      Reference <code>{children}</code>
    </p>
  );
}
