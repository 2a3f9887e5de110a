/**
 * An expected and final failure of a request: a problem of some kind, with what its page must name, and the cause for the
 * log. Each flow has problems and words of its own, and words for the problems that this folder refuses with.
 */

/** A problem has a kind; its other members are for its page. */
export interface Problem {
  readonly kind: string;
}

/** The problems with which this folder refuses a request. */
export type CommonProblem =
  | { readonly kind: "not-found" }
  /** A write that was not sent by one of our own pages. */
  | { readonly kind: "not-same-origin" }
  | { readonly kind: "too-many-requests" }
  /** The request itself cannot be read: it was cut off, or is not what it says it is. */
  | { readonly kind: "request-unreadable" }
  /** The request is larger than any that a page of ours sends. */
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

/** A refusal on behalf of any flow. */
export function refusal(problem: CommonProblem, options?: ErrorOptions): Fault<CommonProblem> {
  return new Fault(problem, options);
}

/** Words for every kind of problem; if one is missing it does not compile. */
export type Words<P extends Problem, Told> = {
  readonly [K in P["kind"]]: (problem: Extract<P, { readonly kind: K }>) => Told;
};

/** The words for one problem. */
export function wordsFor<P extends Problem, Told>(words: Words<P, Told>, problem: P): Told {
  const say = words[problem.kind as P["kind"]] as (problem: P) => Told;
  return say(problem);
}
