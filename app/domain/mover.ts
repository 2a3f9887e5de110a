/** Who can mend something; "nobody" if it mends itself. */
export type Mover = "administrator" | "oracle" | "microsoft" | "carriers" | "nobody";
