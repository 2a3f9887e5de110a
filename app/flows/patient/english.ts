/**
 * The English words of patients' pages (their members: words.ts). They are short and plain, for people who read on a
 * phone and may be worried.
 */
import type { Platform } from "../../web/supportedBrowser.ts";
import type { PatientWords } from "./words.ts";

const SETTLE = "Find a quiet, well-lit place with good internet. Do not join while driving.";
const TAP_JOIN = "Tap Join. Microsoft Teams opens in your browser. You don't need an app or an account.";
const ALLOW = "When asked, allow your camera and microphone. ";
const NAME = ALLOW + "Type your first and last name, so that we know whom to let in.";
const WAIT =
  "Stay in the waiting room (Teams says “lobby”). We will let you in when we are ready. Keep the page open.";

/** How to switch the permission on, which differs by platform. */
const ALLOW_ON: Readonly<Record<Platform, string>> = {
  Android:
    "Tap the icon to the left of the address, then Permissions, and allow camera and microphone. If they are not there: Settings, Apps, your browser, Permissions.",
  iOS: "Tap the button beside the address, then Website Settings, and set camera and microphone to Allow. If that is not enough: Settings, Apps, your browser.",
  macOS:
    "Click the icon beside the address and allow camera and microphone. If that is not enough: System Settings, Privacy & Security.",
  Windows:
    "Click the icon to the left of the address and allow camera and microphone. If that is not enough: Windows Settings, Privacy & security, Camera and Microphone.",
  Linux: "Click the icon to the left of the address and allow camera and microphone.",
};

export const english: PatientWords = {
  title: {
    patient: "Your video visit",
    interpreter: "Video visit: interpreter",
    relative: "Video visit: family or caregiver",
    guest: "Video visit: guest",
  },
  when: "When",
  takes: (minutes) => "about " + duration(minutes),
  where: "Where",
  byVideo: (department) => "By video, with " + department,
  calledYou: "If we called you about a new time, use that time.",
  moved: {
    title: "The time has changed",
    text: (before) => "It was " + before + ". Your link is the same.",
  },
  late: {
    title: "We are running late",
    text: (clock, opens) =>
      "Your care team told us at " +
      clock +
      ". Your visit is still on. " +
      // A page that was opened before the link shows Join when that opens, and this goes on standing above it.
      { now: "Join and wait", later: "Once you can join, join and wait" }[opens] +
      ", or look here again in a few minutes.",
  },
  waited: (minutes) =>
    minutes === 0
      ? "Today, most people waited only a few minutes to be let in."
      : "Today, people waited about " + String(minutes) + " minutes to be let in. Your wait may differ.",
  join: "Join the visit",
  open: "Open your visit",
  early: {
    from: ({ near, weekday, day, clock }) =>
      "You can join " +
      { today: "today", tomorrow: "tomorrow, " + weekday + ",", later: "on " + day + "," }[near] +
      " from " +
      clock +
      ".",
    comeAgain: "You can close this page. Tap the link in your message again then.",
    minutes: "Opens in # minutes.",
    minute: "Opens in 1 minute.",
    stay: "Keep this page open. The Join button will show up here.",
    withoutScript: "Open this page again at that time to join.",
    now: "You can join now.",
  },
  calendar: "Add to calendar",
  calendarEntry: {
    title: (name) => "Video visit · " + name,
    forTests: "TEST – ",
    text: (phone) =>
      "Open the link to join. It works from shortly before the start. Questions? Call " + phone + ".",
  },
  expect: {
    title: "What to expect",
    intro: {
      patient: "Meet with your care team from home. You need a phone or computer with a camera.",
      interpreter: "You join this video visit as the interpreter.",
      relative: "You join this video visit as a family member or caregiver.",
      guest: "You are invited to join this video visit.",
    },
    steps: {
      patient: [SETTLE, "Have your medicines and your ID at hand.", TAP_JOIN, NAME, WAIT],
      interpreter: [SETTLE, TAP_JOIN, ALLOW + "Type your name and “interpreter”.", WAIT],
      relative: [SETTLE, TAP_JOIN, NAME, WAIT],
      guest: [SETTLE, TAP_JOIN, NAME, WAIT],
    },
    employees:
      "Do you work for us? Join without signing in to Teams. If you are signed in, you skip the waiting room, and we may not see that you have come.",
  },
  check: {
    title: "Test your camera, microphone and sound",
    intro: "Check before the visit that everything works. Nothing is recorded or sent.",
    withoutScript: "Teams will help you test them when you join.",
    start: "Start the test",
    stop: "Stop the test",
    sound: "Play a sound",
    preview: "Picture from your camera",
    camera: "Camera",
    microphone: "Microphone",
    level: "Say something. The bar moves with your voice.",
    messages: {
      starting: "Your browser may ask to use your camera and microphone. Choose Allow.",
      working: "Your camera works. Now say something to test your microphone.",
      ready: "Camera and microphone work. You are ready.",
      readyToTalk: "Your microphone works. You can join and talk, without a picture of you.",
      playing: "Did you hear three tones? If not, turn the sound up, or unplug your headphones.",
      stopped: "The test has stopped.",
      noCamera: "We did not find a camera. Say something to test your microphone.",
      noMicrophone: ({ phone }) =>
        "Your camera works, but we did not find a microphone. Plug one in, open your link on a phone, or call us at " +
        phone +
        ".",
      denied: ({ platform }) =>
        "Your browser is not allowed to use your camera or microphone. " +
        ALLOW_ON[platform ?? "Linux"] +
        " Then start the test again.",
      noneFound: ({ phone }) =>
        "We did not find a camera or a microphone on this device. Plug them in, open your link on a phone, or call us at " +
        phone +
        ".",
      inUse:
        "Another app is using your camera or microphone. Close other video apps and start the test again.",
      insecure: "This browser cannot test your camera here. Open your link in Chrome, Edge, or Safari.",
      unknown: "The test did not work. You can still join; Teams will help you.",
    },
  },
  help: { title: "Need help?", text: "If something does not work, or you can't come, please call us." },
  call: (name) => "Call " + name,
  emergency: "In an emergency, call 911 or your local emergency number.",
  obstacles: {
    unknown: {
      title: "We can't find this visit",
      text: [
        "The link may be cut off. Go back to your message and tap the whole link.",
        "If it still does not work, please call us.",
      ],
    },
    over: {
      title: "This visit has ended",
      text: ["The link no longer works.", "If you missed the visit or still need help, please call us."],
    },
    cancelled: {
      title: "This visit was canceled",
      text: ["You don't need to join.", "If you have questions or need a new time, please call us."],
    },
    doubted: {
      title: "Please call us about this visit",
      text: [
        "Your link does not open the visit right now, because we have to check something first.",
        "Please call us. We will tell you what to do.",
      ],
    },
    revoked: {
      title: "This link no longer works",
      text: ["If you have a newer message from us, use its link.", "If not, please call us."],
    },
    deleted: {
      title: "This visit is not by video any more",
      text: [
        "We have removed it from our video visits, and the link no longer works.",
        "If you have questions or still need a visit, please call us.",
      ],
    },
    notOpened: {
      title: "Your visit did not open",
      text: [
        "Nothing is wrong with your link. Tap below to open your visit.",
        "If it does not open, please call us.",
      ],
    },
    trouble: {
      title: "We can't open your visit right now",
      text: [
        "The problem is on our side. Please try again in a minute.",
        "If your visit is starting, call us.",
      ],
    },
  },
  browser: {
    title: (browsers) => "Please open your visit in " + browsers,
    text: "Video visits do not work well in this browser.",
    inApp: "This page opened inside another app, where the camera may not work.",
    copyLink: "Copy your link.",
    steps: (browsers) => ["Open " + browsers + ".", "Paste the link at the top and go."],
    copy: "Copy link",
    copied: "The link is copied.",
    notCopied: "The link could not be copied. It is selected: press and hold it, then choose Copy.",
    anyway: "Continue anyway",
    anywayNote: "It may not work: you may have no picture or no sound.",
    notice: {
      title: "Use another browser for your visit",
      text: (browsers) => "This browser may not work. Open this page in " + browsers + " instead.",
    },
  },
  onPaper: { link: "Your link", phone: "Phone" },
  privacy: "This page sets no cookies and shows no health information.",
};

function duration(minutes: number): string {
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  const parts = [
    hours > 0 && (hours === 1 ? "1 hour" : String(hours) + " hours"),
    rest > 0 && (rest === 1 ? "1 minute" : String(rest) + " minutes"),
  ];
  return parts.filter((part) => part !== false).join(" ");
}
