/**
 * Answers that are kept for a while, by name. Callers that ask at the same time share one request. A failed answer is not
 * kept.
 */
import { isYounger } from "../../domain/age.ts";

export interface SharedAnswers<T> {
  of(name: string): Promise<T>;
  forget(name: string): void;
}

export function sharedAnswers<T>(
  forMilliseconds: number,
  now: () => Date,
  ask: (name: string) => Promise<T>,
): SharedAnswers<T> {
  const answers = new Map<string, { readonly answer: Promise<T>; readonly at: number }>();

  function askAgain(name: string): Promise<T> {
    const answer = ask(name);
    const entry = { answer, at: now().getTime() };
    answers.set(name, entry);
    answer.catch(() => {
      if (answers.get(name) === entry) answers.delete(name);
    });
    return answer;
  }

  return {
    of(name) {
      const entry = answers.get(name);
      return entry !== undefined && isYounger(entry.at, now(), forMilliseconds)
        ? entry.answer
        : askAgain(name);
    },
    forget(name) {
      answers.delete(name);
    },
  };
}
