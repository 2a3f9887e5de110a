/** The part of a rehearsal's page that says what only a person can do, with the texts to paste. */
import type { RehearsalResult } from "../../../infra/rehearsal/report/result.ts";

export function ByHand({ result: { byHand } }: { readonly result: RehearsalResult }) {
  return (
    <ol class="tasks">
      {byHand.map(({ title, when, who, why, text }, index) => (
        <li key={title}>
          <h3>{`${String(index + 1)}. ${title}`}</h3>
          <p class="quiet">{`${when}, by ${who}`}</p>
          <p>{why}</p>
          <pre>{text}</pre>
        </li>
      ))}
    </ol>
  );
}
