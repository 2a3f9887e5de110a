/**
 * What is expected and final for a request: a problem of a kind, with what its page must name, and for the log the cause.
 * Each flow has problems and words of its own; what the mechanisms here refuse, every flow has words for.
 */

/** Anything with a kind; what else it has is for its page. */
export interface Problem {
  readonly kind: string;
}

/** What the mechanisms of this folder refuse. */
export type CommonProblem =
  | { readonly kind: "not-found" }
  /** A write that none of our own pages sent. */
  | { readonly kind: "not-same-origin" }
  | { readonly kind: "too-many-requests" }
  /** The request itself cannot be read: cut off, not what it says it is. */
  | { readonly kind: "request-unreadable" }
  /** More than any page of ours sends. */
  | { readonly kind: "request-too-large" }
  /** A bug, or something that nobody foresaw. */
  | { readonly kind: "unexpected" };

export class Fault<P extends Problem> extends Error {
  override readonly name = "Fault";
  readonly problem: P;
  constructor(problem: P, options?: ErrorOptions) {
    super(problem.kind, options);
    this.problem = problem;
  }
  get kind(): P["kind"] {
    return this.problem.kind;
  }
}

/** What is refused on any flow's behalf. */
export function refusal(problem: CommonProblem, options?: ErrorOptions): Fault<CommonProblem> {
  return new Fault(problem, options);
}

/** Words for every kind of problem: one that is missing does not compile. */
export type Words<P extends Problem, Told> = {
  readonly [K in P["kind"]]: (problem: Extract<P, { readonly kind: K }>) => Told;
};

/** The words for one problem. */
export function wordsFor<P extends Problem, Told>(words: Words<P, Told>, problem: P): Told {
  const say = words[problem.kind as P["kind"]] as (problem: P) => Told;
  return say(problem);
}
