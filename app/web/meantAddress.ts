/**
 * Finds the link that somebody meant with an address that has something more or less than the link. Messengers take the full
 * stop after a link for a part of it, mail programs break it and quote it, editors put invisible characters into it, people
 * copy the bracket with it. A token has one length and one alphabet and proves itself, so what surrounds it can be left out
 * without guessing.
 */
import { pathPattern, PATHS } from "../domain/addresses.ts";
import { EARLY_TOKEN_LENGTH, TOKEN_LENGTH } from "../domain/linkToken.ts";

interface TokenPath {
  readonly path: string;
  /** The paths that there are below a token. */
  readonly below: readonly string[];
}

/** The paths that hold a token, after a slash. */
const TOKEN_PATHS: readonly TokenPath[] = [
  { path: PATHS.link, below: [] },
  { path: PATHS.staffLink, below: [] },
  { path: PATHS.linkPage, below: ["/visit.ics"] },
];
/** The parameters of a query that the pages read; the others are trackers'. */
const READ = ["lang", "anyway", "account"];

/** The longest comes first, because the beginning of a token is not a token. */
const LENGTHS = [TOKEN_LENGTH, EARLY_TOKEN_LENGTH];
const tokenOf = (character: string) =>
  LENGTHS.map((length) => `(?:${character}){${String(length)}}`).join("|");
const CHARACTER = "[A-Za-z0-9_-]";
/**
 * Invisible characters, and those by which a line was broken: blanks, soft hyphens, joiners, direction marks, variation
 * selectors.
 */
const UNSEEN = String.raw`[\s\u00ad\u034f\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]`;
const NAMES = TOKEN_PATHS.map(({ path }) => path.slice(1)).join("|");

const PLAIN = new RegExp(
  "^(?:" +
    TOKEN_PATHS.map(
      ({ path, below }) =>
        `${pathPattern(path)}/(?:${tokenOf(CHARACTER)})(?:${["", ...below].map(pathPattern).join("|")})`,
    ).join("|") +
    ")(?:\\?|$)",
);
const TOKEN = tokenOf(CHARACTER + UNSEEN + "*");
/**
 * Underscores that chat programs put around words for italics or bold are signs of a token, too. So they are left out where
 * as many stand on both sides of a token, or before one that ends with a letter or digit. A token that begins with an
 * underscore and has another one after it is left as it is.
 */
const LINK = new RegExp(
  `(?:^|/)${UNSEEN}*(${NAMES})${UNSEEN}*/[^A-Za-z0-9_-]*` +
    `(?:(?<marks>_{1,3})(?<between>${TOKEN})(?<!_)\\k<marks>(?!${CHARACTER})|(?<token>${TOKEN})(?![A-Za-z0-9])|` +
    `_{1,3}(?<after>${TOKEN})(?<=[A-Za-z0-9])_{0,3}(?!${CHARACTER}))(?<rest>.*)$`,
  "is",
);
/** An address that begins as a link does, but has no whole token. */
const BEGUN = new RegExp(`^(?:/|${UNSEEN})*(${NAMES})${UNSEEN}*(?:/|$)`, "i");

/**
 * The address that was meant, as a path of ours; only the link's path where no whole token follows it.
 * @returns undefined where the address is as it should be, or is not a link
 */
export function meantAddress(url: string): string | undefined {
  if (PLAIN.test(url)) return undefined;
  const [path, query] = parted(url.replace(/^https?:\/\/[^/?]*/i, ""));
  const written = readable(path);
  const link = LINK.exec(written);
  const name = (link ?? BEGUN.exec(written))?.[1];
  const groups = link?.groups ?? {};
  const token = groups["between"] ?? groups["token"] ?? groups["after"] ?? "";
  const { rest = "" } = groups;
  const found = TOKEN_PATHS.find((each) => each.path === "/" + String(name).toLowerCase());
  if (found === undefined) return undefined;
  const below = token === "" ? "" : (found.below.find((each) => rest.toLowerCase().startsWith(each)) ?? "");
  const meant = found.path + "/" + token.replace(/[^\w-]/g, "") + below + read(query);
  return meant === url ? undefined : meant;
}

function parted(address: string): readonly [path: string, query: string] {
  const at = address.indexOf("?");
  return at < 0 ? [address, ""] : [address.slice(0, at), address.slice(at + 1)];
}

/**
 * The path as a person would read it: escapes are undone however often they were made, and look-alikes of ASCII become
 * ASCII.
 */
function readable(path: string): string {
  let written = path;
  for (let times = 0; times < MOST_ESCAPES && written.includes("%"); times++) written = unescaped(written);
  return (
    written
      .normalize("NFKC")
      .replace(/=\r?\n|<wbr ?\/?>|&(?:shy|zwn?j|zerowidthspace|#x?[0-9a-f]{1,6});/gi, "\u200b")
      .replace(/\r?\n[ >]*/g, "\u200b")
      .replace(/=5f/gi, "_")
      .replace(/=2d|[\u2010\u2012\u2013\u2212]/gi, "-")
      .replaceAll("\u2014", "--")
      // In texts' alphabet "§" has the code that "_" has in ASCII, and whoever takes the one for the other sends it.
      .replaceAll("§", "_")
      // Others send a quote for each; one around a link is no part of it.
      .replace(/(?<=[\w-])'+(?=[\w-])/g, (quotes) => "_".repeat(quotes.length))
      .replaceAll("\\", "/")
  );
}

const MOST_ESCAPES = 3;

/** Unlike decodeURIComponent, never throws: a byte that is not UTF-8 becomes a character that no token has. */
function unescaped(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (run) => Buffer.from(run.replaceAll("%", ""), "hex").toString());
}

function read(query: string): string {
  if (query === "") return "";
  const all = new URLSearchParams(query);
  const kept = new URLSearchParams(
    READ.flatMap((name) => {
      const value = all.get(name);
      return value === null ? [] : [[name, value]];
    }),
  ).toString();
  return kept === "" ? "" : "?" + kept;
}
