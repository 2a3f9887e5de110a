/** The visits of a hospital whose texts are sent while everything fails: what each is, by its number alone. */
export const CONNECTIONS = { live: "lamna", staffOnly: "lamna-copy" } as const;
export const REMINDS_MINUTES = 15;

/**
 * `booked`: its first notice is due. `near`: it has long been known, and its reminder comes due while it goes on. `moved`: once
 * told it is moved, which is told after two minutes: in a short run not before its end. `cancelled`: at any moment. `stops`: its patient says STOP
 * at any moment. `copy`: of a test chart, so that only listed staff are reached. `mail`: its patient wants mails.
 */
const WHATS = ["booked", "near", "cancelled", "stops", "copy", "near", "mail", "moved"] as const;
export type What = (typeof WHATS)[number];

export const whatIs = (number: number): What => WHATS[number % WHATS.length] ?? "booked";
export const connectionOf = (number: number): string =>
  whatIs(number) === "copy" ? CONNECTIONS.staffOnly : CONNECTIONS.live;
export const appointmentOf = (number: number): string => "a-" + String(number);
export const phoneOf = (number: number): string => "+1202" + String(5_000_000 + number);
/** Of one in 32 of a test chart, and of one in 64 of the live one, the number is staff's own. */
export const isStaffs = (number: number): boolean => number % 32 === 4 || number % 64 === 8;
const MOST_VISITS = 10_000;
export const LISTED = {
  phones: Array.from({ length: MOST_VISITS }, (_, number) => number)
    .filter(isStaffs)
    .map(phoneOf),
  mails: [],
};
export const numberOf = (text: string): number =>
  Number(text.replace(/^(?:a-|p-|\+1202)|@.*$/g, "")) % 5_000_000;
export const mailOf = (number: number): string => `p-${String(number)}@patients.example`;
