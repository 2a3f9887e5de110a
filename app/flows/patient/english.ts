import type { PatientWords } from "./words.ts";

export const english: PatientWords = {
  title: "Your video visit",
  intro: {
    patient: "Meet with your care team from home. You need a phone or computer with a camera.",
    interpreter: "You are joining this video visit as the interpreter.",
    relative: "You are joining this video visit as a family member or caregiver.",
    guest: "You are invited to join this video visit.",
  },
  when: "When",
  where: "Where",
  byVideo: (department) => "By video, with " + department,
  phone: "Phone",
  moved: {
    title: "The time has changed",
    text: (before) =>
      "This visit was planned for " + before + ". The time below is the right one. Your link is the same.",
  },
  join: "Join the visit",
  open: "Open your visit",
  joinFrom: (time) => "You can join from " + time + ".",
  joinAppears: "Keep this page open. The Join button will show up here.",
  joinWithoutScript: "Open this page again at that time to join.",
  calendar: "Add to calendar",
  calendarEntry: {
    title: (name) => "Video visit · " + name,
    text: (phone) =>
      "Open the link to join. It works from shortly before the start. Questions? Call " + phone + ".",
  },
  expect: {
    title: "What to expect",
    steps: [
      "Find a quiet, well-lit place with good internet.",
      "Tap Join. Microsoft Teams opens in your browser. You don't need an app or an account.",
      "When asked, allow your camera and microphone, and type the name you want us to see.",
      "Wait in the lobby. We will let you in when we are ready. Please keep the page open.",
    ],
  },
  check: {
    title: "Test your camera and microphone",
    intro: "See and hear if everything works before the visit. Nothing is recorded or sent.",
    withoutScript: "Teams will help you test them when you join.",
    start: "Start the test",
    stop: "Stop the test",
    preview: "Picture from your camera",
    camera: "Camera",
    microphone: "Microphone",
    level: "Say something. The bar moves when we can hear you.",
    messages: {
      starting: "Your browser may ask to use your camera and microphone. Please choose Allow.",
      working: "Your camera works. Now say something to test your microphone.",
      heard: "Your microphone works. We can hear you.",
      stopped: "The test has stopped.",
      noCamera: "We did not find a camera. You can still join and talk.",
      noMicrophone: "We did not find a microphone. Plug one in, or join by phone.",
      denied:
        "Your browser is not allowed to use your camera or microphone. Tap the icon next to the address at the top, choose Allow, and start the test again.",
      noneFound: "We did not find a camera or a microphone on this device. Try a phone, or plug them in.",
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
    revoked: {
      title: "This link has been replaced",
      text: [
        "We sent a newer message. The newest message has the right link.",
        "If you can't find it, please call us.",
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
        "If your visit is starting, please call us.",
      ],
    },
  },
  browser: {
    title: (browsers) => "Please open your visit in " + browsers,
    text: "Video visits do not work well in this browser.",
    inApp: "This page opened inside another app, where the camera may not work.",
    steps: (browsers) => ["Copy your link.", "Open " + browsers + ".", "Paste the link at the top and go."],
    link: "Your link",
    copy: "Copy link",
    copied: "The link is copied.",
    anyway: "Continue anyway",
    anywayNote: "You can try, but the picture or sound may not work.",
    notice: {
      title: "Use another browser for your visit",
      text: (browsers) => "This browser may not work. Open this page in " + browsers + " instead.",
    },
  },
  privacy: "This page sets no cookies and shows no health information.",
};
