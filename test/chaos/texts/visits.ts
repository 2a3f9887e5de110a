/** The visits of the hospital: a visit's number alone says of which kind it is. */
export const CONNECTIONS = { live: "lamna", staffOnly: "lamna-copy" } as const;
export const REMINDS_MINUTES = 15;

/**
 * `booked`: its first notice is due. `near`: it has long been known, and its reminder comes due during the run. `moved`: it
 * is moved once its patient was told of it; the move is told two minutes later, which a short run does not reach.
 * `cancelled`: it is cancelled at some moment. `stops`: its patient says STOP at some moment. `copy`: it is in a test
 * chart, so only listed staff are reached. `mail`: its patient wants mails.
 */
const WHATS = ["booked", "near", "cancelled", "stops", "copy", "near", "mail", "moved"] as const;
export type What = (typeof WHATS)[number];

export const whatIs = (number: number): What => WHATS[number % WHATS.length] ?? "booked";
export const connectionOf = (number: number): string =>
  whatIs(number) === "copy" ? CONNECTIONS.staffOnly : CONNECTIONS.live;
export const appointmentOf = (number: number): string => "a-" + String(number);
export const phoneOf = (number: number): string => "+1202" + String(5_000_000 + number);
/** One visit in 32 of the test chart, and one in 64 of the live one, has the number of listed staff. */
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
