/**
 * Whether Teams lets a patient join in this browser. Microsoft names families and platforms, and always "the latest three
 * versions", so no version is listed here. Only browsers that are known not to work are turned away: link previews, unknown
 * agents and unknown platforms pass.
 */
import Bowser from "bowser";

export type Platform = "Android" | "iOS" | "macOS" | "Windows" | "Linux";

export type BrowserVerdict =
  | { readonly ok: true; readonly platform: Platform | undefined }
  /** `inApp`: a page shown inside another app, where a person cannot allow the use of the camera. */
  | { readonly ok: false; readonly inApp: boolean; readonly platform: Platform | undefined };

/** Microsoft's table for joining a virtual appointment from a browser. */
const JOINS: Record<Platform, readonly string[]> = {
  Android: ["Chrome"],
  iOS: ["Safari", "Chrome"],
  macOS: ["Safari", "Chrome"],
  Windows: ["Microsoft Edge", "Chrome"],
  Linux: ["Chrome"],
};

const KNOWN_OTHERS: ReadonlySet<string> = new Set([
  "Amazon Silk",
  "Android Browser",
  "Chrome",
  "DuckDuckGo",
  "Firefox",
  "Focus",
  "Internet Explorer",
  "Microsoft Edge",
  "Opera",
  "Safari",
  "Samsung Internet for Android",
  "UC Browser",
  "Vivaldi",
  "WeChat",
  "Yandex Browser",
]);

/** Apps that show pages inside themselves and identify themselves; `; wv)` is Android's own mark for such a page. */
const IN_APP = /\[FB|FBAN|FBAV|Instagram|\bLine\/|Snapchat|musical_ly|BytedanceWebview|GSA\/|; wv\)/;
/** Safari, and every browser on an iPhone, says "Safari/"; a page inside an app does not. */
const IN_APP_ON_IOS = /\((iPhone|iPad)[^)]*\) AppleWebKit(?!.*Safari\/)/;

const LONGEST = 512;
const UNTOLD: BrowserVerdict = { ok: true, platform: undefined };

/** A judge that remembers its verdicts on the last `limit` agents, because joins are far more frequent than new browsers. */
export function browserJudge(limit = 2000): (userAgent: string | undefined) => BrowserVerdict {
  const verdicts = new Map<string, BrowserVerdict>();
  return (userAgent) => {
    if (userAgent === undefined || userAgent === "" || userAgent.length > LONGEST) return UNTOLD;
    const known = verdicts.get(userAgent);
    if (known !== undefined) return known;
    const verdict = judge(userAgent);
    const [oldest] = verdicts.keys();
    if (oldest !== undefined && verdicts.size >= limit) verdicts.delete(oldest);
    verdicts.set(userAgent, verdict);
    return verdict;
  };
}

/** The browsers to open instead, best first. */
export function browsersFor(platform: Platform): readonly string[] {
  return JOINS[platform];
}

function judge(userAgent: string): BrowserVerdict {
  const { browser, os } = Bowser.parse(userAgent);
  const platform = platformNamed(os.name);
  if (IN_APP.test(userAgent) || IN_APP_ON_IOS.test(userAgent)) return { ok: false, inApp: true, platform };
  const name = browser.name ?? "";
  if (platform === undefined ? name !== "Internet Explorer" : JOINS[platform].includes(name))
    return { ok: true, platform };
  return KNOWN_OTHERS.has(name) ? { ok: false, inApp: false, platform } : { ok: true, platform };
}

function platformNamed(name: string | undefined): Platform | undefined {
  return Object.keys(JOINS).find((platform): platform is Platform => platform === name);
}
